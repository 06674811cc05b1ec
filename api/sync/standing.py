"""What a run means for its connection: the state, the reason in words, what a person can do, and when it runs again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from api.problems import problem_of
from api.sync.schedule import next_after, schedule_of
from api.workspaces.records import Connection, ConnectionState
from connectors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    TokenRevokedError,
    UnexpectedSchemaError,
)
from warehouse import ExtractionLostError, SyncReport, told_held

# After trouble that may pass; when all of these were in vain, the connection has failed and waits for its schedule.
BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))

DELETIONS_HELD = "deletions_held"  # the code of a connection whose lists have lost so much that it is not believed

_SIGN_IN = "Link the account again. What has been loaded stays."
_GRANT = "Sign in again with an account that may read this, and grant everything that is asked."
_ACCEPT = (
    "See at the source whether that is right. If it is, accept the deletions: here, or by belvedere sync NAME "
    "--accept-deletions."
)
_SUPPORT = "Nothing yet: it is tried again by the schedule. If it stays so, report it with the number of the run."


@dataclass(frozen=True)
class Standing:
    """How a connection stands; `code` is that of the error behind it."""

    state: ConnectionState
    code: str | None = None
    reason: str | None = None
    next_step: str | None = None
    next_run_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `failures` counts the failed runs before it, back to the last good one."""

    report: SyncReport | None
    error: Exception | None
    failures: int = 0
    worked_before: bool = False


def standing_after(connection: Connection, outcome: Outcome, now: datetime, timezone: str) -> Standing:
    """Return how a connection stands after a run."""
    schedule = None if connection.paused else schedule_of(connection)
    planned = None if schedule is None else next_after(schedule, now, timezone, connection.id)
    if outcome.error is not None:
        found = _after_error(outcome, outcome.error, now, planned)
    else:
        found = _after_success(outcome.report, now, planned)
    if connection.paused and found.state in {ConnectionState.SYNCED, ConnectionState.BACKFILLING}:
        return Standing(ConnectionState.PAUSED, None, "Somebody has paused this connection.", "Resume it.")
    return found


def advice_for(error: Exception) -> str:
    """Return what a person can do about an error."""
    match error:
        case TokenRevokedError():
            return _SIGN_IN
        case MissingScopeError():
            return _GRANT
        case RateLimitedError():
            return "Nothing: it goes on by itself when the pause is over."
        case SourceDownError() | ExtractionLostError():
            return "Nothing: it is tried again by itself."
        case PlanLimitError():
            return "Choose a plan at the source that includes this, or leave the connection as it is."
        case UnexpectedSchemaError():
            return "Update Belvedere, or see the connection's mapping rules."
        case _:
            return problem_of(error).advice


def _after_error(outcome: Outcome, error: Exception, now: datetime, planned: datetime | None) -> Standing:
    code, reason = problem_of(error).code, str(error) or type(error).__name__
    match error:
        case TokenRevokedError():
            return Standing(ConnectionState.NEEDS_SIGN_IN, code, reason, _SIGN_IN)
        case MissingScopeError() if outcome.worked_before:
            step = "See at the source whether the account still exists and who may read it; then link it again."
            return Standing(ConnectionState.LOST_ACCESS, code, reason, step)
        case MissingScopeError():
            return Standing(ConnectionState.MISSING_PERMISSION, code, reason, _GRANT)
        case RateLimitedError():
            again = now + timedelta(seconds=max(1.0, error.retry_after))
            return Standing(ConnectionState.WAITING, code, reason, advice_for(error), again)
        case SourceDownError() | ExtractionLostError() if outcome.failures < len(BACKOFF):
            again = now + BACKOFF[outcome.failures]
            return Standing(ConnectionState.WAITING, code, reason, advice_for(error), again)
        case _:
            return Standing(ConnectionState.FAILED, code, reason, advice_for(error), planned)


def _after_success(report: SyncReport | None, now: datetime, planned: datetime | None) -> Standing:
    failed = [] if report is None else [one for one in report.streams if one.error_code]
    if report is not None and failed:
        names = ", ".join(one.stream for one in failed)
        reason = f"{len(failed)} of {len(report.streams)} lists could not be read ({names}): {failed[0].error}"
        if any(one.error_code == MissingScopeError.__name__ for one in failed):
            return Standing(ConnectionState.MISSING_PERMISSION, "source_missing_scope", reason, _GRANT, planned)
        return Standing(ConnectionState.FAILED, "source_error", reason, _SUPPORT, planned)
    done, total = (0, 0) if report is None else report.history
    if done < total:
        reason = f"What is new is here, and {100 * done // total} % of the history."
        return Standing(ConnectionState.BACKFILLING, None, reason, "Nothing: it goes on by itself.", now)
    held = [] if report is None else [one for one in report.streams if one.rows_held]
    if held:
        reason = " ".join(told_held(one.stream, one.rows_held, one.rows_known) for one in held)
        return Standing(ConnectionState.SYNCED, DELETIONS_HELD, reason, _ACCEPT, planned)
    return Standing(ConnectionState.SYNCED, next_run_at=planned)
