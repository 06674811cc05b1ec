"""What needs somebody, told from how a connection stands now: findings, and what cannot be told just now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.errors import InvalidSettingError
from api.notices.records import Finding, NoticeKind
from api.oauth.records import Grant, GrantState
from api.oauth.warnings import SignInWarning, due_warning
from api.sync.schedule import next_after, schedule_of
from api.workspaces.records import Connection, ConnectionState, Run

FAILURES = 2  # runs in a row; one may pass by itself
STALE_AT_LEAST = timedelta(days=1)  # beyond the second run that the schedule had planned

_BY_STATE = {
    ConnectionState.LOST_ACCESS: NoticeKind.LOST_ACCESS,
    ConnectionState.MISSING_PERMISSION: NoticeKind.MISSING_PERMISSION,
}
_AFTER_RUNS = frozenset({*_BY_STATE.values(), NoticeKind.FAILED_REPEATEDLY})
_ALL = frozenset(NoticeKind)
_SIGN_IN = "Link the account again. What has been loaded stays."


@dataclass(frozen=True)
class Situation:
    """A connection with its sign-in and its last runs, newest first; `good_at` is the end of the last good one."""

    connection: Connection
    grant: Grant | None
    runs: Sequence[Run]
    good_at: datetime | None
    timezone: str


@dataclass(frozen=True)
class Verdict:
    """What is so now, and the kinds that stay as they are because a run has to come to its end first."""

    findings: tuple[Finding, ...] = ()
    undecided: frozenset[NoticeKind] = frozenset()


def judge(situation: Situation, moment: datetime, *, stale_too: bool = True) -> Verdict:
    """Return what a connection needs somebody for; a paused one needs nobody."""
    connection = situation.connection
    if connection.paused:
        return Verdict()
    if _is_signed_out(situation):
        return Verdict((_signed_out(situation),))
    expiring = _expiring(connection, situation.grant, moment)
    found = () if expiring is None else (expiring,)
    if _is_running(situation):
        return Verdict(found, _ALL - {NoticeKind.SIGN_IN_EXPIRES})
    trouble = _trouble(situation)
    if trouble is not None:
        return Verdict((*found, trouble))
    undecided = frozenset() if connection.state in _WELL else _AFTER_RUNS
    if not stale_too:
        return Verdict(found, undecided | {NoticeKind.SOURCE_IS_STALE})
    stale = _stale(situation, moment)
    return Verdict(found if stale is None else (*found, stale), undecided)


_WELL = frozenset({ConnectionState.SYNCED, ConnectionState.BACKFILLING})


def _is_signed_out(situation: Situation) -> bool:
    """Tell whether a sign-in that there was does not work any more; whoever has just added a connection knows."""
    connection, grant = situation.connection, situation.grant
    if grant is None:
        return False
    return grant.state is GrantState.NEEDS_SIGN_IN or connection.state is ConnectionState.NEEDS_SIGN_IN


def _signed_out(situation: Situation) -> Finding:
    connection, grant = situation.connection, situation.grant
    of_connection = connection.reason if connection.state is ConnectionState.NEEDS_SIGN_IN else None
    evidence = of_connection or (grant.reason if grant is not None else None) or "The sign-in does not work any more."
    return _finding(NoticeKind.NEEDS_SIGN_IN, connection, evidence, _SIGN_IN)


def _expiring(connection: Connection, grant: Grant | None, moment: datetime) -> Finding | None:
    if grant is None or grant.refresh_expires_at is None:
        return None
    days = due_warning(grant.refresh_expires_at, moment)
    if days is None:
        return None
    evidence = SignInWarning(connection, grant.refresh_expires_at, days).sentence
    step = "Link the account again: it takes two clicks, and what has been loaded stays."
    # Each sign-in has its own three warnings, however often the vendor moves the end of one.
    return _finding(NoticeKind.SIGN_IN_EXPIRES, connection, evidence, step, f"{days}:{grant.id[:12]}")


def _is_running(situation: Situation) -> bool:
    newest = situation.runs[0].state if situation.runs else ""
    return situation.connection.state is ConnectionState.SYNCING or newest in {"queued", "running"}


def _trouble(situation: Situation) -> Finding | None:
    connection = situation.connection
    reason, step = connection.reason or "It does not say why.", connection.next_step or "Look at its runs."
    kind = _BY_STATE.get(connection.state)
    if kind is not None:
        return _finding(kind, connection, reason, step)
    failures = _failures(situation.runs)
    if connection.state is ConnectionState.FAILED and failures >= FAILURES:
        return _finding(NoticeKind.FAILED_REPEATEDLY, connection, reason, step)
    return None


def _failures(runs: Sequence[Run]) -> int:
    """Count the failed runs back to the last good one; those that our own end has cut off say nothing."""
    count = 0
    for run in runs:
        if run.error_code == "interrupted":
            continue
        if run.state != "failed" and not _has_failed_streams(run):
            break
        count += 1
    return count


def _has_failed_streams(run: Run) -> bool:
    streams = (run.report or {}).get("streams")
    listed = streams if isinstance(streams, list) else []
    return any(isinstance(one, Mapping) and one.get("error_code") for one in listed)


def _stale(situation: Situation, moment: datetime) -> Finding | None:
    """Tell of a connection whose schedule had two runs since the last good one, and a day more, in vain."""
    connection = situation.connection
    schedule, since = schedule_of(connection), situation.good_at
    if schedule is None or since is None:
        return None
    try:
        planned = next_after(schedule, since, situation.timezone, connection.id)
        planned = next_after(schedule, planned, situation.timezone, connection.id)
    except InvalidSettingError:
        return None  # the scheduler tells of that
    if moment < planned + STALE_AT_LEAST:
        return None
    why = f" {connection.reason}" if connection.reason else ""
    evidence = f"The last good sync ended on {since.day} {since:%B %Y} at {since:%H:%M} UTC.{why}"
    return _finding(
        NoticeKind.SOURCE_IS_STALE, connection, evidence, connection.next_step or "Look at its runs, and sync it now."
    )


def _finding(
    kind: NoticeKind, connection: Connection, evidence: str, next_step: str, occasion: str | None = None
) -> Finding:
    found = Finding(kind, connection.id, connection.name, evidence, next_step)
    return found if occasion is None else Finding(kind, connection.id, connection.name, evidence, next_step, occasion)
