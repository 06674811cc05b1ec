"""The demo source: the same everywhere, believable, and true to itself from run to run."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from connectors.demo import DEMO_CLIENTS, DemoClient
from connectors.demo.records import days_between
from connectors.demo.streams import LISTS, WholeList
from connectors.demo.tickets import tickets_of_day
from connectors.demo.timeline import CRISIS_CLIENT, Timeline
from connectors.demo.volume import is_spike, tickets_on

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 30, tzinfo=UTC)
TIMELINE = Timeline.ending(date(2026, 3, 29))
CLIENTS = pytest.mark.parametrize("client", DEMO_CLIENTS, ids=lambda client: client.slug)


def test_the_history_is_three_years_from_the_first_of_a_month() -> None:
    assert TIMELINE.start == date(2023, 3, 1)
    assert TIMELINE.crisis == (date(2025, 7, 1), date(2025, 7, 31))


def test_a_day_is_always_the_same_day() -> None:
    day = NOW.date() - timedelta(days=3)
    assert tickets_of_day(DEMO_CLIENTS[0], TIMELINE, day, NOW) == tickets_of_day(DEMO_CLIENTS[0], TIMELINE, day, NOW)
    assert len(tickets_of_day(DEMO_CLIENTS[0], TIMELINE, day, NOW)) == tickets_on(DEMO_CLIENTS[0], TIMELINE, day)


@pytest.mark.parametrize("age", [1, 3, 8, 15])
def test_a_ticket_only_ever_goes_on(age: int) -> None:
    day = NOW.date() - timedelta(days=20)
    looked = datetime.combine(day, NOW.time(), UTC) + timedelta(days=age)
    early = {str(ticket["id"]): ticket for ticket in tickets_of_day(DEMO_CLIENTS[1], TIMELINE, day, looked)}
    late = {str(ticket["id"]): ticket for ticket in tickets_of_day(DEMO_CLIENTS[1], TIMELINE, day, NOW)}
    assert early.keys() == late.keys()
    for key, ticket in early.items():
        assert str(ticket["updated_at"]) <= str(late[key]["updated_at"])
        for name in ("category", "channel", "company", "contact_id", "priority", "escalated", "complaint", "spam"):
            assert ticket[name] == late[key][name]
        for moment in ("created_at", "first_reply_at", "first_solved_at"):
            assert ticket[moment] in (None, late[key][moment])
        events, more = ticket["events"], late[key]["events"]
        assert isinstance(events, list)
        assert isinstance(more, list)
        assert events == more[: len(events)]


@CLIENTS
def test_nothing_has_happened_yet_that_is_still_to_come(client: DemoClient) -> None:
    for day in days_between(NOW.date() - timedelta(days=4), NOW.date()):
        for ticket in tickets_of_day(client, TIMELINE, day, MIDNIGHT):
            moments = [ticket[name] for name in ("created_at", "updated_at", "solved_at", "closed_at")]
            assert all(moment is None or str(moment) < "2026-03-30" for moment in moments)
    for one in LISTS:
        if isinstance(one, WholeList):
            records = one.records(client, TIMELINE, MIDNIGHT)
            assert all(str(record["updated_at"]) < "2026-03-30" for record in records), one.stream.name


def test_weeks_have_a_rhythm_and_some_days_a_spike() -> None:
    office, evening = DEMO_CLIENTS[1], DEMO_CLIENTS[2]
    days = [NOW.date() - timedelta(days=number) for number in range(1, 360)]
    weekdays: Counter[int] = Counter()
    for day in days:
        if not is_spike(office, day):
            weekdays[day.weekday()] += tickets_on(office, TIMELINE, day)
    assert weekdays[0] > weekdays[4] > 2 * weekdays[6]
    assert sum(tickets_on(evening, TIMELINE, day) for day in days if day.weekday() == 6) > sum(
        tickets_on(evening, TIMELINE, day) for day in days if day.weekday() == 2
    )
    assert all(any(is_spike(client, day) for day in days) for client in DEMO_CLIENTS)


def test_volume_grows_and_the_crisis_shows() -> None:
    crisis = next(client for client in DEMO_CLIENTS if client.slug == CRISIS_CLIENT)

    def month(first: date) -> int:
        return sum(tickets_on(crisis, TIMELINE, day) for day in days_between(first, first + timedelta(days=27)))

    assert month(date(2025, 5, 1)) > 1.2 * month(date(2023, 5, 1))
    assert month(TIMELINE.crisis[0]) > 1.7 * month(date(2025, 5, 1))
    others = [TIMELINE.strain(client, TIMELINE.crisis[0]) for client in DEMO_CLIENTS if client is not crisis]
    assert others == [0.0] * 5


@CLIENTS
def test_parts_of_a_ticket_fit_together(client: DemoClient) -> None:
    for ticket in tickets_of_day(client, TIMELINE, NOW.date() - timedelta(days=30), NOW):
        created, solved = str(ticket["created_at"]), ticket["solved_at"]
        assert solved is None or str(solved) >= created
        assert ticket["first_reply_at"] is None or str(ticket["first_reply_at"]) >= created
        assert (ticket["status"] in ("solved", "closed")) == (solved is not None or ticket["closed_at"] is not None)
        counts, events = ticket["counts"], ticket["events"]
        assert isinstance(counts, dict)
        assert isinstance(events, list)
        assert counts["assignees"] == 0 or ticket["assignee"] is not None
        kinds = Counter((event[1], event[3]) for event in events if isinstance(event, list))
        assert kinds["public_reply", "agent"] == counts["agent_replies"]
        moments = [str(event[2]) for event in events if isinstance(event, list)]
        assert moments == sorted(moments)
        assert all(moment >= created for moment in moments)
