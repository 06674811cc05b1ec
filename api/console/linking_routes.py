"""Linking an account: which source, what it wants to know, signing in, and choosing among several accounts."""

from collections.abc import Mapping
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.connections.catalogue import credentials_schema, settings_schema
from api.connections.links import make_link
from api.connections.service import Linked, add_connection, choices_of, choose_accounts, sign_in_with
from api.connections.syncing import ask_for_sync
from api.connections.wanted import NewConnection, names_of
from api.console.render import go_to, page
from api.console.schema_form import fields_of, values_of
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.console.standing import label_of
from api.dependencies import WorldDep
from api.errors import ApiError, NotFoundError
from api.oauth.clients import find_client, put_client, setting_names
from api.oauth.flow import callback_address, oauth_of
from api.oauth.records import RegisteredClient
from api.oauth.routes import own_address
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.problems import problem_of
from api.workspaces.records import Connection, ConnectionState, Workspace
from api.workspaces.repository import Repository
from api.world import World
from connectors import Auth, Context, LinkedSource, Source, SourceError, StopError, find_source, known_sources

router = APIRouter(prefix="/console/link", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])


@router.get("")
def sources(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the sources to choose from."""
    found = sorted((find_source(name) for name in known_sources() if name != "demo"), key=lambda one: one.label)
    listed = [(one.id, one.label, _reads(one)) for one in found]
    workspace = chosen_workspace(request, visitor)
    return page(world, "sources.html", visitor=visitor, workspace=workspace, sources=listed)


@router.get("/{name}")
def form(name: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show what a source wants to know."""
    return _form(request, world, visitor, _source(name), {}, None)


@router.post("/{name}")
async def link(name: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Link an account: with credentials at once, else by way of the vendor's own sign-in."""
    source = _source(name)
    try:
        return await run_in_threadpool(_link, request, world, visitor, source, form)
    except (ApiError, SourceError) as error:
        return await run_in_threadpool(_form, request, world, visitor, source, form, error)


@router.post("/{name}/registration")
async def register(name: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep this installation's registration at the vendor, encrypted."""
    auth, workspace = oauth_of(_source(name)), chosen_workspace(request, visitor)
    if auth is None:
        raise NotFoundError("This source has no sign-in that is registered.")
    client = RegisteredClient(form.get("client_id", "").strip(), form.get("client_secret", "").strip())
    await run_in_threadpool(put_client, world.metadata, workspace.id, auth.provider, client)
    return go_to(f"/console/link/{name}")


@router.post("/{connection_id}/sign-in")
async def sign_in(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Sign a connection in again; its history stays, and another account is refused."""
    return await run_in_threadpool(_sign_in, request, world, visitor, connection_id, form)


@router.get("/{connection_id}/accounts")
def accounts(connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the accounts that a sign-in reaches."""
    workspace = chosen_workspace(request, visitor)
    found = connection_of(world, workspace, connection_id)
    choices = choices_of(world.metadata, workspace.id, found)
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id)
    return page(
        world, "accounts.html", visitor=visitor, workspace=workspace, connection=found, choices=choices, clients=clients
    )


@router.post("/{connection_id}/accounts")
async def choose(
    connection_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Take the accounts that are to be read, each for its client account."""
    workspace = chosen_workspace(request, visitor)
    found = connection_of(world, workspace, connection_id)
    picked = [name.removeprefix("account.") for name, value in form.items() if name.startswith("account.") and value]
    wanted = [(one, form.get(f"client.{one}") or None) for one in picked]
    if not wanted:
        return go_to(f"/console/link/{connection_id}/accounts")
    done = await run_in_threadpool(choose_accounts, world.metadata, workspace.id, found, wanted)
    for one in done:
        await run_in_threadpool(ask_for_sync, world.metadata, world.runner, workspace, one)
    return go_to("/console/connections")


def connection_of(world: World, workspace: Workspace, connection_id: str) -> Connection:
    """Return a connection of the person's workspace."""
    with world.metadata.read() as session:
        found = Repository(session).connection(workspace.id, connection_id)
    if found is None:
        raise NotFoundError("There is no such connection. It may have been removed.")
    return found


def _link(request: Request, world: World, visitor: Visitor, source: Source, form: Mapping[str, str]) -> Response:
    workspace = chosen_workspace(request, visitor)
    settings = values_of(settings_schema(source), form)
    client, name = form.get("client") or None, form.get("name", "")
    wanted = NewConnection(source.id, client, settings, _credentials(source, form), name, visitor.person.id)
    return _after(world, workspace, add_connection(world.metadata, workspace, wanted))


def _sign_in(request: Request, world: World, visitor: Visitor, connection_id: str, form: Mapping[str, str]) -> Response:
    workspace = chosen_workspace(request, visitor)
    found = connection_of(world, workspace, connection_id)
    credentials = _credentials(find_source(found.source), form)
    if credentials:
        return _after(world, workspace, sign_in_with(world.metadata, workspace, found, credentials))
    return _leave(world, workspace, found)


def _leave(world: World, workspace: Workspace, found: Connection) -> Response:
    """Send the browser to the vendor by way of a page: a form of ours may not end at a foreign address."""
    link = make_link(world.metadata, workspace.id, found.id)
    return page(world, "leaving.html", vendor=label_of(found.source), start=link.start_path)


def _after(world: World, workspace: Workspace, linked: Linked) -> Response:
    found = linked.connection
    if linked.choices:
        return go_to(f"/console/link/{found.id}/accounts")
    if found.state is ConnectionState.NEEDS_SIGN_IN:
        return _leave(world, workspace, found)
    ask_for_sync(world.metadata, world.runner, workspace, found)
    return go_to(f"/console/connections/{found.id}")


def _credentials(source: Source, form: Mapping[str, str]) -> dict[str, str] | None:
    """Return the credentials of the way in that the form has chosen; None to sign in at the vendor."""
    for auth in pasted_ways(source):
        if form.get("way") == way_id(auth):
            return {name: form.get(f"{way_id(auth)}.{name}", "").strip() for name in names_of(auth)}
    return None


def pasted_ways(source: Source) -> tuple[Auth, ...]:
    """Return a source's ways in by pasted credentials."""
    return tuple(auth for auth in source.auths if names_of(auth)) if isinstance(source, LinkedSource) else ()


def way_id(auth: Auth) -> str:
    """Return what a form calls a way in."""
    return f"{auth.kind}-{'-'.join(names_of(auth))}"


def _source(name: str) -> Source:
    try:
        return find_source(name)
    except StopError as error:
        raise NotFoundError(str(error)) from error


def _reads(source: Source) -> str:
    """Return what a source has, in a few words."""
    streams = source.streams(Context("", {}, datetime.now(UTC)))
    names = dict.fromkeys(entity.replace("_", " ") for one in streams for entity in one.entities)
    return ", ".join(names)


def _form(
    request: Request,
    world: World,
    visitor: Visitor,
    source: Source,
    given: Mapping[str, str],
    error: Exception | None,
) -> Response:
    workspace, oauth = chosen_workspace(request, visitor), oauth_of(source)
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id)
    ways = [(way_id(auth), fields_of(credentials_schema(auth)), auth.kind) for auth in pasted_ways(source)]
    registered = oauth is not None and find_client(world.metadata, workspace.id, oauth.provider) is not None
    return page(
        world,
        "link.html",
        visitor=visitor,
        workspace=workspace,
        status=200 if error is None else problem_of(error).status,
        source=source,
        fields=fields_of(settings_schema(source), given),
        ways=ways,
        oauth=oauth,
        registered=registered,
        redirect=callback_address(own_address(request, world), oauth.provider) if oauth else "",
        names=setting_names(oauth.provider) if oauth else (),
        clients=clients,
        given=given,
        wrong="" if error is None else str(error),
    )
