"""The page of client accounts: what there is, and adding one."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.leaving_routes import receipts_and_archive
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, InvalidSettingError, MalformedRequestError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_client
from api.workspaces.settings import client_change
from api.world import World

router = APIRouter(prefix="/console/clients", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])


@router.get("")
def clients(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the client accounts."""
    return _page(world, visitor, chosen_workspace(request, visitor))


@router.post("")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Add a client account."""
    workspace = chosen_workspace(request, visitor)
    try:
        await run_in_threadpool(_add, world, workspace, form)
    except (ConflictError, InvalidSettingError, MalformedRequestError) as error:
        return _page(world, visitor, workspace, form, error)
    return go_to("/console/clients")


def _add(world: World, workspace: Workspace, form: dict[str, str]) -> None:
    name = form.get("name", "").strip()
    if not name:
        raise MalformedRequestError("Give the client account a name.")
    values = client_change(
        {key: form[key].strip() for key in ("timezone", "report_currency") if form.get(key, "").strip()}
    )
    client, created = find_or_create_client(world.metadata, workspace, name, None)
    if not created:
        raise ConflictError(f"There is a client account '{client.name}' already.")
    with world.metadata.write() as session:
        Repository(session).change_client_account(workspace.id, client.id, values)


def _page(
    world: World,
    visitor: Visitor,
    workspace: Workspace,
    given: dict[str, str] | None = None,
    error: ApiError | None = None,
) -> Response:
    with world.metadata.read() as session:
        repository = Repository(session)
        found = repository.client_accounts(workspace.id)
        counts: dict[str | None, int] = {}
        for one in repository.connections(workspace.id):
            counts[one.client_account_id] = counts.get(one.client_account_id, 0) + 1
    return page(
        world,
        "clients.html",
        visitor=visitor,
        workspace=workspace,
        status=200 if error is None else 422,
        here="/console/clients",
        clients=found,
        counts=counts,
        shared=counts.get(None, 0),
        given=given or {},
        wrong="" if error is None else str(error),
        **receipts_and_archive(world, workspace),
    )
