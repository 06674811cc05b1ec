"""The page of a job by which a client account leaves: how far it is, then the file or the receipt."""

from typing import cast

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from api.audit.stating import about
from api.clients.asking import leaving_job, path_of
from api.clients.keeping import HOURS, is_kept, remove_file
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.jobs.records import Job, JobKind
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World

_AT = "/console/clients/work"

router = APIRouter(prefix=_AT, include_in_schema=False, dependencies=[needs(Permission.CONNECT), needs(Permission.OWN)])


def work_address(job_id: str) -> str:
    """Return where a job is shown."""
    return f"{_AT}/{job_id}"


@router.get("/{job_id}")
def show(job_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show how far a job is; the page follows by itself."""
    workspace = chosen_workspace(request, visitor)
    job = leaving_job(world, workspace, job_id)
    if job.kind is JobKind.DELETION:
        return _deletion_page(world, visitor, workspace, job)
    return _file_page(world, visitor, workspace, job)


@router.get("/{job_id}/file")
def download(job_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Give the file that a hand-over has written."""
    workspace = chosen_workspace(request, visitor)
    job = _written(world, workspace, job_id)
    client_id = str(job.arguments["client_id"])
    about(request, client_id)
    slug, _ = _names(world, workspace, client_id)
    # A copy at the browser is its owner's; one in a cache on the way would be nobody's.
    return FileResponse(
        path_of(job),
        filename=f"{slug}.duckdb",
        media_type="application/octet-stream",
        headers={"cache-control": "private, no-store"},
    )


@router.post("/{job_id}/remove")
async def remove(
    job_id: str,
    request: Request,
    world: WorldDep,
    visitor: VisitorDep,
    form: OwnFormDep,  # noqa: ARG001  # checks the form's session
) -> Response:
    """Remove the file that a hand-over has written."""
    job = await run_in_threadpool(_written, world, chosen_workspace(request, visitor), job_id)
    about(request, str(job.arguments["client_id"]))
    remove_file(world.warehouse.data_dir, path_of(job))
    return go_to(work_address(job_id))


def _written(world: World, workspace: Workspace, job_id: str) -> Job:
    job = leaving_job(world, workspace, job_id)
    # A file that is still being written is no file yet.
    if job.kind is not JobKind.HAND_OVER or job.result is None or not is_kept(world.warehouse.data_dir, path_of(job)):
        raise NotFoundError("There is no such file any more.")
    return job


def _names(world: World, workspace: Workspace, client_id: str) -> tuple[str, str]:
    """Return the slug and the name of a client account."""
    with world.metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id, archived=True)
    found = next((one for one in clients if one.id == client_id), None)
    if found is None:
        raise NotFoundError("There is no such client account.")
    return found.slug, found.name


def _deletion_page(world: World, visitor: Visitor, workspace: Workspace, job: Job) -> Response:
    # It is the job's own JSON.
    receipt = cast("dict[str, object] | None", (job.result or {}).get("receipt"))
    return page(
        world,
        "client_deleted.html",
        visitor=visitor,
        workspace=workspace,
        here="/console/clients",
        job=job,
        wrong=_wrong(job),
        receipt=receipt,
        text=orjson.dumps(receipt, option=orjson.OPT_INDENT_2).decode(),
    )


def _file_page(world: World, visitor: Visitor, workspace: Workspace, job: Job) -> Response:
    client_id = str(job.arguments["client_id"])
    _, name = _names(world, workspace, client_id)
    size = (job.result or {}).get("bytes")
    return page(
        world,
        "client_file.html",
        visitor=visitor,
        workspace=workspace,
        here="/console/clients",
        job=job,
        wrong=_wrong(job),
        at=work_address(job.id),
        client_id=client_id,
        client_name=name,
        there=is_kept(world.warehouse.data_dir, path_of(job)),
        megabytes=size / 2**20 if isinstance(size, int) else None,
        hours=HOURS,
    )


def _wrong(job: Job) -> str:
    if job.error is None:
        return ""
    return str(job.error.get("message", "The job ended without a result."))
