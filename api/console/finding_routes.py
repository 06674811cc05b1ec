"""The page of findings: what rules and sources have found, with the question behind each, and deciding."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep, caller_of
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.world import World
from api.writing.findings import Decisions, explorer_link, filtered
from api.writing.places import chosen_client
from warehouse import FoundInsight, read_insights

router = APIRouter(prefix="/console/findings", include_in_schema=False, dependencies=[needs(Permission.WRITE)])

_HERE = "/console/findings"
_KINDS = ("improvement", "decline", "audit", "spike")
_SEVERITIES = ("high", "medium", "low", "info")
_STATUSES = ("open", "closed")
_FILTERS = ("client", "kind", "severity", "status", "decided")


@router.get("")
def findings(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the findings; by default those that are open and that nobody has dismissed."""
    caller = caller_of(world, visitor, chosen_workspace(request, visitor).slug)
    given = {name: request.query_params.get(name, "") for name in _FILTERS}
    status = given["status"] if "status" in request.query_params else "open"
    clients = [chosen_client(caller, given["client"])] if given["client"] else list(caller.clients)
    found = filtered(
        _read(world, caller.workspace, [one.id for one in clients]), given["kind"], given["severity"], status
    )
    with world.metadata.read() as session:
        decided = Decisions(session, caller.workspace.id).all()
    model, slugs = world.model_of(caller.workspace.slug), {one.id: one.slug for one in clients}
    names = {one.id: one.name for one in clients}
    shown = [
        (one, names[one.client_account_id], explorer_link(model, one, slugs[one.client_account_id]), decision)
        for one in found
        for decision in [decided.get((one.client_account_id, one.key))]
        if (decision is None or decision.state != "dismissed") != (given["decided"] == "dismissed")
    ]
    return page(
        world,
        "findings.html",
        visitor=visitor,
        workspace=caller.workspace,
        here=_HERE,
        clients=caller.clients,
        shown=shown,
        given=given | {"status": status},
        kinds=_KINDS,
        severities=_SEVERITIES,
        statuses=_STATUSES,
        query=urlencode({**given, "status": status}),
    )


@router.post("/search")
async def search(request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Look for findings now."""
    workspace = chosen_workspace(request, visitor)

    def work() -> None:
        if workspace.slug in world.warehouse.slugs():
            world.database(workspace.slug).renew_findings()

    await run_in_threadpool(work)
    return go_to(_HERE)


@router.post("/decide")
async def decide(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Acknowledge a finding, dismiss it, or take that back."""

    def work() -> None:
        caller = caller_of(world, visitor, chosen_workspace(request, visitor).slug)
        client, key = chosen_client(caller, form.get("client", "")), form.get("finding", "")
        if key not in {one.key for one in _read(world, caller.workspace, [client.id])}:
            raise NotFoundError("There is no such finding any more.")
        with world.metadata.write() as session:
            decisions = Decisions(session, caller.workspace.id)
            decisions.decide(client.id, key, form.get("state", ""), visitor.person.name or visitor.person.email)

    await run_in_threadpool(work)
    return go_to(f"{_HERE}?{urlencode({name: form.get(f'at_{name}', '') for name in _FILTERS})}")


def _read(world: World, workspace: Workspace, clients: list[str]) -> list[FoundInsight]:
    if workspace.slug not in world.warehouse.slugs():
        return []
    with world.database(workspace.slug).reading() as cursor:
        return read_insights(cursor, clients)
