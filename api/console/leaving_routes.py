"""The pages of a client account's life: a list added, archived and back, its own file and its deletion asked for."""

from dataclasses import asdict

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.clients.archiving import Archived, archive, archived_of, bring_back
from api.clients.asking import ask_deletion, ask_hand_over, leaving_jobs, path_of
from api.clients.keeping import is_kept
from api.clients.listing import COLUMNS, Plan, add_list, plan_list
from api.clients.receipts import receipt_of, receipts_of
from api.console.leaving_work_routes import work_address
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import MalformedRequestError, NotFoundError
from api.jobs.records import JobKind
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from warehouse import ClientAccount

router = APIRouter(prefix="/console/clients", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])

_AT = "/console/clients"
_OWN = needs(Permission.OWN)


@router.get("/import")
def list_form(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form for a list of client accounts."""
    return _list_page(world, visitor, chosen_workspace(request, visitor), "", None)


@router.post("/import")
async def add_from_list(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Try a list, or add it."""
    workspace, text = chosen_workspace(request, visitor), form.get("list", "")
    data, trying = text.encode(), form.get("act") != "add"
    try:
        plan = await run_in_threadpool(_planned, world, visitor, workspace, data, trying)
    except MalformedRequestError as error:
        return _list_page(world, visitor, workspace, text, None, str(error))
    if trying or plan.troubles:
        return _list_page(world, visitor, workspace, text, plan)
    return go_to(_AT)


@router.get("/receipts/{receipt_id}")
def receipt(receipt_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Give a receipt as a file."""
    workspace = chosen_workspace(request, visitor)
    with world.metadata.read() as session:
        document = receipt_of(session, workspace.id, receipt_id)
    headers = {
        "content-disposition": f'attachment; filename="receipt-{receipt_id}.json"',
        "cache-control": "private, no-store",
    }
    body = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/{client_id}")
def leaving(client_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show what can be done with a client account as a whole."""
    workspace = chosen_workspace(request, visitor)
    return _leaving_page(world, visitor, workspace, client_id)


@router.post("/{client_id}/archive")
async def put_away(
    client_id: str,
    request: Request,
    world: WorldDep,
    visitor: VisitorDep,
    form: OwnFormDep,  # noqa: ARG001  # checks the form's session
) -> Response:
    """Archive a client account."""
    await run_in_threadpool(archive, world.metadata, chosen_workspace(request, visitor).id, client_id)
    return go_to(_AT)


@router.post("/{client_id}/restore")
async def take_out(
    client_id: str,
    request: Request,
    world: WorldDep,
    visitor: VisitorDep,
    form: OwnFormDep,  # noqa: ARG001  # checks the form's session
) -> Response:
    """Bring an archived client account back."""
    await run_in_threadpool(bring_back, world.metadata, chosen_workspace(request, visitor).id, client_id)
    return go_to(_AT)


@router.post("/{client_id}/file", dependencies=[_OWN])
async def own_file(
    client_id: str,
    request: Request,
    world: WorldDep,
    visitor: VisitorDep,
    form: OwnFormDep,  # noqa: ARG001  # checks the form's session
) -> Response:
    """Have a client account's own DuckDB file written, and show how far it is."""
    workspace = chosen_workspace(request, visitor)
    _client(world, workspace, client_id)
    job_id = await run_in_threadpool(ask_hand_over, world, workspace, client_id)
    return go_to(work_address(job_id))


@router.post("/{client_id}/delete", dependencies=[_OWN])
async def delete(client_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Have a client account deleted for good, if its name was typed, and show how far it is."""
    workspace = chosen_workspace(request, visitor)
    found, _ = _client(world, workspace, client_id)
    if form.get("name", "").strip() != found.name:
        return _leaving_page(world, visitor, workspace, client_id, f"Type the name, {found.name}, to delete it.")
    job_id = await run_in_threadpool(ask_deletion, world, workspace, client_id, visitor.person.id)
    return go_to(work_address(job_id))


def _planned(world: World, visitor: Visitor, workspace: Workspace, data: bytes, trying: bool) -> Plan:
    if not trying:
        return add_list(world.metadata, workspace, data, visitor.person.email)
    with world.metadata.read() as session:
        return plan_list(session, workspace, data)


def _client(world: World, workspace: Workspace, client_id: str) -> tuple[ClientAccount, Archived | None]:
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id, archived=True)
        archived = {one.id: one for one in archived_of(session, workspace.id)}
    for one in clients:
        if one.id == client_id:
            return one, archived.get(client_id)
    raise NotFoundError("There is no such client account.")


def _leaving_page(world: World, visitor: Visitor, workspace: Workspace, client_id: str, wrong: str = "") -> Response:
    client, archived = _client(world, workspace, client_id)
    with world.metadata.read() as session:
        connections = [
            one for one in Repository(session).connections(workspace.id) if one.client_account_id == client_id
        ]
    return page(
        world,
        "client.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if wrong else 200,
        here=_AT,
        client=client,
        archived=archived,
        connections=connections,
        may_delete=_may_own(visitor, workspace),
        work=_work(world, workspace, client_id) if _may_own(visitor, workspace) else (),
        wrong=wrong,
    )


def _work(world: World, workspace: Workspace, client_id: str) -> list[tuple[str, str]]:
    """Return the addresses of what goes on, and of files that can still be had, with what to call them."""
    shown = []
    for job in leaving_jobs(world, workspace, client_id):
        deleting = job.kind is JobKind.DELETION
        if not job.finished:
            shown.append((work_address(job.id), "It is being deleted" if deleting else "Its own file is being made"))
        elif not deleting and is_kept(world.warehouse.data_dir, path_of(job)):
            shown.append((work_address(job.id), "Its own file is ready"))
    return shown


def _may_own(visitor: Visitor, workspace: Workspace) -> bool:
    role = visitor.role_in(workspace.id)
    return role is not None and role.value == "owner"


def _list_page(
    world: World, visitor: Visitor, workspace: Workspace, text: str, plan: Plan | None, wrong: str = ""
) -> Response:
    troubles = [asdict(one) for one in plan.troubles[:200]] if plan else []
    return page(
        world,
        "clients_import.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if wrong or troubles else 200,
        here=_AT,
        columns=list(COLUMNS),
        text=text,
        listed=plan.listed if plan and not troubles else (),
        troubles=troubles,
        wrong=wrong,
    )


def receipts_and_archive(world: World, workspace: Workspace) -> dict[str, object]:
    """Return what the page of client accounts shows below those that are there."""
    with world.metadata.read() as session:
        return {
            "archived": archived_of(session, workspace.id),
            "receipts": receipts_of(session, workspace.id),
        }
