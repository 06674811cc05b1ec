"""Links that copy a template into Looker Studio, one for each client account."""

from dataclasses import dataclass

from api.dependencies import choose
from api.errors import MissingChoiceError
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Copy, Report, blank_link, copy_link, in_english


@dataclass(frozen=True)
class ClientCopy:
    """A client account's links: `copy` is empty before the template has a master report in Looker Studio."""

    client: str
    name: str
    report_name: str
    copy: str | None
    blank: str


def links_of(
    world: World, caller: Caller, report: Report, client: str | None = None, language: str = "en"
) -> list[ClientCopy]:
    """Return the links of one client account, or of each that the caller sees."""
    with world.metadata.read() as session:
        library = Library(session, caller.workspace.id)
        deployment, master = library.deployment_id(), library.masters().get(report.id)
    report_id = master.report_id if master else report.looker.report_id
    if not deployment:
        raise MissingChoiceError(
            f"Belvedere does not know your copy of the connector yet. Publish it to {world.settings.looker_name} "
            "(docs/publish-your-connector.md) and enter its deployment id on the template's page.",
            missing="deployment_id",
        )
    params = {"client": client} if client else {}
    found = []
    for one in choose(caller, params).clients:
        name = f"{one.name} · {in_english(report.title)}"
        copy = Copy(
            host=world.settings.looker_host,
            connector_id=deployment,
            report_id=report_id or "",
            name=name,
            workspace=caller.workspace.slug,
            clients=(one.slug,),
            language=language,
        )
        link = copy_link(report, copy) if report_id else None
        found.append(ClientCopy(one.slug, one.name, name, link, blank_link(report, copy)))
    return found
