"""The admin API of client accounts."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.connections.answers import client_answer
from api.connections.messages import ClientAnswer, ClientAsked
from api.dependencies import WorldDep
from api.errors import ConflictError
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_client
from api.workspaces.settings import client_change
from api.world import World

router = APIRouter(
    prefix="/v1/clients", tags=["connections"], responses=REFUSALS, dependencies=[needs(Permission.CONNECT)]
)


@router.get("")
def clients(caller: AdminDep) -> list[ClientAnswer]:
    """List the client accounts."""
    return [client_answer(one) for one in caller.clients]


@router.post("", status_code=201, openapi_extra=takes(ClientAsked))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> ClientAnswer:
    """Add a client account."""
    asked = await parsed(request, world, ClientAsked)
    return await run_in_threadpool(_add, world, caller.workspace, asked)


def _add(world: World, workspace: Workspace, asked: ClientAsked) -> ClientAnswer:
    values = client_change({name: value for name, value in asked.model_dump().items() if value is not None})
    client, created = find_or_create_client(world.metadata, workspace, asked.name, asked.timezone)
    if not created:
        raise ConflictError(f"There is a client account '{client.name}' already.", client=client.slug)
    with world.metadata.write() as session:
        repository = Repository(session)
        repository.change_client_account(workspace.id, client.id, values)
        found = repository.client_account(workspace.id, client.slug)
    return client_answer(found or client)
