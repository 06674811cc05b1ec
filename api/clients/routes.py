"""The API of a client account's life: added from a list, archived, brought back; receipts of deletions."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.clients.archiving import archive, bring_back
from api.clients.listing import MOST_BYTES, Plan, add_list, plan_list
from api.clients.receipts import receipt_of, receipts_of
from api.connections.admin import REFUSALS, AdminDep
from api.connections.answers import client_answer
from api.connections.messages import ClientAnswer
from api.dependencies import WorldDep
from api.errors import MalformedRequestError
from api.limits import read_body
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World

router = APIRouter(
    prefix="/v1/clients", tags=["connections"], responses=REFUSALS, dependencies=[needs(Permission.CONNECT)]
)


class Added(BaseModel):
    """The client accounts of a list; with `dry_run` as they would be."""

    dry_run: bool
    clients: list[ClientAnswer]


_LIST: dict[str, object] = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.post("/import", openapi_extra=_LIST)
async def add_from_list(request: Request, world: WorldDep, caller: AdminDep, dry_run: bool = False) -> Added:
    """Add the client accounts of a CSV file, all or none; the refusal names every line that is wrong."""
    data = await read_body(request, min(world.settings.max_request_bytes, MOST_BYTES))
    plan = await run_in_threadpool(_planned, world, caller, data, dry_run=dry_run)
    if plan.troubles:
        wrong = [{"at": f"line {one.line}", "problem": one.problem} for one in plan.troubles[:100]]
        first = plan.troubles[0]
        raise MalformedRequestError(f"Nothing was added. Line {first.line}: {first.problem}", wrong=wrong)
    return Added(dry_run=dry_run, clients=[client_answer(one.client) for one in plan.listed])


@router.post("/{client_id}/archive", status_code=204)
async def put_away(client_id: str, world: WorldDep, caller: AdminDep) -> None:
    """Hide a client account and stop its syncs; its data stay."""
    await run_in_threadpool(archive, world.metadata, caller.workspace.id, client_id)


@router.post("/{client_id}/restore", status_code=204)
async def take_out(client_id: str, world: WorldDep, caller: AdminDep) -> None:
    """Bring an archived client account back."""
    await run_in_threadpool(bring_back, world.metadata, caller.workspace.id, client_id)


@router.get("/receipts")
def receipts(world: WorldDep, caller: AdminDep) -> list[dict[str, object]]:
    """List the receipts of client accounts that were deleted, the newest first."""
    with world.metadata.read() as session:
        return [dict(one) for one in receipts_of(session, caller.workspace.id)]


@router.get("/receipts/{receipt_id}")
def receipt(receipt_id: str, world: WorldDep, caller: AdminDep) -> Mapping[str, object]:
    """Return one receipt."""
    with world.metadata.read() as session:
        return receipt_of(session, caller.workspace.id, receipt_id)


def _planned(world: World, caller: Caller, data: bytes, *, dry_run: bool) -> Plan:
    if not dry_run:
        return add_list(world.metadata, caller.workspace, data, caller.key_name)
    with world.metadata.read() as session:
        return plan_list(session, caller.workspace, data)
