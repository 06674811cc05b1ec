"""Puts connections that are due into the queue; it runs in the owner of the data directory, once a second."""

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import InvalidSettingError
from api.jobs.records import JobKind, JobState
from api.problems import problem_of
from api.sync.budgets import seconds_without_budget
from api.sync.schedule import next_after, schedule_of
from api.telemetry import log
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import ConnectionRow, JobRow, now
from api.workspaces.records import Connection, ConnectionState, Workspace
from api.workspaces.repository import Repository
from connectors import RateLimitedError

MOST_OF_A_SOURCE = 2  # syncs of one source at a time: each is a process
_SECONDS_BETWEEN_LOOKS = 1.0
_SHORT_PAUSE = 5.0  # seconds that a sync may spend waiting at its start
_LONG_PAUSE = 60.0  # from which a person is told
_UNTIL_ASKED_AGAIN = timedelta(minutes=15)  # should the run never come to say when the next one is
_RUNNING = (ConnectionState.SYNCING, ConnectionState.BACKFILLING, ConnectionState.WAITING)
# Only a person can help these; whoever links the account again makes them new.
_NOT_BY_ITSELF = (ConnectionState.NEEDS_SIGN_IN, ConnectionState.LOST_ACCESS, ConnectionState.PAUSED)

Enqueue = Callable[[Workspace, JobKind, Mapping[str, object]], str]


class Scheduler:
    """Looks for what is due. The metadata say what was done, so it remembers nothing itself."""

    def __init__(self, metadata: MetadataDatabase, enqueue: Enqueue) -> None:
        self._metadata = metadata
        self._enqueue = enqueue

    def run(self, stopping: threading.Event) -> None:
        """Look until the program ends."""
        while not stopping.is_set():
            try:
                self.look(now())
            except Exception as error:  # The schedule must outlive a metadata database that is away for a while.
                log().error("the schedule could not be followed", exc_info=error)
            stopping.wait(_SECONDS_BETWEEN_LOOKS)

    def look(self, moment: datetime) -> list[str]:
        """Put what is due into the queue and return the ids of its connections."""
        self._plan(moment)
        with self._metadata.read() as session:
            due = Repository(session).due_connections(moment)
            active = _active(session) if due else {}
        busy = Counter(active.values())
        started = []
        for workspace_id, connection in due:
            if connection.state in _NOT_BY_ITSELF or connection.id in active:
                continue
            if busy[connection.source] < MOST_OF_A_SOURCE and self._has_budget(workspace_id, connection, moment):
                busy[connection.source] += 1
                self._start(workspace_id, connection, moment)
                started.append(connection.id)
        return started

    def _has_budget(self, workspace_id: str, connection: Connection, moment: datetime) -> bool:
        """Tell whether the vendor may be asked now; a long pause that others have met is written down."""
        pause = seconds_without_budget(self._metadata, connection) - (moment - now()).total_seconds()
        if pause > _LONG_PAUSE:
            with self._metadata.write() as session:
                repository = Repository(session)
                repository.set_state(
                    connection.id,
                    ConnectionState.WAITING,
                    code=problem_of(RateLimitedError("", retry_after=pause)).code,
                    reason="The source has asked another connection for a pause that is for this one as well.",
                    next_step="Nothing: it goes on by itself when the pause is over.",
                )
                again = {"next_run_at": moment + timedelta(seconds=pause)}
                repository.change_connection(workspace_id, connection.id, again)
        return pause <= _SHORT_PAUSE

    def _start(self, workspace_id: str, connection: Connection, moment: datetime) -> None:
        with self._metadata.write() as session:
            repository = Repository(session)
            workspace = repository.workspace_by_id(workspace_id)
            # A pause that the vendor has asked for ends at this moment, which a run looks at before it asks.
            if connection.state is not ConnectionState.WAITING:
                again = {"next_run_at": moment + _UNTIL_ASKED_AGAIN}
                repository.change_connection(workspace_id, connection.id, again)
        self._enqueue(workspace, JobKind.SYNC, {"connection_id": connection.id})
        log().info("sync due", workspace=workspace.slug, connection=connection.name)

    def _plan(self, moment: datetime) -> None:
        """Give a date to the connections that have none yet: new ones, and those whose run was cut off."""
        with self._metadata.read() as session:
            found = [
                (workspace_id, connection)
                for workspace_id, connection in Repository(session).undated_connections()
                if _is_ready(connection)
            ]
            active = _active(session) if found else {}
        for workspace_id, connection in found:
            if connection.id not in active:
                self._date(workspace_id, connection, moment)

    def _date(self, workspace_id: str, connection: Connection, moment: datetime) -> None:
        schedule = schedule_of(connection)
        if schedule is None:
            if connection.state is ConnectionState.SYNCING:
                self._note_cut_off(connection)
            return
        with self._metadata.write() as session:
            repository = Repository(session)
            workspace = repository.workspace_by_id(workspace_id)
            if connection.state is ConnectionState.NEW or connection.state in _RUNNING:
                date = moment
            else:
                try:
                    date = next_after(schedule, moment, workspace.timezone, connection.id)
                except InvalidSettingError as error:
                    log().error("a schedule cannot be read", connection=connection.id, exc_info=error)
                    return
            repository.change_connection(workspace_id, connection.id, {"next_run_at": date})

    def _note_cut_off(self, connection: Connection) -> None:
        with self._metadata.write() as session:
            Repository(session).set_state(
                connection.id,
                ConnectionState.FAILED,
                code="interrupted",
                reason="The program was stopped in the middle of a sync; what was loaded stays.",
                next_step="Sync it again.",
            )


def _is_ready(connection: Connection) -> bool:
    if connection.paused or connection.state in _NOT_BY_ITSELF:
        return False
    # A new connection that waits for a person says what he is to do.
    return connection.state is not ConnectionState.NEW or connection.next_step is None


def _active(session: Session) -> dict[str, str]:
    """Return the connections that are being synced or wait for it, with their sources."""
    states = (JobState.QUEUED, JobState.RUNNING)
    query = select(JobRow.arguments).where(JobRow.kind == JobKind.SYNC, JobRow.state.in_(states))
    ids = [str(arguments["connection_id"]) for arguments in session.scalars(query)]
    if not ids:
        return {}
    sources = select(ConnectionRow.id, ConnectionRow.source).where(ConnectionRow.id.in_(ids))
    return {row.id: row.source for row in session.execute(sources)}
