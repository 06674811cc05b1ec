"""All queries on the job table. A running job holds a lease; only the owner process takes jobs."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from api.jobs.records import Job, JobKind, JobState
from api.telemetry import NO_REQUEST, REQUEST_ID
from api.workspaces.models import JobRow, new_id, now

LEASE = timedelta(seconds=60)
_ASKED_BY = "request_id"  # among the arguments of a row; no argument of the work
MOST_ATTEMPTS = 3


class JobRepository:
    """Queries inside one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, workspace_id: str, kind: JobKind, key: str, arguments: Mapping[str, object]) -> str:
        """Put a job in the queue; the same work that is already waiting or running is joined instead."""
        query = select(JobRow.id).where(JobRow.key == key, JobRow.state.in_((JobState.QUEUED, JobState.RUNNING)))
        active = self._session.scalar(query)
        if active is not None:
            return active
        asked_by = {} if REQUEST_ID.get() == NO_REQUEST else {_ASKED_BY: REQUEST_ID.get()}
        arguments = {**arguments, **asked_by}
        row = JobRow(id=new_id(), workspace_id=workspace_id, kind=kind, key=key, arguments=arguments)
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            # Another process has put it in at the same moment; with PostgreSQL, neither waits for the other before.
            joined = self._session.scalar(query)
            if joined is None:
                raise
            return joined
        return row.id

    def has_queued(self) -> bool:
        """Return whether anything waits; cheaper than an attempt to claim."""
        waiting = select(JobRow.sequence).where(JobRow.state == JobState.QUEUED, JobRow.kind != JobKind.BACKUP)
        return self._session.scalar(waiting.limit(1)) is not None

    def waiting(self, kind: JobKind) -> list[str]:
        """Return the jobs of a kind that wait, oldest first."""
        query = select(JobRow.id).where(JobRow.state == JobState.QUEUED, JobRow.kind == kind)
        return list(self._session.scalars(query.order_by(JobRow.sequence)))

    def get(self, job_id: str) -> Job:
        """Return a job that is known to exist."""
        return _job(self._session.scalars(select(JobRow).where(JobRow.id == job_id)).one())

    def newest(self, workspace_id: str, kind: JobKind) -> Job | None:
        """Return the job of this kind that was queued last."""
        query = select(JobRow).where(JobRow.workspace_id == workspace_id, JobRow.kind == kind)
        row = self._session.scalar(query.order_by(JobRow.sequence.desc()).limit(1))
        return None if row is None else _job(row)

    def of_kinds(self, workspace_id: str, kinds: Collection[JobKind], job_id: str | None = None) -> list[Job]:
        """Return the jobs of these kinds, or that one of them, the newest first."""
        query = select(JobRow).where(JobRow.workspace_id == workspace_id, JobRow.kind.in_(kinds))
        if job_id is not None:
            query = query.where(JobRow.id == job_id)
        return [_job(row) for row in self._session.scalars(query.order_by(JobRow.sequence.desc()))]

    def active(self, key: str) -> Job | None:
        """Return the job with this key that waits or runs."""
        query = select(JobRow).where(JobRow.key == key, JobRow.state.in_((JobState.QUEUED, JobState.RUNNING)))
        row = self._session.scalar(query)
        return None if row is None else _job(row)

    def claim(self, job_id: str | None = None) -> Job | None:
        """Take the oldest job whose workspace has nothing running, or this one for the command that made it.

        A backup is of all workspaces: it neither waits for the loads of one nor holds them up, and is taken by its id.
        """
        running = aliased(JobRow)
        loading = (running.state == JobState.RUNNING, running.kind != JobKind.BACKUP)
        busy = select(running.workspace_id).where(*loading)
        queued = JobRow.workspace_id.not_in(busy) & (JobRow.kind != JobKind.BACKUP)
        which = queued if job_id is None else JobRow.id == job_id
        waiting = select(JobRow.sequence).where(JobRow.state == JobState.QUEUED, which)
        chosen = waiting.order_by(JobRow.sequence).limit(1).with_for_update(skip_locked=True)
        row = self._session.scalar(
            update(JobRow)
            .where(JobRow.sequence == chosen.scalar_subquery())
            .values(
                state=JobState.RUNNING,
                attempt=JobRow.attempt + 1,
                inline=job_id is not None,
                lease_until=now() + LEASE,
            )
            .returning(JobRow)
        )
        return None if row is None else _job(row)

    def beat(self, job_id: str, progress: Mapping[str, object] | None) -> None:
        """Extend the lease and, with progress, note how far the job is."""
        values: dict[str, object] = {"lease_until": now() + LEASE}
        if progress is not None:
            values["progress"] = dict(progress)
        self._session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))

    def finish(self, job_id: str, result: Mapping[str, object] | None, error: Mapping[str, object] | None) -> None:
        """Note how the job ended."""
        state = JobState.FAILED if error is not None else JobState.DONE
        self._session.execute(
            update(JobRow)
            .where(JobRow.id == job_id)
            .values(state=state, result=result, error=error, lease_until=None, finished_at=now())
        )

    def put_back(self, job_id: str) -> None:
        """Give a job back to the queue, for the next owner; this attempt does not count."""
        values = {"state": JobState.QUEUED, "lease_until": None, "attempt": JobRow.attempt - 1}
        self._session.execute(update(JobRow).where(JobRow.id == job_id).values(**values))

    def recover(self, on_lost: Callable[[Job], None] = lambda _: None) -> int:
        """Requeue what the last owner left running, and return how many jobs; for a new owner only.

        `on_lost` is told of each job that is not taken up again.

        A command's own job is not repeated behind the person's back: he sees the failure and runs it again.
        """
        orphaned = JobRow.state == JobState.RUNNING
        interrupted = {
            "code": "interrupted",
            "message": "The program was stopped in the middle. Run the command again.",
        }
        given_up = {"code": "given_up", "message": f"The job was interrupted {MOST_ATTEMPTS} times and is given up."}
        inline, worn_out = JobRow.inline.is_(True), JobRow.attempt >= MOST_ATTEMPTS
        for row in self._session.scalars(select(JobRow).where(orphaned & (inline | worn_out))).all():
            on_lost(_job(row))
        self._fail(orphaned & inline, interrupted)
        self._fail(orphaned & worn_out, given_up)
        requeued = self._session.execute(update(JobRow).where(orphaned).values(state=JobState.QUEUED, lease_until=None))
        return requeued.rowcount if isinstance(requeued, CursorResult) else 0

    def _fail(self, which: ColumnElement[bool], error: dict[str, str]) -> None:
        values = {"state": JobState.FAILED, "error": error, "finished_at": now(), "lease_until": None}
        self._session.execute(update(JobRow).where(which).values(**values))


def _job(row: JobRow) -> Job:
    asked_by = row.arguments.get(_ASKED_BY)
    return Job(
        id=row.id,
        workspace_id=row.workspace_id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        arguments={name: value for name, value in row.arguments.items() if name != _ASKED_BY},
        attempt=row.attempt,
        progress=row.progress,
        result=row.result,
        error=row.error,
        request_id=None if asked_by is None else str(asked_by),
    )
