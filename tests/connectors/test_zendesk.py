"""Zendesk: the contract of every source, and what is Zendesk's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import MissingScopeError, Window
from connectors.zendesk.source import ZendeskSource
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Fault
from tests.connectors.fakes.zendesk import FakeZendesk
from tests.connectors.reading import empty_workspace, list_accounts, read_all, records_of

SOURCE = ZendeskSource()
moment = datetime.fromisoformat


class TestZendesk(SourceContract):
    """The contract, and rows that were worked out by hand from the fake's records."""

    source, fake = "zendesk", FakeZendesk
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ticket": (
            {
                "source_id": "1",
                "subject": "Order 1001",
                "ticket_status": "closed",
                "priority": "low",
                "ticket_type": "problem",
                "category": "returns",
                "channel": "web form",
                "channel_group": "written",
                "tags": "billing,vip",
                "source_url": "https://tideline.zendesk.com/agent/tickets/1",
                "contact_id": "5007",
                "account_id": "3001",
                "account": "Customer 1",
                "assignee_id": "5002",
                "agent": "Agent 2",
                "agent_group": "Workshop",
                "created_at": moment("2025-12-04 10:07"),
                "first_assigned_at": moment("2025-12-04 10:10"),
                "first_reply_at": moment("2025-12-04 10:13"),
                "solved_at": moment("2025-12-04 12:07"),
                "closed_at": moment("2025-12-04 12:37"),
                "reply_by": "human",
                "frt_seconds": 360.0,
                "resolution_seconds": 7200.0,
                "public_agent_replies": 2,
                "assignee_count": 1,
                "group_count": 2,
                "reopen_count": 0,
                "requester_wait_seconds": 2700.0,
                "frt_business_seconds": 180.0,
                "resolution_business_seconds": 3600.0,
                "vendor_frt_seconds": 360.0,
                "vendor_resolution_seconds": 7200.0,
                "is_fcr": False,
                "is_listed": True,
                "is_deleted": False,
            },
            {
                "source_id": "3",
                "ticket_status": "open",
                "priority": "high",
                "channel": "phone",
                "channel_group": "voice",
                "first_reply_at": moment("2025-12-06 12:29"),
                "solved_at": None,
                "closed_at": None,
                "vendor_resolution_seconds": None,
                "is_solved": False,
            },
            {"source_id": "4", "ticket_status": "closed", "is_merged": True, "is_deleted": False, "is_listed": False},
            {"source_id": "5", "ticket_status": None, "is_merged": False, "is_deleted": True, "is_listed": False},
            {"source_id": "6", "ticket_status": "new", "assignee_id": None, "tags": None, "priority": "low"},
            {"source_id": "7", "first_reply_at": None, "vendor_frt_seconds": None, "public_agent_replies": 0},
            {"source_id": "9", "account_id": None, "account": None},
        ),
        "ticket_event": (
            {"source_id": "1-solved", "kind": "solved", "occurred_at": moment("2025-12-04 12:07"), "is_listed": True},
            {"source_id": "1-created", "kind": "created", "actor_id": "5007", "actor_type": "customer"},
            {"source_id": "4-created", "kind": "created", "is_listed": False},
            {"source_id": "5-created", "kind": "created", "is_listed": False},
        ),
        "account": (
            {
                "source_id": "3001",
                "account": "Customer 1",
                "domain": "customer1.example",
                "external_ids": '{"external_id":"C-1"}',
                "is_listed": True,
            },
            {"source_id": "3002", "is_deleted": True, "is_listed": False},
            {"source_id": "3003", "domain": None, "external_ids": '{"external_id":"C-3"}'},
        ),
        "contact": (
            {
                "source_id": "5013",
                "contact_name": "Person 13",
                "email": "person13@customer.example",
                "account_id": "3013",
                "account": "Customer 13",
                "contact_language": "en-GB",
                "is_deleted": False,
            },
            {"source_id": "5012", "is_deleted": True, "is_listed": False},
        ),
        "user_agent": (
            {
                "source_id": "5001",
                "agent": "Agent 1",
                "email": "agent1@tideline.example",
                "agent_group": "Workshop",
                "staff_role": "agent",
                "active_from": date(2025, 12, 2),
                "active_to": None,
                "is_service_agent": True,
            },
            {"source_id": "5004", "staff_role": "other", "is_service_agent": False},
            {"source_id": "5005", "active_to": date(2025, 12, 7), "left_on": date(2025, 12, 8)},
        ),
        "survey_response": (
            {
                "source_id": "62001",
                "kind": "csat",
                "ticket_id": "1",
                "contact_id": "5007",
                "assignee_id": "5002",
                "raw_value": 1.0,
                "score_normalised": 1.0,
                "is_satisfied": True,
                "is_answer": True,
                "sent_at": moment("2025-12-04 14:00"),
                "responded_at": moment("2025-12-04 20:00"),
                "comment_text": "Quick, thank you",
            },
            {"source_id": "62002", "raw_value": 0.0, "is_satisfied": False, "is_answer": True, "comment_text": None},
            {"source_id": "62003", "raw_value": None, "responded_at": None, "is_answer": False, "is_invite": True},
        ),
    }


@pytest.fixture
def fake() -> Iterator[FakeZendesk]:
    """The fake, serving."""
    with FakeZendesk() as running:
        assert isinstance(running, FakeZendesk)
        yield running


def test_windows_together_are_the_whole(fake: FakeZendesk) -> None:
    edges = [fake.since, datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 20, tzinfo=UTC), fake.now]
    found = []
    for start, end in pairwise(edges):
        some = records_of(read_all(SOURCE, fake, stream="tickets", window=Window(start, end)))
        stamps = [one["generated_timestamp"] for one in some]
        assert all(isinstance(one, int) and start.timestamp() <= one < end.timestamp() for one in stamps)
        found += [one["id"] for one in some]
    assert sorted(map(int, map(str, found))) == list(range(1, 111))


def test_a_window_stops_at_its_end(fake: FakeZendesk) -> None:
    end = fake.since + timedelta(days=10)
    read_all(SOURCE, fake, stream="tickets", window=Window(fake.since, end))
    assert len(fake.asked) == 1


def test_a_window_that_breaks_goes_on(fake: FakeZendesk) -> None:
    window = Window(moment("2026-01-10T00:00:00Z"), moment("2026-03-10T00:00:00Z"))
    whole = read_all(SOURCE, fake, stream="tickets", window=window)
    assert len(whole) == 2
    rest = read_all(SOURCE, fake, stream="tickets", window=window, cursor=whole[0].cursor)
    wanted = {str(one["id"]) for one in records_of(whole)}
    assert {str(one["id"]) for one in records_of([whole[0], *rest])} == wanted
    assert len(records_of(rest)) < len(wanted)


def test_a_live_read_that_breaks_goes_on(fake: FakeZendesk) -> None:
    batches = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    assert len(batches) == 3
    rest = read_all(SOURCE, fake, stream="tickets", cursor=batches[0].cursor)
    ids = [one["id"] for one in records_of([batches[0], *rest])]
    assert len(ids) == len(set(map(str, ids))) == 110


def test_metric_sets_beside_the_tickets_are_put_into_them(fake: FakeZendesk) -> None:
    inside = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    fake.beside = True
    beside = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    assert records_of(beside) == records_of(inside)
    assert all(one["metric_set"] for one in records_of(beside))


def test_an_empty_page_with_a_next_one_is_not_the_end(fake: FakeZendesk) -> None:
    fake.empty_first = True
    batches = read_all(SOURCE, fake, stream="tickets", since=fake.since)
    assert batches[0].records == []
    assert len(records_of(batches)) == 110
    batches = read_all(SOURCE, fake, stream="organizations", since=fake.since)
    assert batches[0].records == []
    assert len(records_of(batches)) == 70


def test_nothing_new_keeps_the_place(fake: FakeZendesk) -> None:
    last = read_all(SOURCE, fake, stream="tickets", since=fake.since)[-1].cursor
    (again,) = read_all(SOURCE, fake, stream="tickets", cursor=last)
    assert (again.records, again.cursor) == ([], last)


def test_the_last_minute_is_never_asked_for(fake: FakeZendesk) -> None:
    batches = read_all(SOURCE, fake, stream="tickets", since=fake.now)
    assert batches[-1].done
    assert fake.asked[0].number("start_time") == int(fake.now.timestamp()) - 120


def test_a_second_that_fills_a_seam_comes_once(fake: FakeZendesk) -> None:
    found = records_of(read_all(SOURCE, fake, stream="organizations", since=fake.since))
    assert len(found) == len({str(one["id"]) for one in found}) == 70


def test_a_late_answer_to_an_old_offer_is_found(fake: FakeZendesk) -> None:
    cursor = read_all(SOURCE, fake, stream="satisfaction_ratings", since=fake.since)[-1].cursor
    offered = next(one for one in reversed(fake.stores["satisfaction_ratings"][:50]) if one["score"] == "offered")
    offered |= {"score": "bad", "updated_at": "2026-03-30T14:00:00Z"}
    assert offered in records_of(read_all(SOURCE, fake, stream="satisfaction_ratings", cursor=cursor))


def test_changes_reach_the_rows(fake: FakeZendesk, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(SOURCE, fake)
        solved = "select is_listed, is_final_solve from normalised.ticket_event where source_id = '2-solved'"
        assert workspace.rows(solved) == [(True, True)]
        fake.reopen(2)
        fake.delete(8)
        workspace.load(SOURCE, fake)
        assert workspace.entity("ticket", "ticket_status", "solved_at", "reopen_count", where="source_id = '2'") == [
            ("open", None, 1)
        ]
        assert workspace.rows(solved) == [(False, True)]
        assert workspace.entity("ticket", "is_listed", where="source_id = '8'") == [(False,)]
        assert workspace.entity("ticket_event", "is_listed", where="ticket_id = '8' and is_listed") == []


def test_agents_without_leave_to_see_groups(fake: FakeZendesk) -> None:
    fake.forbidden.add("/api/v2/groups")
    found = records_of(read_all(SOURCE, fake, stream="users", since=fake.since))
    assert len(found) == 45
    assert {one["group_name"] for one in found} == {None}


def test_exports_are_for_administrators(fake: FakeZendesk) -> None:
    fake.forbidden.add("/api/v2/incremental/tickets/cursor")
    with pytest.raises(MissingScopeError, match="as an administrator"):
        list_accounts(SOURCE, fake)


def test_a_plan_without_ratings_has_none(fake: FakeZendesk) -> None:
    fake.absent.add("/api/v2/satisfaction_ratings")
    (batch,) = read_all(SOURCE, fake, stream="satisfaction_ratings", since=fake.since)
    assert (batch.records, batch.done) == ([], True)


def test_a_pause_in_mid_walk_is_kept(fake: FakeZendesk) -> None:
    fake.faults.next(Fault.TOO_MANY, seconds=42, path="organizations")
    assert len(records_of(read_all(SOURCE, fake, stream="organizations", since=fake.since))) == 70
    assert fake.faults.early == []
    assert sum(fake.clock.slept) >= 42
