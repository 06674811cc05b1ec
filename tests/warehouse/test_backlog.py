"""Open tickets at the end of each day, against a plain count in Python."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import Row, sync_rows
from warehouse import ClientAccount, WorkspaceDatabase

ATHENS = ClientAccount("c1", "one", "One", timezone="Europe/Athens")
NOW = datetime(2025, 4, 20, 9, 30, tzinfo=UTC)
START = datetime(2025, 3, 20, tzinfo=UTC)  # the clocks go forward on the 30th
DAYS = [date(2025, 3, 20) + timedelta(days=number) for number in range(32)]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day_end(day: date) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Athens")) + timedelta(days=1)
    return min(midnight.astimezone(UTC), NOW)


def random_tickets(chance: random.Random, number: int) -> list[dict[str, object]]:
    tickets: list[dict[str, object]] = []
    for index in range(number):
        created = START + timedelta(minutes=chance.randrange(31 * 24 * 60 - 24 * 60))
        solved = created + timedelta(minutes=chance.randrange(20_000)) if chance.random() < 0.8 else None
        assigned = created + timedelta(hours=chance.randrange(60)) if chance.random() < 0.5 else None
        tickets.append(
            {
                "source_id": str(index),
                "created_at": created,
                "solved_at": solved if solved is not None and solved < NOW else None,
                "due_at": created + timedelta(hours=chance.choice((8, 24, 72))) if chance.random() < 0.7 else None,
                "first_assigned_at": assigned if assigned is not None and assigned < NOW else None,
                "assignee_id": None,
                "channel": chance.choice(("email", "chat", None)),
                "priority": chance.choice(("low", "high")),
            }
        )
    return tickets


def plain_count(tickets: list[dict[str, object]]) -> dict[tuple[date, object, object], tuple[int, int, int, int]]:
    found: Counter[tuple[date, object, object, str]] = Counter()
    for ticket in tickets:
        for day in DAYS:
            end = day_end(day)
            created, solved, due, assigned = (
                value if isinstance(value := ticket[name], datetime) else None
                for name in ("created_at", "solved_at", "due_at", "first_assigned_at")
            )
            assert created is not None
            # Solved at the very midnight that ends a day is solved on the next one.
            if created >= end or (solved is not None and solved < end):
                continue
            key = (day, ticket["channel"], ticket["priority"])
            found[*key, "open"] += 1
            found[*key, "unassigned"] += assigned is None or assigned >= end
            found[*key, "breached"] += due is not None and due <= end
            found[*key, "due"] += due is not None and end < due <= end + timedelta(hours=24)
    keys = {key[:3] for key in found}
    return {key: tuple(found[*key, what] for what in ("open", "unassigned", "breached", "due")) for key in keys}  # type: ignore[misc]


def written(ticket: dict[str, object]) -> Row:
    return {
        name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in ticket.items()
    }


def test_the_backlog_of_random_tickets_is_that_of_a_plain_count(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    tickets = random_tickets(random.Random(7), 150)
    report = sync_rows(database, tmp_path, {"ticket": [written(one) for one in tickets]}, now=NOW, clients=(ATHENS,))
    assert report.build_problems == ()
    found = rows(
        """select snapshot_on, channel, priority, sum(open_count), sum(unassigned_count), sum(breached_count),
                  sum(due_24h_count) from normalised.ticket_backlog_day group by all"""
    )
    assert {row[:3]: row[3:] for row in found} == plain_count(tickets)
    assert rows("select max(snapshot_on) from normalised.ticket_backlog_day") == [(date(2025, 4, 20),)]


def test_building_twice_gives_the_same_rows(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    tickets = {"ticket": [written(one) for one in random_tickets(random.Random(8), 60)]}
    sync_rows(database, tmp_path, tickets, now=NOW, clients=(ATHENS,))
    everything = "select * from normalised.ticket_backlog_day order by all"
    before, version = rows(everything), database.data_version()
    with database.writing() as cursor:
        cursor.execute("delete from state.builds")
    sync_rows(database, tmp_path, tickets, now=NOW, clients=(ATHENS,))
    assert (rows(everything), database.data_version()) == (before, version)


def test_ages_are_hours_at_the_end_of_the_local_day(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    tickets = [
        {"created_at": "2025-03-29 20:00:00", "ticket_status": "open"},  # 22:00 in Athens, two hours before midnight
        {"created_at": "2025-03-29 21:00:00", "ticket_status": "open"},
    ]
    sync_rows(database, tmp_path, {"ticket": tickets}, now=NOW, clients=(ATHENS,))
    assert rows(
        """select snapshot_on::varchar, age_hours_sum, oldest_age_hours from normalised.ticket_backlog_day
           where snapshot_on in ('2025-03-29', '2025-03-30', '2025-04-20') order by 1"""
    ) == [
        ("2025-03-29", 3.0, 2.0),
        ("2025-03-30", 49.0, 25.0),  # a day of 23 hours
        ("2025-04-20", 2 * 21 * 24 + 13.5 + 12.5, 21 * 24 + 13.5),  # today is counted up to now
    ]


def test_a_reopened_ticket_is_open_from_the_reopening_on(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    ticket = {"created_at": "2025-04-01 10:00:00", "solved_at": "2025-04-09 10:00:00", "reopen_count": 1}
    tickets: list[Row] = [
        ticket | {"source_id": "told"},
        ticket | {"source_id": "untold"},
        {"source_id": "status", "created_at": "2025-04-01 10:00:00", "ticket_status": "pending"},
    ]
    steps = [
        ("told", "solved", "03", None, None),
        ("told", "reopened", "07", None, None),
        ("told", "solved", "09", None, None),
        ("status", "status", "05", "new", "open"),
        ("status", "status", "08", "open", "pending"),
    ]
    events = [
        {"source_id": f"{name}{on}", "ticket_id": name, "kind": kind, "occurred_at": f"2025-04-{on} 10:00:00",
         "from_value": before, "to_value": after}
        for name, kind, on, before, after in steps
    ]  # fmt: skip
    sync_rows(database, tmp_path, {"ticket": tickets, "ticket_event": events}, now=NOW, clients=(ATHENS,))
    found = rows(
        """select ticket_status, string_agg(day(snapshot_on)::varchar, ' ' order by snapshot_on), sum(open_count)
           from normalised.ticket_backlog_day where snapshot_on < '2025-04-11' group by 1 order by 1 nulls last"""
    )
    # Without events, the ticket was open until its last solve as far as anybody knows.
    assert found == [
        ("new", "1 2 3 4", 4),
        ("open", "5 6 7", 3),
        ("pending", "8 9 10", 3),
        (None, "1 2 3 4 5 6 7 8", 2 + 2 + 2 + 2 + 1 + 1 + 1 + 1),
    ]


def test_tickets_of_a_source_that_never_tells_of_an_end_are_left_out(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    sync_rows(database, tmp_path, {"ticket": [{"created_at": "2025-04-01 10:00:00"}]}, now=NOW, clients=(ATHENS,))
    assert rows("select count(*) from normalised.ticket_backlog_day") == [(0,)]


def test_spam_is_not_a_backlog_and_a_broken_promise_without_a_date_counts_from_today(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    tickets: list[Row] = [
        {"created_at": "2025-04-18 10:00:00", "ticket_status": "open", "sla_resolution_met": False},
        {"created_at": "2025-04-18 10:00:00", "ticket_status": "open", "is_spam": True},
        {"created_at": "2025-04-18 10:00:00", "ticket_status": "closed", "source_updated_at": "2025-04-19 10:00:00"},
    ]
    sync_rows(database, tmp_path, {"ticket": tickets}, now=NOW, clients=(ATHENS,))
    assert rows(
        """select day(snapshot_on), sum(open_count), sum(breached_count)
           from normalised.ticket_backlog_day group by all order by 1"""
    ) == [(18, 2, 0), (19, 1, 0), (20, 1, 1)]


def test_a_day_with_nothing_open_is_known_to_be_empty(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    """Otherwise a period would show the last day on which something was open."""
    tickets: list[Row] = [
        {"created_at": "2025-04-16 10:00:00", "solved_at": "2025-04-17 10:00:00", "channel": "mail"},
        {"created_at": "2025-04-19 10:00:00", "channel": "chat"},
    ]
    sync_rows(database, tmp_path, {"ticket": tickets}, now=NOW, clients=(ATHENS,))
    assert rows(
        """select day(snapshot_on), channel, open_count, age_hours_sum, round(oldest_age_hours, 6)
           from normalised.ticket_backlog_day order by 1"""
    ) == [
        (16, "mail", 1, 11.0, 11.0),
        (17, None, 0, 0.0, None),
        (18, None, 0, 0.0, None),
        (19, "chat", 1, 11.0, 11.0),
        (20, "chat", 1, 23.5, 23.5),
    ]


def test_the_oldest_ticket_of_a_set_outlasts_younger_ones(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    """Ages are those of tickets that are still open, whatever was open before."""
    tickets: list[Row] = [
        {"created_at": "2025-04-16 10:00:00", "solved_at": "2025-04-19 10:00:00"},
        {"created_at": "2025-04-17 10:00:00", "solved_at": "2025-04-18 10:00:00"},
        {"created_at": "2025-04-18 10:00:00", "ticket_status": "open"},
    ]
    sync_rows(database, tmp_path, {"ticket": tickets}, now=NOW, clients=(ATHENS,))
    found = rows(
        """select day(snapshot_on), sum(open_count), max(oldest_age_hours)
           from normalised.ticket_backlog_day group by all order by 1"""
    )
    assert [row[:2] for row in found] == [(16, 1), (17, 2), (18, 2), (19, 1), (20, 1)]
    assert [round(float(str(row[2]))) for row in found[:4]] == [11, 35, 59, 35]
