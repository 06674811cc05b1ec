"""The demo through the whole pipeline: nothing in quarantine, no empty entity, and the next day goes on from there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors import find_source
from connectors.demo import DEMO_CLIENTS
from connectors.demo.hours import business_hours
from connectors.demo.rates import rates_csv
from connectors.demo.timeline import Timeline
from schemas import load_model
from warehouse import (
    ClientAccount,
    SyncOptions,
    SyncReport,
    Warehouse,
    WorkspaceDatabase,
    WorkspaceSettings,
    parse_hours,
    renormalise_source,
    run_sync,
)

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
TIMELINE = Timeline(date(2026, 2, 1))  # a short history: the same lists, a twentieth of the rows
CLIENTS = tuple(
    ClientAccount(
        f"id-{one.slug}", one.slug, one.name, one.industry, one.region, one.country, one.timezone, one.currency
    )
    for one in DEMO_CLIENTS
)
OPTIONS = SyncOptions("demo", "Demo", CLIENTS, {"start": TIMELINE.start.isoformat()}, NOW)
# Goals and findings begin later in the history than this short one ends.
WITHOUT_ROWS = {"goal", "goal_period", "insight", "metric_snapshot", "benchmark_point", "forecast_point"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WorkspaceDatabase, SyncReport]]:
    """A workspace with the demo in it, and the report of its load."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with Warehouse(folder, load_model(), threads=2) as warehouse:
        database = warehouse.workspace("demo", create=True)
        database.put_settings(WorkspaceSettings(), list(CLIENTS), parse_hours({"schedules": business_hours(TIMELINE)}))
        rates = folder / "rates.csv"
        rates.write_text(rates_csv(TIMELINE, date(2026, 3, 29)))
        assert database.import_rates(rates).rates_refused == 0
        yield database, run_sync(database, find_source("demo"), OPTIONS)


def rows(database: WorkspaceDatabase, sql: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    with database.reading() as cursor:
        return cursor.execute(sql).fetchall()


def test_it_loads_clean(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, report = loaded
    brought = [one for one in report.streams if one.stream not in ("goals", "insights")]
    assert all(one.rows_new == one.records > 0 for one in brought)
    assert rows(database, "select * from state.quarantine") == []
    assert rows(database, "select entity, error from state.builds where error is not null") == []


def test_no_entity_is_empty(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, _ = loaded
    empty = {
        entity.name
        for entity in load_model().entities.values()
        if rows(database, f'select count(*) from normalised."{entity.table}"') == [(0,)]
    }
    assert empty <= WITHOUT_ROWS


def test_every_amount_has_a_rate(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, _ = loaded
    for table, amount in (("invoice", "total"), ("payment", "amount"), ("cost_entry", "amount"), ("deal", "amount")):
        sql = f"select count(*) from normalised.{table} where {amount} is null or {amount}_base is null"
        assert rows(database, sql) == [(0,)], table
    assert rows(database, "select count(distinct currency_original) from normalised.invoice") == [(3,)]


def test_the_desk_is_believable(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, _ = loaded
    shape = rows(
        database,
        """select count(distinct client_account), avg(is_solved::int), avg(is_fcr::int), avg((reply_by = 'bot')::int),
            avg(is_sla_breached::int), min(frt_seconds), avg(is_reopened::int), count(*) filter (account is null),
            count(*) filter (assignee_id is not null and agent is null)
           from normalised.ticket where is_listed""",
    )[0]
    clients, *shares, fastest, reopened, nameless, unknown = (float(str(one)) for one in shape)
    assert (clients, nameless, unknown) == (6, 0, 0)
    bounds = ((0.8, 0.98), (0.2, 0.8), (0.05, 0.3), (0.02, 0.5))
    assert all(low < share < high for share, (low, high) in zip(shares, bounds, strict=True))
    assert fastest >= 0
    assert 0.02 < reopened < 0.12


def test_every_answer_knows_its_survey(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, _ = loaded
    kinds = rows(
        database,
        """select kind, survey_kind, count(*) > 20, count(*) filter (is_answer and score_normalised is null)
           from normalised.survey_response where responded_at is not null group by all order by all""",
    )
    assert [one[:2] for one in kinds] == [
        ("ces", "transactional"),
        ("csat", "transactional"),
        ("nps", "relationship"),
        ("nps", "transactional"),
    ]
    assert all(many and unjudged == 0 for _, _, many, unjudged in kinds)


def test_normalising_again_gives_the_same(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, _ = loaded
    sql = "select count(*), count(distinct source_id), max(responded_at) from normalised.survey_response"
    before = rows(database, sql)
    renormalise_source(database, find_source("demo"), OPTIONS)
    assert rows(database, sql) == before


def test_the_next_day_goes_on(loaded: tuple[WorkspaceDatabase, SyncReport]) -> None:
    database, first = loaded
    again = run_sync(database, find_source("demo"), OPTIONS)
    assert again.records == 0
    later = run_sync(
        database, find_source("demo"), SyncOptions("demo", "Demo", CLIENTS, OPTIONS.config, NOW + timedelta(days=1))
    )
    tickets = next(one for one in later.streams if one.stream == "tickets")
    assert 20 < tickets.rows_new < 200
    assert tickets.rows_changed > 0
    before = next(one for one in first.streams if one.stream == "tickets")
    assert rows(database, "select max(created_date)::varchar, count(*) from normalised.ticket") == [
        ("2026-03-30", before.rows_new + tickets.rows_new)
    ]
