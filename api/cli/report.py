"""`belvedere report`: reports as files."""

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

report = typer.Typer(help="Reports as files.", no_args_is_help=True)


@report.command()
def pdf(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="Id of the template, such as customer-service.")],
    client: Annotated[
        str | None, typer.Option("--client", metavar="SLUG", help="One client account; all of them by default.")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; the template's own by default.")
    ] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="en, pt, es, ro, el or zh-Hans.")] = "en",
    chosen: Annotated[
        list[str] | None, typer.Option("--filter", metavar="FIELD=VALUE", help="Filter; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Print a report as PDF. A server that uses the data directory prints it itself: stop it, or use its address."""
    with errors_as_one_line(as_json=as_json):
        from api.errors import InvalidSettingError
        from api.reports import read_choices, report_pdf, template_of
        from api.telemetry import configure_logs
        from api.workspaces.records import Caller
        from api.workspaces.repository import Repository
        from api.workspaces.service import find_workspace
        from api.world import open_world

        if (start is None) != (end is None):
            raise InvalidSettingError("Give both days, --from and --to.")
        pairs = [("client", client or ""), ("lang", lang)]
        if start and end:
            pairs += [("from", f"{start:%Y-%m-%d}"), ("to", f"{end:%Y-%m-%d}")]
        for one in chosen or []:
            name, _, value = one.partition("=")
            pairs.append((f"f.{name}", value))
        settings = read_settings()
        configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")
        with _owning(settings.address, template), open_world(settings) as world:
            found = find_workspace(world.metadata, workspace)
            with world.metadata.read() as session:
                clients = tuple(Repository(session).client_accounts(found.id))
            caller = Caller("command", "command", found, clients, narrowed=False, admin=True)
            made = report_pdf(world, caller, template_of(world, caller, template), read_choices(pairs))
        path = out or Path(made.name)
        path.write_bytes(made.content)
        if as_json:
            say_json({"file": str(path), "bytes": len(made.content), "template": template, "client": client})
            return
        say(f"Wrote {path} ({len(made.content) // 1024} kB).")


@contextmanager
def _owning(address: str, template: str) -> "Iterator[None]":
    """Say where to print while a server owns the data directory."""
    from api.errors import StartError
    from warehouse import WorkspaceBusyError

    try:
        yield
    except WorkspaceBusyError as error:
        raise StartError(
            "A server uses this data directory, and prints it: fetch the PDF from it, with an API key, at "
            f"{address}/v1/reports/{template}/pdf."
        ) from error
