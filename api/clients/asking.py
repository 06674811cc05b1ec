"""Gets the jobs of leaving done for a page or a call: put into the queue and waited for."""

import time
from pathlib import Path

from api.clients.leaving import deletion_arguments, hand_over_arguments
from api.errors import JobFailedError
from api.jobs.records import JobKind
from api.workspaces.models import new_id
from api.workspaces.records import Workspace
from api.world import World

_PAUSE, _LONGEST = 0.1, 900.0  # seconds


def delete_client(world: World, workspace: Workspace, client_id: str, who: str) -> dict[str, object]:
    """Delete a client account and return the receipt; what answers kept in memory is forgotten too."""
    result = _done(world, workspace, JobKind.DELETION, deletion_arguments(client_id, who))
    world.diagnoses.clear()
    loop = world.cache.loop
    if loop is not None:
        loop.call_soon_threadsafe(world.cache.clear)
    receipt: dict[str, object] = result["receipt"]  # type: ignore[assignment]  # the job's own JSON
    return receipt


def hand_over_file(world: World, workspace: Workspace, client_id: str) -> Path:
    """Write a client account's own DuckDB file, and return where it lies; whoever sends it removes it."""
    folder = world.warehouse.data_dir / "handed-over"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{new_id()}.duckdb"
    _done(world, workspace, JobKind.HAND_OVER, hand_over_arguments(client_id, target))
    return target


def _done(world: World, workspace: Workspace, kind: JobKind, arguments: dict[str, object]) -> dict[str, object]:
    job_id = world.runner.enqueue(workspace, kind, arguments)
    deadline = time.monotonic() + _LONGEST
    while not (job := world.runner.get(job_id)).finished:
        if time.monotonic() > deadline:
            raise JobFailedError("It takes long and goes on. Look again in a while.")
        time.sleep(_PAUSE)
    if job.result is None:
        error = job.error or {}
        raise JobFailedError(str(error.get("message", "The job ended without a result.")), code=error.get("code"))
    return dict(job.result)
