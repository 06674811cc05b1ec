"""The pages of connections: how each stands, its runs, live progress, and what can be done about it."""

from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.connections.apart import check_ids_apart
from api.connections.catalogue import credentials_schema, label_of
from api.connections.links import FOR_CLIENTS, make_link
from api.connections.removal import remove_connection
from api.connections.syncing import ask_for_sync
from api.console.linking_routes import connection_of, pasted_ways, way_id
from api.console.render import go_to, page
from api.console.schema_form import fields_of
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.console.standing import shown_connections
from api.dependencies import WorldDep, caller_of
from api.errors import ConflictError, InvalidSettingError, NotFoundError
from api.oauth.flow import oauth_of
from api.oauth.revoking import SignInEnd
from api.oauth.routes import own_address
from api.oauth.warnings import sign_ins_ending
from api.people.connection_owners import owner_named, possible_owners
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.sync.events import connection_stream
from api.sync.schedule import check_schedule, schedule_of
from api.workspaces.models import now
from api.workspaces.records import ConnectionState, Workspace
from api.workspaces.repository import Repository
from api.world import World
from connectors import find_source, known_sources

router = APIRouter(prefix="/console/connections", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])


@router.get("")
def connections(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the connections; those that need a person come first."""
    workspace = chosen_workspace(request, visitor)
    return page(
        world,
        "connections.html",
        visitor=visitor,
        workspace=workspace,
        here="/console/connections",
        shown=shown_connections(world.metadata, workspace),
        ending=sign_ins_ending(world.metadata, workspace.id, now()),
        told=_told(request.query_params),
    )


@router.get("/{connection_id}")
def connection(connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show one connection."""
    return _page(request, world, visitor, connection_id)


@router.get("/{connection_id}/events", response_class=StreamingResponse)
async def events(connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Tell live how the connection stands and how far its sync is."""
    caller = await run_in_threadpool(caller_of, world, visitor, request.query_params.get("workspace"))
    return await connection_stream(world, caller, connection_id, request)


@router.post("/{connection_id}/sync")
async def sync(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Sync now."""
    try:
        await run_in_threadpool(_sync, world, chosen_workspace(request, visitor), connection_id, form)
    except ConflictError as error:
        return await run_in_threadpool(_page, request, world, visitor, connection_id, wrong=str(error))
    return go_to(f"/console/connections/{connection_id}")


@router.post("/{connection_id}/change")
async def change(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Pause, resume, rename, schedule, or give it to another client account or owner."""
    try:
        await run_in_threadpool(_change, world, chosen_workspace(request, visitor), connection_id, form)
    except InvalidSettingError as error:
        return await run_in_threadpool(_page, request, world, visitor, connection_id, wrong=str(error))
    return go_to(f"/console/connections/{connection_id}")


@router.post("/{connection_id}/connect-link")
async def connect_link(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Make a link by which a client signs in without an account of ours; it is shown this one time."""
    workspace = chosen_workspace(request, visitor)
    found = await run_in_threadpool(connection_of, world, workspace, connection_id)
    link = await run_in_threadpool(make_link, world.metadata, workspace.id, found.id, FOR_CLIENTS)
    address = own_address(request, world) + link.page_path
    return await run_in_threadpool(_page, request, world, visitor, connection_id, link=address)


@router.post("/{connection_id}/remove")
async def remove(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Forget the connection and its sign-in; what it has loaded stays."""
    workspace = chosen_workspace(request, visitor)
    found = await run_in_threadpool(connection_of, world, workspace, connection_id)
    end = await run_in_threadpool(remove_connection, world.metadata, workspace.id, found)
    return go_to(f"/console/connections?removed={found.source}&sign_in={end.value}")


def _told(asked: Mapping[str, str]) -> str:
    """Return what became of the sign-in of a connection that was removed a moment ago."""
    end, source = asked.get("sign_in", ""), asked.get("removed", "")
    if end not in {one.value for one in SignInEnd} or source not in known_sources():
        return ""
    return f"The connection was removed. {SignInEnd(end).sentence(label_of(source))}".strip()


def _sync(world: World, workspace: Workspace, connection_id: str, form: dict[str, str]) -> None:
    found = connection_of(world, workspace, connection_id)
    accepted = form.get("accept_deletions") == "yes"
    ask_for_sync(world.metadata, world.runner, workspace, found, accept_deletions=accepted)


def _change(world: World, workspace: Workspace, connection_id: str, form: dict[str, str]) -> None:
    found = connection_of(world, workspace, connection_id)
    values: dict[str, object] = {}
    if "paused" in form:
        values["paused"] = form["paused"] == "yes"
        values["state"] = (ConnectionState.PAUSED if values["paused"] else ConnectionState.NEW).value
    if form.get("name", "").strip():
        values["name"] = form["name"].strip()[:200]
    if form.get("schedule", "").strip():
        values["schedule"] = check_schedule(form["schedule"])
    if "client" in form:
        values["client_account_id"] = _client_id(world, workspace, form["client"])
    if "owner" in form:
        with world.metadata.read() as session:
            values["owner_id"] = owner_named(session, workspace.id, form["owner"])
    if values:
        with world.metadata.write() as session:
            repository = Repository(session)
            check_ids_apart(repository, workspace.id, found.id, values)
            repository.change_connection(workspace.id, found.id, values)


def _client_id(world: World, workspace: Workspace, wanted: str) -> str | None:
    with world.metadata.read() as session:
        known = {one.id for one in Repository(session).client_accounts(workspace.id)}
    if wanted and wanted not in known:
        raise NotFoundError("There is no such client account. Load the page again.")
    return wanted or None


def _page(
    request: Request, world: World, visitor: Visitor, connection_id: str, *, link: str = "", wrong: str = ""
) -> Response:
    workspace = chosen_workspace(request, visitor)
    found = connection_of(world, workspace, connection_id)
    shown = next(one for one in shown_connections(world.metadata, workspace) if one.connection.id == found.id)
    source = find_source(found.source)
    with world.metadata.read() as session:
        repository = Repository(session)
        runs, clients = repository.runs(workspace.id, found.id), repository.client_accounts(workspace.id)
        people = list(possible_owners(session, workspace.id).values())
    return page(
        world,
        "connection.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if wrong else 200,
        here="/console/connections",
        shown=shown,
        runs=runs,
        clients=clients,
        people=people,
        schedule=schedule_of(found) or "by hand only",
        ways=[(way_id(auth), fields_of(credentials_schema(auth))) for auth in pasted_ways(source)],
        oauth=oauth_of(source),
        link=link,
        link_days=FOR_CLIENTS // timedelta(days=1),
        wrong=wrong,
    )
