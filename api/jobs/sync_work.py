"""The job that syncs a connection: opens it, runs the engine, and notes what the run means for the connection."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import cast

from api.errors import ConflictError, JobStoppedError, NotFoundError
from api.identity.linking import copy_account_links
from api.identity.queue import look_for_matches
from api.jobs.task import Task
from api.jobs.work import clients_of, copy_client_accounts, is_shared, plain
from api.operation.counting import Counts
from api.operation.tracing import span
from api.problems import problem_of
from api.sync.opening import access_of
from api.sync.standing import Outcome, advice_for, standing_after
from api.telemetry import log
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, ConnectionState, Workspace
from api.workspaces.repository import Repository
from connectors import JsonValue, RateLimitedError, find_source
from warehouse import (
    ClientAccount,
    OnProgress,
    Progress,
    SyncOptions,
    SyncReport,
    attempt_sync,
    take_along,
    take_over,
    told_held,
)

ACCEPT_DELETIONS = "accept_deletions"  # of a job's arguments
HISTORY_START = "history_start"  # of a connection's configuration: the first day of the history, as YYYY-MM-DD
NEEDS_SOMEBODY = frozenset(
    {
        ConnectionState.NEEDS_SIGN_IN,
        ConnectionState.LOST_ACCESS,
        ConnectionState.MISSING_PERMISSION,
        ConnectionState.FAILED,
    }
)
_LONG_WAIT = 5.0  # seconds
HISTORY_SECONDS = 600.0  # after which other work of the workspace gets its turn


def run_sync_job(task: Task) -> dict[str, object]:
    """Run one connection, keep a record of the run, and say how the connection stands after it."""
    connection, clients, run_id = _begin(task.metadata, task.workspace, str(task.arguments["connection_id"]))
    report: SyncReport | None = None
    error: Exception | None = None
    try:
        _check_pause(connection)
        database = task.warehouse.workspace(task.workspace.slug, create=True)
        copy_client_accounts(task.metadata, database, task.workspace)
        source = find_source(connection.source)
        options = _options(task.metadata, task.workspace, connection, clients, task.arguments)
        account = connection.account_id
        if account is not None and take_over(database, source, options, account):
            log().info("rows of a connection that was removed go on as those of this one", connection=connection.name)
        if take_along(database, source, options):
            log().info("rows went along to another client account", connection=connection.name)
        showing = _Showing(task.metadata, connection.id, task.on_progress)
        with span("sync", source=connection.source) as traced:
            report, error = attempt_sync(database, source, options, showing.show)
            traced.failed = error is not None
    except JobStoppedError:
        with task.metadata.write() as session:  # it goes on as the same run when its job is taken up again
            Repository(session).note_run(run_id, {"state": "queued"})
        raise
    except Exception as raised:
        error = raised
    _end(task.metadata, task.workspace, connection, run_id, report, error)
    _count(task.counts, connection.source, report, error)
    if error is not None or report is None:
        raise error or NotFoundError("The sync ended without a report.")
    _match_accounts(task, report)
    document = plain(asdict(report))
    sentence = sync_sentence(connection.name, report)
    return {"connection": connection.name, "run_id": run_id, "report": document, "sentence": sentence}


def _match_accounts(task: Task, report: SyncReport) -> None:
    """Look for accounts that are the same as those of other sources; the sync is good without it."""
    if not any(one.rows_new or one.rows_changed for one in report.streams):
        return
    try:
        database = task.warehouse.workspace(task.workspace.slug)
        found = look_for_matches(task.metadata, database, task.workspace.id)
        copy_account_links(task.metadata, database, task.workspace.id)
    except Exception as error:
        log().error("matches could not be looked for", workspace=task.workspace.slug, exc_info=error)
    else:
        if found:
            log().info("matches found", workspace=task.workspace.slug, count=found)


def _begin(
    metadata: MetadataDatabase, workspace: Workspace, connection_id: str
) -> tuple[Connection, tuple[ClientAccount, ...], str]:
    with metadata.write() as session:
        repository = Repository(session)
        connection = repository.connection(workspace.id, connection_id)
        if connection is None:
            raise NotFoundError(f"The connection is not in workspace '{workspace.slug}' any more.")
        clients = clients_of(connection, repository.client_accounts(workspace.id, archived=True))
        seen = repository.client_accounts(workspace.id)
        if not is_shared(connection) and not clients_of(connection, seen):
            raise ConflictError("The client account is archived: nothing is fetched for it until it comes back.")
        started = repository.start_run(connection.id)
        repository.set_state(connection.id, ConnectionState.SYNCING)
    return connection, clients, started


def _check_pause(connection: Connection) -> None:
    """Refuse to ask a vendor again before the pause is over that it has asked for."""
    until = connection.next_run_at
    if connection.state_code != problem_of(RateLimitedError("", retry_after=0)).code or until is None:
        return
    left = (until - datetime.now(UTC)).total_seconds()
    if left > 0:
        raise RateLimitedError(
            f"The source has asked for a pause until {until:%Y-%m-%d %H:%M:%S} UTC; nothing was asked before that.",
            retry_after=left,
            source=connection.source,
        )


def _options(
    metadata: MetadataDatabase,
    workspace: Workspace,
    connection: Connection,
    clients: tuple[ClientAccount, ...],
    arguments: Mapping[str, object],
) -> SyncOptions:
    config = dict(cast("Mapping[str, JsonValue]", connection.config))  # It was JSON when it was stored.
    start = config.pop(HISTORY_START, None)
    if connection.account_id is not None:
        config.setdefault("account_id", connection.account_id)
    access = access_of(metadata, workspace.id, connection)
    return SyncOptions(
        connection.id,
        connection.name,
        clients,
        config,
        since=None if start is None else datetime.combine(datetime.fromisoformat(str(start)).date(), time(), UTC),
        access=access,
        history_seconds=None if arguments.get("whole") else HISTORY_SECONDS,
        # What needs no sign-in, such as the demo, is made here; another process would only start later.
        apart=access is not None,
        accept_deletions=bool(arguments.get(ACCEPT_DELETIONS)),
        named=is_shared(connection),
    )


def _end(
    metadata: MetadataDatabase,
    workspace: Workspace,
    before: Connection,
    run_id: str,
    report: SyncReport | None,
    error: Exception | None,
) -> None:
    """Note how the run ended and how the connection stands now."""
    moment = datetime.now(UTC)
    with metadata.write() as session:
        repository = Repository(session)
        connection = repository.connection(workspace.id, before.id)
        if connection is None:
            return  # removed meanwhile, with its runs
        ended = {"done", "failed"}
        runs = repository.runs(workspace.id, before.id, 20)
        earlier = [run for run in runs if run.id != run_id and run.state in ended]
        failures = next((at for at, run in enumerate(earlier) if run.state == "done"), len(earlier))
        outcome = Outcome(report, error, failures, worked_before=failures < len(earlier))
        standing = standing_after(connection, outcome, moment, workspace.timezone)
        document = None if report is None else plain(asdict(report))
        repository.finish_run(run_id, document, None if error is None else str(error), _figures(report, error))
        repository.set_state(
            before.id,
            standing.state,
            code=standing.code,
            reason=standing.reason,
            next_step=standing.next_step,
        )
        repository.change_connection(workspace.id, before.id, {"next_run_at": standing.next_run_at})
    if standing.state in NEEDS_SOMEBODY and standing.state != before.state:
        # Once for each time that it comes to this: whoever watches the log is told, the console shows it all the while.
        told = {"workspace": workspace.slug, "connection": connection.name, "stands": standing.state.value}
        log().warning("a connection needs somebody", **told, reason=standing.reason, next_step=standing.next_step)


def _count(counts: Counts, source: str, report: SyncReport | None, error: Exception | None) -> None:
    streams = () if report is None else report.streams
    new, changed = (sum(getattr(one, name) for one in streams) for name in ("rows_new", "rows_changed"))
    counts.sync(source, "done" if error is None else problem_of(error).code, new, changed)


def _figures(report: SyncReport | None, error: Exception | None) -> dict[str, object]:
    found: dict[str, object] = {
        "error_code": None if error is None else problem_of(error).code,
        "advice": None if error is None else advice_for(error),
    }
    if report is None:
        return found
    streams = report.streams
    day = report.data_through
    return found | {
        "rows_new": sum(one.rows_new for one in streams),
        "rows_changed": sum(one.rows_changed for one in streams),
        "rows_total": report.records,
        "requests": sum(one.requests for one in streams),
        "wasted": sum(one.wasted for one in streams),
        "waited_seconds": round(sum(one.waited_seconds for one in streams), 3),
        "data_through": None if day is None else datetime.combine(day, time(), UTC),
    }


class _Showing:
    """Passes progress on, and lets the connection say while it runs how much of its history is here."""

    def __init__(self, metadata: MetadataDatabase, connection_id: str, on_progress: OnProgress) -> None:
        self._metadata = metadata
        self._connection_id = connection_id
        self._on_progress = on_progress
        self._shown: tuple[ConnectionState, str | None] = (ConnectionState.SYNCING, None)

    def show(self, progress: Progress) -> None:
        """Pass progress on."""
        self._on_progress(progress)
        now = self._standing(progress)
        if now != self._shown:
            self._shown = now
            with self._metadata.write() as session:
                Repository(session).set_state(self._connection_id, now[0], reason=now[1])

    def _standing(self, progress: Progress) -> tuple[ConnectionState, str | None]:
        if progress.waiting is not None and progress.waiting >= _LONG_WAIT:
            return ConnectionState.WAITING, "The source has asked for a pause; the sync goes on after it."
        if progress.history is not None and progress.history[1]:
            done, total = progress.history
            return ConnectionState.BACKFILLING, f"What is new is here, and {100 * done // total} % of the history."
        return ConnectionState.SYNCING, None


def sync_sentence(name: str, report: SyncReport) -> str:
    """Say what a sync did."""
    streams = report.streams
    counts = [
        f"{sum(getattr(stream, field) for stream in streams):,} {text}"
        for field, text in (("rows_new", "new"), ("rows_changed", "changed"), ("rows_unchanged", "unchanged"))
    ]
    rows, cells = sum(one.rows_quarantined for one in streams), sum(one.cells_quarantined for one in streams)
    told = (
        f"Synced '{name}': {report.records:,} records in {report.seconds:.1f} s: {', '.join(counts)}; "
        f"{rows:,} rows and {cells:,} cells in quarantine."
    )
    held = [told_held(one.stream, one.rows_held, one.rows_known) for one in streams if one.rows_held]
    if held:
        told = f"{told} {' '.join(held)} If that is right: belvedere sync '{name}' --accept-deletions."
    failed = [f"{one.stream} ({one.error})" for one in streams if one.error_code]
    return f"{told} Not read: {'; '.join(failed)}" if failed else told
