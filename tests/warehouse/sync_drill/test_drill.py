"""The failure drill: whatever a vendor does, in the end every record is here once, as it is there."""

from datetime import timedelta

import pytest

from connectors import RateLimitedError, TokenRevokedError
from tests.connectors.fake_vendor import Fault
from tests.warehouse.sync_drill.drilling import Tokens, assert_true, drill, of, options, rows, spread
from tests.warehouse.sync_drill.fake_desk import NOW, FakeDesk, some_time
from warehouse import WorkspaceDatabase

BREAKS = (Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.DOWN, Fault.DROP, Fault.TRUNCATE, Fault.SLOW)


def test_a_first_sync_follows_and_reads_the_history(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    report, error = drill(database, options())
    assert error is None
    assert_true(database, fake)
    tickets, agents = of(report)
    assert (tickets.history_done, tickets.history_total) == (2, 2)
    assert tickets.rows_new == 210
    assert tickets.wasted == 0
    assert tickets.requests + agents.requests == len(fake.asked)
    assert tickets.data_through == NOW.date()
    assert tickets.differences == ()
    starts = [asked.one("from") for asked in fake.asked if asked.path.endswith("/tickets")]
    assert starts == sorted(starts, reverse=True)  # newest first
    assert fake.asked[0].path.endswith(("/changes", "/agents"))


def test_a_later_sync_brings_changes_and_deletes_alone(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    drill(database, options())
    fake.put(3, some_time(-100), some_time(0.5))
    fake.put(500, some_time(0.4), some_time(0.5))
    fake.remove(7, some_time(0.5))
    fake.agents.pop()
    before = len(fake.asked)
    report, _ = drill(database, options(now=some_time(1)))
    assert_true(database, fake)
    tickets, agents = of(report)
    assert (tickets.rows_new, tickets.rows_changed, tickets.rows_deleted, agents.rows_deleted) == (1, 1, 1, 1)
    assert (tickets.rows_restated, tickets.restated_from) == (1, tickets.restated_to)
    assert not [asked for asked in fake.asked[before:] if asked.path.endswith("/tickets")]


def test_it_survives_whatever_breaks_one_request(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    faults = list(BREAKS)
    spread(fake, faults, every=2)
    report, error = drill(database, options())
    assert error is None
    assert (faults, fake.faults.waiting) == ([], 0)
    assert fake.faults.early == []  # no pause was cut short
    assert_true(database, fake)
    assert sum(one.wasted for one in report.streams) == len(BREAKS) - 1  # a slow body is a good one
    assert sum(one.waited_seconds for one in report.streams) > 0


def test_a_token_that_ends_in_mid_page_is_renewed(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    tokens = Tokens("first-token", "second-token")
    fake.faults.next(Fault.EXPIRED, path="/tickets")
    report, error = drill(database, options(tokens=tokens))
    assert error is None
    assert (tokens.renewals, of(report)[0].wasted) == (1, 1)
    assert_true(database, fake)


def test_a_revoked_grant_ends_the_sync_and_is_every_streams_trouble(
    database: WorkspaceDatabase, fake: FakeDesk
) -> None:
    fake.refused = {"first-token"}
    report, error = drill(database, options(tokens=Tokens("first-token")))
    assert isinstance(error, TokenRevokedError)
    assert {one.error_code for one in report.streams} == {"TokenRevokedError"}
    assert len(fake.asked) == 1  # nobody asks again with a token that was refused
    assert rows(database, "select distinct run_state, error_code from state.runs") == [("failed", "TokenRevokedError")]
    fake.refused = set()
    drill(database, options())
    assert_true(database, fake)


def test_a_long_pause_ends_the_sync_and_keeps_what_came(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.faults.next(Fault.TOO_MANY, seconds=500, path="/tickets")
    report, error = drill(database, options())
    assert isinstance(error, RateLimitedError)
    assert report.retry_after is not None
    assert report.retry_after >= 500
    assert of(report)[1].error is None
    assert fake.faults.early == []
    fake.clock.slept.append(501)
    drill(database, options())
    assert_true(database, fake)


def test_one_streams_missing_permission_leaves_the_others_alone(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.forbidden = "/agents"
    report, error = drill(database, options())
    assert error is None
    assert [one.error_code for one in of(report)] == [None, "MissingScopeError"]
    fake.forbidden = ""
    drill(database, options())
    assert_true(database, fake)


def test_records_that_are_none_go_to_the_quarantine(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.agents[3:3] = ["not a record", {"name": "Nobody"}, {"id": None, "name": "No id"}]
    drill(database, options())
    assert_true(database, fake)
    assert [row[0] for row in rows(database, "select reason from state.quarantine order by 1")] == [
        "is not a record of named values",
        "lacks its key 'id'",
        "lacks its key 'id'",
    ]


def test_a_bad_cell_leaves_its_row(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.put(3, some_time(-90), some_time(-1), seconds="many")
    report, _ = drill(database, options())
    assert_true(database, fake)
    assert of(report)[0].cells_quarantined >= 1


def test_new_columns_and_changed_types_are_taken_as_they_come(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    drill(database, options())
    fake.put(3, some_time(-90), some_time(0.2), mood={"sun": [1, 2]}, seconds="17")
    fake.put(4, some_time(-90), some_time(0.2), via="mail", id_2="x", seconds=[1])
    drill(database, options(now=some_time(1)))
    assert_true(database, fake)
    assert rows(database, "select mood, via from raw.drill__tickets where _key in ('3', '4') order by _key") == [
        ('{"sun":[1,2]}', '{"channel":"mail"}'),
        (None, "mail"),
    ]


def test_empty_pages_with_a_next_link_are_passed(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.empty_pages = 3
    drill(database, options())
    assert_true(database, fake)


def test_pages_in_a_circle_stop_their_stream(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    fake.looping = True
    report, _ = drill(database, options())
    assert "StopError" in {one.error_code for one in report.streams}
    assert len(fake.asked) < 20
    fake.looping = False
    drill(database, options())
    assert_true(database, fake)


def test_a_source_that_is_empty_all_at_once_deletes_nothing(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    drill(database, options())
    kept, fake.agents = fake.agents, []
    report, _ = drill(database, options(now=some_time(1)))
    assert [text for one in report.streams for text in one.warnings] == [
        "30 of 30 agents are gone at the source; nothing was deleted."
    ]
    fake.agents = kept
    assert_true(database, fake)


def test_a_list_that_loses_most_of_itself_deletes_nothing_until_it_is_accepted(
    database: WorkspaceDatabase, fake: FakeDesk
) -> None:
    drill(database, options())
    whole, fake.agents = fake.agents, fake.agents[18:]
    for day in (1, 2):  # asked again, it is not believed either
        _, agents = of(drill(database, options(now=some_time(day)))[0])
        assert (agents.rows_held, agents.rows_known, agents.rows_deleted) == (18, 30, 0)
        assert agents.warnings == ("18 of 30 agents are gone at the source; nothing was deleted.",)
    believed, fake.agents = fake.agents, whole
    assert_true(database, fake)
    fake.agents = believed
    _, agents = of(drill(database, options(now=some_time(3), accept_deletions=True))[0])
    assert (agents.rows_held, agents.rows_deleted, agents.warnings) == (0, 18, ())
    assert_true(database, fake)
    fake.agents = fake.agents[11:]  # of a short list, most may go in a day
    _, agents = of(drill(database, options(now=some_time(4)))[0])
    assert (agents.rows_held, agents.rows_deleted) == (0, 11)
    assert_true(database, fake)


@pytest.mark.parametrize("days", [-3, 400])
def test_a_clock_that_is_moved_loses_nothing(database: WorkspaceDatabase, fake: FakeDesk, days: float) -> None:
    drill(database, options(history_seconds=0.0001))
    fake.put(3, some_time(-90), some_time(0.1))
    drill(database, options(now=some_time(days)))
    fake.put(5, some_time(-90), some_time(0.2))
    drill(database, options(now=some_time(0.5)))
    assert_true(database, fake)


def test_the_history_is_read_in_turns(database: WorkspaceDatabase, fake: FakeDesk) -> None:
    seen = []
    for turn in range(2):
        report, _ = drill(database, options(now=NOW + timedelta(hours=turn), history_seconds=0.0001))
        seen.append(report.history)
    assert seen == [(0, 2)] * 2  # no time, no history; what is new comes all the same
    report, _ = drill(database, options(now=NOW + timedelta(days=1)))
    assert report.history == (2, 2)
    assert_true(database, fake)


@pytest.mark.parametrize("zone", ["Pacific/Tongatapu", "Pacific/Pitcairn"])  # 13 hours before UTC, 8 behind it
def test_what_the_source_counts_is_compared(database: WorkspaceDatabase, fake: FakeDesk, zone: str) -> None:
    fake.put(600, some_time(-29.6), some_time(0))  # 0:36 of the first day that is compared, in UTC
    fake.put(601, some_time(-1.65), some_time(0))  # 23:24 of the last one
    report, _ = drill(database, options(zone=zone))
    assert of(report)[0].differences == ()
    with database.writing() as cursor:
        cursor.execute("update raw.drill__tickets set _deleted = true where _key in ('200', '201')")
    report, _ = drill(database, options(zone=zone))
    found = {one.field: one.theirs - one.ours for one in of(report)[0].differences}
    assert found["records"] == 2
