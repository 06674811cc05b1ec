"""When connections are due, and what a run means for how its connection stands."""

from datetime import UTC, datetime, timedelta

import pytest

from api.errors import InvalidSettingError
from api.sync.schedule import check_schedule, next_after
from api.sync.standing import BACKOFF, Outcome, standing_after
from api.workspaces.records import Connection, ConnectionState
from connectors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    StopError,
    TokenRevokedError,
)
from warehouse import ExtractionLostError, StreamReport, SyncReport

NOW = datetime(2026, 3, 27, 12, tzinfo=UTC)
CONNECTION = Connection("c1", "Desk", "zendesk", {}, schedule="1h")


def test_an_interval_is_spread_by_connection_and_stays_the_same() -> None:
    found = {next_after("1h", NOW, "UTC", f"c{number}") - NOW for number in range(50)}
    assert all(timedelta(hours=1) <= one <= timedelta(minutes=65) for one in found)
    assert len(found) > 40
    assert next_after("1h", NOW, "UTC", "c1") == next_after("1h", NOW, "UTC", "c1")


def test_a_cron_line_follows_the_clock_of_the_workspace_through_summer_time() -> None:
    # In Athens, 6 o'clock is 4 in UTC, and 3 from 29 March 2026 on.
    first = next_after("0 6 * * *", NOW, "Europe/Athens", "c")
    assert first.replace(minute=0, second=0, microsecond=0) == datetime(2026, 3, 28, 4, tzinfo=UTC)
    assert next_after("0 6 * * *", first, "Europe/Athens", "c").hour == 3


@pytest.mark.parametrize("text", ["1m", "2000d", "soon", "* * * * *", "61 * * * *", ""])
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(InvalidSettingError):
        check_schedule(text)


def test_a_schedule_is_tidied() -> None:
    assert check_schedule(" 0  6 * *  1-5 ") == "0 6 * * 1-5"
    assert check_schedule("30m") == "30m"


@pytest.mark.parametrize(
    ("error", "state", "again"),
    [
        (TokenRevokedError("gone"), ConnectionState.NEEDS_SIGN_IN, None),
        (MissingScopeError("no"), ConnectionState.MISSING_PERMISSION, None),
        (RateLimitedError("slow", retry_after=90), ConnectionState.WAITING, timedelta(seconds=90)),
        (SourceDownError("down"), ConnectionState.WAITING, BACKOFF[0]),
        (ExtractionLostError("lost"), ConnectionState.WAITING, BACKOFF[0]),
    ],
    ids=lambda one: type(one).__name__,
)
def test_each_error_has_its_state(error: Exception, state: ConnectionState, again: timedelta | None) -> None:
    found = standing_after(CONNECTION, Outcome(None, error), NOW, "UTC")
    assert (found.state, found.next_run_at) == (state, None if again is None else NOW + again)
    assert found.reason
    assert found.next_step
    assert found.code


@pytest.mark.parametrize(
    "error", [StopError("bug"), PlanLimitError("plan"), KeyError("x")], ids=lambda e: type(e).__name__
)
def test_what_repeating_cannot_help_waits_for_the_schedule(error: Exception) -> None:
    found = standing_after(CONNECTION, Outcome(None, error), NOW, "UTC")
    assert found.state is ConnectionState.FAILED
    assert found.next_run_at is not None
    assert found.next_run_at >= NOW + timedelta(hours=1)


def test_a_source_that_stays_down_has_failed_in_the_end() -> None:
    waits = []
    for failures in range(len(BACKOFF)):
        found = standing_after(CONNECTION, Outcome(None, SourceDownError("down"), failures), NOW, "UTC")
        assert found.next_run_at is not None
        waits.append(found.next_run_at - NOW)
    assert waits == sorted(set(waits))
    last = standing_after(CONNECTION, Outcome(None, SourceDownError("down"), len(BACKOFF)), NOW, "UTC")
    assert last.state is ConnectionState.FAILED


def test_an_account_that_worked_before_has_been_lost() -> None:
    found = standing_after(CONNECTION, Outcome(None, MissingScopeError("no"), worked_before=True), NOW, "UTC")
    assert found.state is ConnectionState.LOST_ACCESS


def test_a_good_run_is_synced_or_tells_how_much_history_is_here() -> None:
    done = SyncReport("zendesk", "c1", (StreamReport("tickets", history_done=4, history_total=4),))
    assert standing_after(CONNECTION, Outcome(done, None), NOW, "UTC").state is ConnectionState.SYNCED
    half = SyncReport("zendesk", "c1", (StreamReport("tickets", history_done=3, history_total=7),))
    found = standing_after(CONNECTION, Outcome(half, None), NOW, "UTC")
    assert (found.state, found.next_run_at) == (ConnectionState.BACKFILLING, NOW)
    assert found.reason == "What is new is here, and 42 % of the history."


def test_a_stream_that_failed_is_named() -> None:
    report = SyncReport(
        "zendesk", "c1", (StreamReport("tickets"), StreamReport("users", error_code="StopError", error="?"))
    )
    found = standing_after(CONNECTION, Outcome(report, None), NOW, "UTC")
    assert found.state is ConnectionState.FAILED
    assert "1 of 2 lists could not be read (users)" in str(found.reason)
    denied = StreamReport("users", error_code="MissingScopeError", error="?")
    found = standing_after(CONNECTION, Outcome(SyncReport("z", "c1", (StreamReport("t"), denied)), None), NOW, "UTC")
    assert found.state is ConnectionState.MISSING_PERMISSION
    assert found.next_run_at is not None


def test_a_paused_connection_stays_paused() -> None:
    paused = Connection("c1", "Desk", "zendesk", {}, schedule="1h", paused=True)
    found = standing_after(paused, Outcome(SyncReport("zendesk", "c1"), None), NOW, "UTC")
    assert (found.state, found.next_run_at) == (ConnectionState.PAUSED, None)
