"""Runs jobs: on threads of the server that owns the data directory, or at once for the command that made one."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from api.backups.job import run_backup
from api.clients.leaving import run_deletion, run_hand_over, tell_lost
from api.errors import JobStoppedError
from api.identity.linking import run_links
from api.jobs.publishing import run_publish
from api.jobs.records import Job, JobKind
from api.jobs.repository import LEASE, JobRepository
from api.jobs.rules_work import run_rules_job
from api.jobs.scheduler import Scheduler
from api.jobs.settings_work import run_rates, run_settings
from api.jobs.sync_work import run_sync_job
from api.jobs.task import Task
from api.jobs.work import job_key, run_import
from api.operation.counting import Counts
from api.problems import INTERNAL, problem_of
from api.telemetry import NO_REQUEST, REQUEST_ID, log
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.writing.copying import run_written
from warehouse import OnProgress, Progress, Warehouse, no_progress

_THREADS = 2
_NICENESS = 10
_SECONDS_BETWEEN_LOOKS = 0.2
_SECONDS_BETWEEN_NOTES = 0.25
_SECONDS_TO_STOP = 1.5

Work = Callable[[Task], dict[str, object]]
Beside = Callable[[threading.Event], None]  # goes on beside the queue until the program ends
WORK: Mapping[JobKind, Work] = {
    JobKind.IMPORT: run_import,
    JobKind.SYNC: run_sync_job,
    JobKind.SETTINGS: run_settings,
    JobKind.RATES: run_rates,
    JobKind.PUBLISH: run_publish,
    JobKind.RULES: run_rules_job,
    JobKind.LINKS: run_links,
    JobKind.WRITTEN: run_written,
    JobKind.DELETION: run_deletion,
    JobKind.HAND_OVER: run_hand_over,
    JobKind.BACKUP: run_backup,
}


class JobRunner:
    """Belongs to the owner of the data directory; queueing alone needs no ownership."""

    def __init__(
        self,
        metadata: MetadataDatabase,
        warehouse: Warehouse,
        address: str | None = None,
        *,
        keep_up: bool = True,
        counts: Counts | None = None,
        beside: Sequence[Beside] = (),
    ) -> None:
        self._address = address  # where the results can be looked at, if this is a server
        self._metadata = metadata
        self._warehouse = warehouse
        self._counts = counts or Counts()
        self._claiming = threading.Lock()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._keeps_up = keep_up
        self._working: set[str] = set()
        self._scheduler = Scheduler(metadata, self.enqueue)
        self._beside = beside
        self._after: dict[JobKind, Callable[[], None]] = {}
        self._kept_up: dict[str, int] = {}  # the data version after which a workspace was seen to

    def enqueue(self, workspace: Workspace, kind: JobKind, arguments: Mapping[str, object]) -> str:
        """Put a job in the queue and return its id; equal work that waits already is joined."""
        with self._metadata.write() as session:
            return JobRepository(session).add(workspace.id, kind, job_key(workspace, kind, arguments), arguments)

    def also(self, run: Beside) -> None:
        """Let something more go on beside the queue, from the start on."""
        self._beside = (*self._beside, run)

    def after(self, kind: JobKind, run: Callable[[], None]) -> None:
        """Let something follow each job of a kind, before anybody is told that it has ended."""
        self._after[kind] = run

    def get(self, job_id: str) -> Job:
        """Return how a job stands."""
        with self._metadata.read() as session:
            return JobRepository(session).get(job_id)

    def recover(self) -> None:
        """Take up what the last owner left behind; called once by each new owner."""
        with self._metadata.write() as session:
            count = JobRepository(session).recover(partial(tell_lost, session))
        if count:
            log().info("jobs taken up again", count=count)

    def start(self, *, jobs: bool = True) -> None:
        """Work on the queue until stopped; without jobs, as a process that owns nothing, do what goes on beside it."""
        queue: list[tuple[str, Beside]] = []
        if jobs:
            self.recover()
            queue = [(f"job-{number}", lambda _: self._work_on_queue()) for number in range(_THREADS)]
            queue.append(("scheduler", self._scheduler.run))
        for name, run in (*queue, *(("beside", one) for one in self._beside)):
            thread = threading.Thread(target=run, args=(self._stopping,), name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def stopping(self) -> bool:
        """Return whether the program is about to end."""
        return self._stopping.is_set()

    def ask_to_stop(self) -> None:
        """Let running jobs stop at their next step; they go back to the queue."""
        self._stopping.set()

    def stop(self) -> None:
        """Stop and wait a little; `idle` says whether everything has ended."""
        self._stopping.set()
        deadline = time.monotonic() + _SECONDS_TO_STOP
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    @property
    def idle(self) -> bool:
        """Return whether no thread works any more."""
        return not any(thread.is_alive() for thread in self._threads)

    def run_now(self, job_id: str, on_progress: OnProgress = no_progress) -> Job:
        """Run this job in the calling thread, unless somebody has taken it, and return how it stands."""
        with self._metadata.write() as session:
            job = JobRepository(session).claim(job_id)
        if job is not None:
            self._run(job, on_progress)
        return self.get(job_id)

    def _work_on_queue(self) -> None:
        _give_way()
        while not self._stopping.is_set():
            job = self._next()
            if job is None:
                self._keep_up()
                self._stopping.wait(_SECONDS_BETWEEN_LOOKS)
                continue
            self._working.add(job.id)
            try:
                self._run(job, no_progress)
            except Exception as error:  # The thread must outlive what it could not write down.
                log().error("how a job ended could not be noted", job=job.id, exc_info=error)
            finally:
                self._working.discard(job.id)

    def _keep_up(self) -> None:
        """See to the large tables of the workspaces whose data have moved, while no job waits or runs."""
        if self._working or not self._keeps_up:
            return  # a load that goes on in steps is not held up between them
        for slug in self._warehouse.opened():
            try:
                database = self._warehouse.workspace(slug)
                with self._claiming:
                    if self._kept_up.get(slug) == database.data_version():
                        continue
                    self._kept_up[slug] = database.data_version()
                if database.keep_up():
                    log().info("large tables kept up", workspace=slug)
            except Exception as error:  # Answers are as right without it; the next load tries again.
                log().error("large tables could not be kept up", workspace=slug, exc_info=error)

    def _next(self) -> Job | None:
        # One at a time, or two threads could both find the same workspace free.
        with self._claiming:
            try:
                with self._metadata.read() as session:
                    if not JobRepository(session).has_queued():
                        return None
                with self._metadata.write() as session:
                    return JobRepository(session).claim()
            except Exception as error:  # The queue must outlive a metadata database that is away for a while.
                log().error("the job table cannot be read", exc_info=error)
                return None

    def _run(self, job: Job, on_progress: OnProgress) -> None:
        """Run a job; what it logs has the id of the request that has asked for it."""
        token = REQUEST_ID.set(job.request_id or NO_REQUEST)
        try:
            self._attempt(job, on_progress)
        finally:
            REQUEST_ID.reset(token)

    def _attempt(self, job: Job, on_progress: OnProgress) -> None:
        started = time.perf_counter()
        result: dict[str, object] | None = None
        error: dict[str, object] | None = None
        try:
            with self._metadata.read() as session:
                workspace = Repository(session).workspace_by_id(job.workspace_id)
            with self._heartbeat(job.id):
                notes = _Notes(self._metadata, job.id, self._stopping, on_progress)
                work = WORK[job.kind]
                own = (self._metadata, self._warehouse, workspace, job.arguments, notes.show, self._counts)
                result = work(Task(*own, job.request_id))
                result["served_at"] = self._address
                if follows := self._after.get(job.kind):
                    follows()
        except JobStoppedError:
            with self._metadata.write() as session:
                JobRepository(session).put_back(job.id)
            log().info("job put back", job=job.id, kind=job.kind)
            return
        except BaseException as raised:
            error = _describe(raised)
            if not isinstance(raised, Exception):
                self._finish(job, None, {"code": "interrupted", "message": "Stopped in the middle. Run it again."})
                raise
        self._finish(job, result, error)
        elapsed = round((time.perf_counter() - started) * 1000)
        code = error["code"] if error else None
        self._counts.job(job.kind.value, "failed" if error else "done")
        log().info("job", job=job.id, kind=job.kind, attempt=job.attempt, elapsed_ms=elapsed, failed=code)

    def _finish(self, job: Job, result: dict[str, object] | None, error: dict[str, object] | None) -> None:
        with self._metadata.write() as session:
            JobRepository(session).finish(job.id, result, error)

    @contextmanager
    def _heartbeat(self, job_id: str) -> Iterator[None]:
        """Extend the job's lease while the block runs, through long steps without progress as well."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(LEASE.total_seconds() / 4):
                with self._metadata.write() as session:
                    JobRepository(session).beat(job_id, None)

        thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


class _Notes:
    """Notes a job's progress in its row, a few times a second, and stops the job when the program ends."""

    def __init__(
        self, metadata: MetadataDatabase, job_id: str, stopping: threading.Event, on_progress: OnProgress
    ) -> None:
        self._metadata = metadata
        self._job_id = job_id
        self._stopping = stopping
        self._on_progress = on_progress
        self._noted = 0.0

    def show(self, progress: Progress) -> None:
        """Pass progress on."""
        if self._stopping.is_set():
            raise JobStoppedError("The program ends; the job goes back to the queue.")
        self._on_progress(progress)
        moment = time.monotonic()
        if moment - self._noted >= _SECONDS_BETWEEN_NOTES:
            self._noted = moment
            with self._metadata.write() as session:
                JobRepository(session).beat(self._job_id, vars(progress))


def _give_way() -> None:
    """Let the threads that answer questions go first; threads that this one starts inherit it."""
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _describe(error: BaseException) -> dict[str, object]:
    problem = problem_of(error)
    if problem is INTERNAL and not str(error):
        return {"code": problem.code, "message": type(error).__name__}
    if problem is INTERNAL:
        log().error("a job failed unforeseen", exc_info=error)
        return {"code": problem.code, "message": f"{type(error).__name__}: {error}"}
    return {"code": problem.code, "message": str(error)}
