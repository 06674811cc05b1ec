"""The admin API of connections: sources, linking accounts, choosing them, syncing, and what came of it."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.connections.admin import (
    REFUSALS,
    AdminDep,
    client_id_of,
    connection_of,
    parsed,
    takes,
    texts,
)
from api.connections.answers import account_answers, connection_answer, run_answer, with_link
from api.connections.apart import check_ids_apart
from api.connections.catalogue import describe_sources, label_of
from api.connections.links import FOR_US, make_link
from api.connections.messages import (
    AccountsAnswer,
    AccountsChosen,
    ConnectionAnswer,
    ConnectionAsked,
    ConnectionChanged,
    ConnectionsAnswer,
    RegistrationAsked,
    RemovedAnswer,
    RunAnswer,
    RunsAnswer,
    SignInAsked,
    SourcesAnswer,
    SyncAnswer,
    SyncAsked,
)
from api.connections.removal import remove_connection
from api.connections.service import (
    Linked,
    add_connection,
    choices_of,
    choose_accounts,
    linked_source,
    sign_in_with,
)
from api.connections.syncing import ask_for_sync
from api.connections.wanted import NewConnection
from api.dependencies import WorldDep
from api.errors import ConflictError, NotFoundError
from api.oauth.clients import put_client
from api.oauth.flow import oauth_of
from api.oauth.records import RegisteredClient
from api.oauth.repository import OAuthRepository
from api.oauth.routes import own_address
from api.people.connection_owners import owner_addresses, owner_named
from api.people.roles import Permission, needs
from api.workspaces.records import Caller, Connection, ConnectionState
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(prefix="/v1", tags=["connections"], responses=REFUSALS, dependencies=[needs(Permission.CONNECT)])


@router.get("/sources")
def sources(request: Request, world: WorldDep, caller: AdminDep) -> SourcesAnswer:
    """List the sources: streams, settings and credentials as JSON Schema, and where sign-ins are registered."""
    described = describe_sources(world.metadata, caller.workspace, own_address(request, world))
    return SourcesAnswer.model_validate({"sources": described})


@router.put("/sources/{provider}/registration", status_code=204, openapi_extra=takes(RegistrationAsked))
async def register(provider: str, request: Request, world: WorldDep, caller: AdminDep) -> Response:
    """Keep this installation's registration at a vendor, encrypted, for sign-ins of this workspace."""
    asked = await parsed(request, world, RegistrationAsked)
    client = RegisteredClient(asked.client_id, asked.client_secret)
    await run_in_threadpool(put_client, world.metadata, caller.workspace.id, provider, client)
    return Response(status_code=204)


@router.get("/connections")
def connections(world: WorldDep, caller: AdminDep) -> ConnectionsAnswer:
    """List the connections with their states and last runs."""
    with world.metadata.read() as session:
        repository = Repository(session)
        found, runs = repository.connections(caller.workspace.id), repository.last_runs(caller.workspace.id)
        ends = OAuthRepository(session).sign_in_ends(caller.workspace.id)
        owners = owner_addresses(session, caller.workspace.id)
    clients = {one.id: one for one in caller.clients}
    return ConnectionsAnswer(
        connections=[
            connection_answer(one, clients, runs.get(one.id), ends.get(one.grant_id or ""), owners.get(one.id))
            for one in found
        ]
    )


@router.post("/connections", status_code=201, openapi_extra=takes(ConnectionAsked))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> ConnectionAnswer:
    """Link an account: by credentials at once, or by the address in the answer, where a person signs in."""
    asked = await parsed(request, world, ConnectionAsked)
    return await run_in_threadpool(_add, request, world, caller, asked)


@router.get("/connections/{connection_id}")
def connection(connection_id: str, world: WorldDep, caller: AdminDep) -> ConnectionAnswer:
    """Return one connection."""
    return _answer(world, caller, connection_of(world, caller, connection_id))


@router.patch("/connections/{connection_id}", openapi_extra=takes(ConnectionChanged))
async def change(connection_id: str, request: Request, world: WorldDep, caller: AdminDep) -> ConnectionAnswer:
    """Rename, pause, schedule a connection, or give it to another client account or owner."""
    asked = await parsed(request, world, ConnectionChanged)
    return await run_in_threadpool(_change, world, caller, connection_id, asked)


@router.delete("/connections/{connection_id}")
def remove(connection_id: str, world: WorldDep, caller: AdminDep) -> RemovedAnswer:
    """Forget a connection, and end its sign-in at the source if nothing else uses it; what it has loaded stays."""
    found = connection_of(world, caller, connection_id)
    end = remove_connection(world.metadata, caller.workspace.id, found)
    return RemovedAnswer(removed=found.id, sign_in=end.value, message=end.sentence(label_of(found.source)))


@router.post("/connections/{connection_id}/sign-in", openapi_extra=takes(SignInAsked))
async def sign_in(connection_id: str, request: Request, world: WorldDep, caller: AdminDep) -> ConnectionAnswer:
    """Sign a connection in again; its account and history stay, and another account is refused."""
    asked = await parsed(request, world, SignInAsked)
    return await run_in_threadpool(_sign_in, request, world, caller, connection_id, asked)


@router.get("/connections/{connection_id}/accounts")
def accounts(connection_id: str, world: WorldDep, caller: AdminDep) -> AccountsAnswer:
    """List the accounts that the sign-in reaches, asked at the vendor now."""
    found = connection_of(world, caller, connection_id)
    return AccountsAnswer(accounts=account_answers(choices_of(world.metadata, caller.workspace.id, found)))


@router.post("/connections/{connection_id}/accounts", openapi_extra=takes(AccountsChosen))
async def choose(connection_id: str, request: Request, world: WorldDep, caller: AdminDep) -> ConnectionsAnswer:
    """Choose the accounts to read, each for a client account; every one is a connection."""
    asked = await parsed(request, world, AccountsChosen)
    return await run_in_threadpool(_choose, world, caller, connection_id, asked)


@router.post("/connections/{connection_id}/sync", status_code=202, openapi_extra=takes(SyncAsked, required=False))
async def sync(connection_id: str, request: Request, world: WorldDep, caller: AdminDep) -> SyncAnswer:
    """Sync a connection now; a sync that is under way is joined."""
    asked = await parsed(request, world, SyncAsked)
    return await run_in_threadpool(_sync, world, caller, connection_id, asked)


def _sync(world: World, caller: Caller, connection_id: str, asked: SyncAsked) -> SyncAnswer:
    found = connection_of(world, caller, connection_id)
    if found.state is ConnectionState.NEEDS_SIGN_IN and found.grant_id is None:
        raise ConflictError(f"Nobody has signed '{found.name}' in yet. POST /v1/connections/{found.id}/sign-in.")
    accepted = {"accept_deletions": asked.accept_deletions}
    job, run = ask_for_sync(world.metadata, world.runner, caller.workspace, found, **accepted)
    return SyncAnswer(run=run, job=job, connection=found.id)


@router.get("/connections/{connection_id}/runs")
def runs(connection_id: str, world: WorldDep, caller: AdminDep) -> RunsAnswer:
    """List the last runs of a connection."""
    found = connection_of(world, caller, connection_id)
    with world.metadata.read() as session:
        return RunsAnswer(runs=[run_answer(one) for one in Repository(session).runs(caller.workspace.id, found.id)])


@router.get("/runs/{run_id}")
def run(run_id: str, world: WorldDep, caller: AdminDep) -> RunAnswer:
    """Return one run: rows, requests, waits, how far the data goes, and an error with its advice."""
    with world.metadata.read() as session:
        found = Repository(session).run(caller.workspace.id, run_id)
    if found is None:
        raise NotFoundError(f"There is no run '{run_id[:40]}'.")
    return run_answer(found)


def _add(request: Request, world: World, caller: Caller, asked: ConnectionAsked) -> ConnectionAnswer:
    wanted = NewConnection(
        asked.source,
        client_id_of(world, caller, asked.client),
        asked.settings,
        texts(asked.credentials),
        asked.name,
        _owner(world, caller, asked.owner),
    )
    linked = add_connection(world.metadata, caller.workspace, wanted)
    if asked.schedule is not None:
        _set(world, caller, linked.connection, {"schedule": asked.schedule})
    if linked.choices and asked.account is not None:
        (chosen,) = choose_accounts(world.metadata, caller.workspace.id, linked.connection, [(asked.account, None)])
        linked = Linked(chosen)
    return _linked(request, world, caller, linked, asked.link_days)


def _owner(world: World, caller: Caller, wanted: str | None) -> str | None:
    """Return the id of the person who is to look after a connection; a key is nobody in particular."""
    if wanted is None:
        return None
    with world.metadata.read() as session:
        return owner_named(session, caller.workspace.id, wanted)


def _sign_in(
    request: Request, world: World, caller: Caller, connection_id: str, asked: SignInAsked
) -> ConnectionAnswer:
    found = connection_of(world, caller, connection_id)
    credentials = texts(asked.credentials)
    if credentials:
        return _linked(request, world, caller, sign_in_with(world.metadata, caller.workspace, found, credentials))
    source = linked_source(found)
    if oauth_of(source) is None:
        raise ConflictError(f"{source.label} is signed in by credentials: send them in `credentials`.")
    return _with_link(request, world, caller, found, asked.link_days)


def _linked(
    request: Request, world: World, caller: Caller, linked: Linked, link_days: float | None = None
) -> ConnectionAnswer:
    """Begin the first sync of what is ready, or say what a person has to do."""
    found = linked.connection
    if linked.choices:
        return _answer(world, caller, found).model_copy(update={"accounts": account_answers(linked.choices)})
    if found.state is ConnectionState.NEEDS_SIGN_IN:
        return _with_link(request, world, caller, found, link_days)
    _, run_id = ask_for_sync(world.metadata, world.runner, caller.workspace, found)
    return _answer(world, caller, found).model_copy(update={"run": run_id})


def _with_link(
    request: Request, world: World, caller: Caller, found: Connection, link_days: float | None
) -> ConnectionAnswer:
    lifetime = FOR_US if link_days is None else timedelta(days=link_days)
    link = make_link(world.metadata, caller.workspace.id, found.id, lifetime)
    return with_link(_answer(world, caller, found), link, own_address(request, world))


def _choose(world: World, caller: Caller, connection_id: str, asked: AccountsChosen) -> ConnectionsAnswer:
    found = connection_of(world, caller, connection_id)
    wanted = [(one.account, client_id_of(world, caller, one.client)) for one in asked.accounts]
    done = choose_accounts(world.metadata, caller.workspace.id, found, wanted)
    for one in done:
        ask_for_sync(world.metadata, world.runner, caller.workspace, one)
    return ConnectionsAnswer(connections=[_answer(world, caller, one) for one in done])


def _change(world: World, caller: Caller, connection_id: str, asked: ConnectionChanged) -> ConnectionAnswer:
    found = connection_of(world, caller, connection_id)
    values: dict[str, object] = asked.model_dump(exclude_unset=True, exclude={"client", "owner"})
    if asked.client is not None:
        values["client_account_id"] = client_id_of(world, caller, asked.client)
    if asked.owner is not None:
        with world.metadata.read() as session:
            values["owner_id"] = owner_named(session, caller.workspace.id, asked.owner)
    if asked.paused is not None and asked.paused != found.paused:
        values["state"] = (ConnectionState.PAUSED if asked.paused else ConnectionState.NEW).value
    _set(world, caller, found, values)
    return _answer(world, caller, connection_of(world, caller, connection_id))


def _set(world: World, caller: Caller, found: Connection, values: dict[str, object]) -> None:
    if values:
        with world.metadata.write() as session:
            repository = Repository(session)
            check_ids_apart(repository, caller.workspace.id, found.id, values)
            repository.change_connection(caller.workspace.id, found.id, values)


def _answer(world: World, caller: Caller, found: Connection) -> ConnectionAnswer:
    with world.metadata.read() as session:
        repository = Repository(session)
        again = repository.connection(caller.workspace.id, found.id) or found
        clients = {one.id: one for one in repository.client_accounts(caller.workspace.id)}
        last = repository.last_runs(caller.workspace.id).get(found.id)
        ends = OAuthRepository(session).sign_in_ends(caller.workspace.id)
        owner = owner_addresses(session, caller.workspace.id).get(found.id)
    return connection_answer(again, clients, last, ends.get(again.grant_id or ""), owner)
