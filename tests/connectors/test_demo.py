"""The demo source: the same everywhere, believable, and true to itself from run to run."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors import find_source
from connectors.demo import DEMO_CLIENTS
from connectors.demo.tickets import tickets_of_day
from connectors.demo.volume import is_spike, tickets_on
from schemas import load_model
from warehouse import ClientAccount, SyncOptions, Warehouse, run_sync

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
CLIENTS = tuple(
    ClientAccount(
        f"id-{client.slug}", client.slug, client.name, timezone=client.timezone, report_currency=client.currency
    )
    for client in DEMO_CLIENTS
)


def test_a_day_is_always_the_same_day() -> None:
    day = NOW.date() - timedelta(days=3)
    assert tickets_of_day(DEMO_CLIENTS[0], day, NOW) == tickets_of_day(DEMO_CLIENTS[0], day, NOW)
    assert len(tickets_of_day(DEMO_CLIENTS[0], day, NOW)) == tickets_on(DEMO_CLIENTS[0], day)


def test_a_ticket_only_ever_goes_on() -> None:
    day = NOW.date() - timedelta(days=5)
    early = {str(ticket["id"]): ticket for ticket in tickets_of_day(DEMO_CLIENTS[1], day, NOW - timedelta(days=4))}
    late = {str(ticket["id"]): ticket for ticket in tickets_of_day(DEMO_CLIENTS[1], day, NOW)}
    assert early.keys() == late.keys()
    for key, ticket in early.items():
        assert str(ticket["updated_at"]) <= str(late[key]["updated_at"])
        for moment in ("created_at", "first_reply_at", "first_solved_at"):
            assert ticket[moment] in (None, late[key][moment])


def test_weeks_have_a_rhythm_and_some_days_a_spike() -> None:
    office, evening = DEMO_CLIENTS[1], DEMO_CLIENTS[2]
    days = [NOW.date() - timedelta(days=number) for number in range(1, 151)]
    weekdays: Counter[int] = Counter()
    for day in days:
        if not is_spike(office, day):
            weekdays[day.weekday()] += tickets_on(office, day)
    assert weekdays[0] > weekdays[4] > 2 * weekdays[6]
    assert sum(tickets_on(evening, day) for day in days if day.weekday() == 6) > sum(
        tickets_on(evening, day) for day in days if day.weekday() == 2
    )
    assert all(any(is_spike(client, day) for day in days) for client in DEMO_CLIENTS)


def test_the_demo_loads_clean_and_goes_on_the_next_day(tmp_path: Path) -> None:
    source = find_source("demo")
    with Warehouse(tmp_path, load_model(), threads=2) as warehouse:
        database = warehouse.workspace("demo", create=True)
        report = run_sync(database, source, SyncOptions("demo", "Demo", CLIENTS, now=NOW))
        stream = report.streams[0]
        assert 60_000 <= stream.rows_new == stream.records <= 80_000
        assert stream.rows_quarantined == stream.cells_quarantined == 0
        with database.reading() as cursor:
            (shape,) = cursor.execute(
                """select count(distinct client_account), min(created_date)::varchar, max(created_date)::varchar,
                    avg(is_solved::int), avg(is_fcr::int), avg((reply_by = 'bot')::int), avg(is_sla_breached::int),
                    count(*) filter (handle_cost > 0), min(frt_seconds), avg(is_reopened::int)
                   from normalised.ticket where is_listed"""
            ).fetchall()
        clients, first, last, solved, fcr, bot, breached, cost, fastest, reopened = shape
        assert (clients, first, last) == (4, "2025-10-31", "2026-03-29")
        assert 0.85 < solved < 0.98
        assert 0.2 < fcr < 0.8
        assert 0.05 < bot < 0.3
        assert 0.02 < breached < 0.5
        assert cost > 40_000
        assert fastest >= 0
        assert 0.02 < reopened < 0.12
        later = run_sync(database, source, SyncOptions("demo", "Demo", CLIENTS, now=NOW + timedelta(days=1))).streams[0]
        assert 300 < later.rows_new < 1_500
        assert later.rows_changed > 0
        with database.reading() as cursor:
            assert cursor.execute("select max(created_date)::varchar, count(*) from normalised.ticket").fetchall() == [
                ("2026-03-30", stream.rows_new + later.rows_new)
            ]


@pytest.mark.parametrize("client", DEMO_CLIENTS, ids=lambda client: client.slug)
def test_parts_of_a_ticket_fit_together(client: object) -> None:
    from connectors.demo import DemoClient

    assert isinstance(client, DemoClient)
    for ticket in tickets_of_day(client, NOW.date() - timedelta(days=30), NOW):
        created, solved = str(ticket["created_at"]), ticket["solved_at"]
        assert solved is None or str(solved) >= created
        assert ticket["first_reply_at"] is None or str(ticket["first_reply_at"]) >= created
        assert (ticket["status"] in ("solved", "closed")) == (solved is not None)
        counts = ticket["counts"]
        assert isinstance(counts, dict)
        assert (counts["assignees"] == 0) == (ticket["assignee"] is None)
