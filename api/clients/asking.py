"""Asks for the jobs of leaving, and tells how they stand; nobody waits for one inside a request."""

from collections.abc import Sequence
from pathlib import Path

from api.clients.keeping import new_file
from api.clients.leaving import deletion_arguments, hand_over_arguments
from api.errors import NotFoundError
from api.jobs.records import Job, JobKind
from api.jobs.repository import JobRepository
from api.workspaces.records import Workspace
from api.world import World

_KINDS = (JobKind.DELETION, JobKind.HAND_OVER)


def ask_deletion(world: World, workspace: Workspace, client_id: str, who: str) -> str:
    """Have a client account deleted, and return the id of the job; one that goes on already is joined."""
    going = _going(world, workspace, client_id, JobKind.DELETION)
    return going or world.runner.enqueue(workspace, JobKind.DELETION, deletion_arguments(client_id, who))


def ask_hand_over(world: World, workspace: Workspace, client_id: str) -> str:
    """Have a client account's own DuckDB file written, and return the id of the job; one that goes on is joined."""
    going = _going(world, workspace, client_id, JobKind.HAND_OVER)
    if going is not None:
        return going
    arguments = hand_over_arguments(client_id, new_file(world.warehouse.data_dir))
    return world.runner.enqueue(workspace, JobKind.HAND_OVER, arguments)


def leaving_jobs(world: World, workspace: Workspace, client_id: str) -> Sequence[Job]:
    """Return the jobs by which a client account leaves, the newest first."""
    with world.metadata.read() as session:
        jobs = JobRepository(session).of_kinds(workspace.id, _KINDS)
    return [one for one in jobs if one.arguments.get("client_id") == client_id]


def leaving_job(world: World, workspace: Workspace, job_id: str) -> Job:
    """Return such a job of a workspace, or raise NotFoundError."""
    with world.metadata.read() as session:
        jobs = JobRepository(session).of_kinds(workspace.id, _KINDS, job_id)
    if not jobs:
        raise NotFoundError("There is no such work on a client account.")
    return jobs[0]


def path_of(job: Job) -> Path:
    """Return where the file of a hand-over lies."""
    return Path(str(job.arguments["path"]))


def _going(world: World, workspace: Workspace, client_id: str, kind: JobKind) -> str | None:
    jobs = leaving_jobs(world, workspace, client_id)
    return next((one.id for one in jobs if one.kind is kind and not one.finished), None)
