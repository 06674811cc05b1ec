"""Gets a job done for a command: by itself if nobody owns the data directory, else through the owner."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.jobs.records import Job, JobKind
    from api.jobs.runner import JobRunner
    from api.settings import Settings
    from api.workspaces.database import MetadataDatabase
    from api.workspaces.records import Workspace
    from warehouse import OnProgress, Progress, Warehouse

_SECONDS_BETWEEN_LOOKS = 0.1
INTERRUPTED = frozenset({"interrupted", "given_up"})


@dataclass(frozen=True)
class Office:
    """What a command needs to hand in jobs; nothing is owned yet."""

    settings: "Settings"
    metadata: "MetadataDatabase"

    def do(
        self, workspace: "Workspace", kind: "JobKind", arguments: Mapping[str, object], on_progress: "OnProgress"
    ) -> dict[str, object]:
        """Do the work here or have it done by the server that owns the data directory; raise if it fails."""
        from api.audit.log import record
        from api.audit.records import COMMAND, Result
        from api.cli.written_down import action_of, object_of
        from api.errors import JobFailedError
        from api.jobs.runner import JobRunner
        from api.world import make_warehouse
        from schemas import load_model

        model = load_model()
        warehouse = make_warehouse(self.settings, model)
        runner = JobRunner(self.metadata, warehouse)
        job = _see_through(runner, warehouse, lambda: runner.enqueue(workspace, kind, arguments), on_progress)
        action = action_of(kind, arguments)
        if action is not None:
            failed = job.error is not None or job.result is None
            result = Result.FAILED if failed else Result.OK
            record(self.metadata, COMMAND, action, object_of(arguments), result=result, workspace_id=workspace.id)
        if job.error is not None or job.result is None:
            error = job.error or {}
            raise JobFailedError(str(error.get("message", "The job ended without a result.")), code=error.get("code"))
        return dict(job.result)


def open_office(settings: "Settings") -> Office:
    """Open the metadata, and nothing else."""
    from api.telemetry import configure_logs
    from api.workspaces.vault import open_vault

    # A person watches: what went well is told by the command itself.
    configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")

    return Office(settings, open_vault(settings))


def _see_through(
    runner: "JobRunner", warehouse: "Warehouse", enqueue: Callable[[], str], on_progress: "OnProgress"
) -> "Job":
    """Wait for the owner to do the job, and take its place whenever there is none."""
    from warehouse.errors import WorkspaceBusyError

    job_id = enqueue()
    shown: Mapping[str, object] | None = None
    while True:
        try:
            warehouse.acquire()
        except WorkspaceBusyError:
            job = runner.get(job_id)
            if job.progress is not None and job.progress != shown:
                shown = job.progress
                on_progress(_progress(shown))
            if job.finished:
                return job
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            continue
        try:
            return _do_it_here(runner, job_id, enqueue, on_progress)
        finally:
            warehouse.close()


def _do_it_here(runner: "JobRunner", job_id: str, enqueue: Callable[[], str], on_progress: "OnProgress") -> "Job":
    """Do the job as the owner, unless it has ended between the last look and now."""
    from api.jobs.records import JobState

    runner.recover()
    job = runner.get(job_id)
    if job.state is JobState.DONE:
        return job
    if job.state is JobState.FAILED and (job.error or {}).get("code") not in INTERRUPTED:
        return job
    # What was joined or followed may have died with its owner: then the work is begun anew.
    return runner.run_now(enqueue(), on_progress)


def _progress(note: Mapping[str, object]) -> "Progress":
    from warehouse import Progress

    done, total = note.get("done"), note.get("total")
    return Progress(
        phase=str(note.get("phase", "")),
        done=done if isinstance(done, int) else 0,
        total=total if isinstance(total, int) else None,
        unit="bytes" if note.get("unit") == "bytes" else "rows",
    )
