"""Settings copied from metadata: what follows from each, older files, and what stays as it is."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from schemas import SemanticModel
from tests.warehouse.conftest import ATHENS, Load, Rows
from warehouse import ClientAccount, Warehouse, WorkspaceDatabase, WorkspaceSettings
from warehouse.state import FORMAT, read_settings

CREATED = "select source_id, created_at::varchar, created_date::varchar, created_hour::varchar from normalised.ticket"
EDGES = "id,created,solved,channel,seconds\n1,2026-10-24T21:30:00Z,,a,1\n2,2026-10-25T00:30:00Z,,a,1\n"


def moved(zone: str) -> ClientAccount:
    return ClientAccount(ATHENS.id, ATHENS.slug, ATHENS.name, timezone=zone, report_currency="EUR")


def test_the_calendar_follows_week_and_financial_year(database: WorkspaceDatabase, rows: Rows) -> None:
    days = """select week_start::varchar, week_label, fiscal_label from normalised.calendar
              where date_day in ('2024-12-29', '2025-07-01') order by date_day"""
    assert rows(days) == [("2024-12-23", "202452", "FY2024-M12"), ("2025-06-30", "202527", "FY2025-M07")]
    version = database.data_version()

    database.put_settings(WorkspaceSettings(week_start=6, fiscal_year_start=7), [], ())

    assert rows(days) == [("2024-12-29", "202501", "FY2025-M06"), ("2025-06-29", "202527", "FY2026-M01")]
    assert database.data_version() > version
    database.put_settings(WorkspaceSettings(), [], ())
    iso = "select count(*) from normalised.calendar where week_label <> strftime(date_day, '%G%V')"
    assert rows(iso) == [(0,)]


def test_nothing_happens_when_nothing_changed(database: WorkspaceDatabase, load: Load) -> None:
    load(EDGES)
    database.put_settings(WorkspaceSettings(), [ATHENS], ())
    version = database.data_version()
    database.put_settings(WorkspaceSettings(), [ATHENS], ())
    database.put_client_accounts([ATHENS], base_currency="EUR")
    assert database.data_version() == version


def test_another_time_zone_moves_days_and_not_instants(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    load(EDGES)
    other = ClientAccount("c-utc", "utc", "UTC Client")
    load(EDGES, client=other)
    # Athens: the second is in the hour that comes twice, before the clocks go back.
    athens = [
        ("1", "2026-10-24 21:30:00", "2026-10-25", "2026-10-25 00:00:00"),
        ("2", "2026-10-25 00:30:00", "2026-10-25", "2026-10-25 03:00:00"),
    ]
    mine = f"{CREATED} where client_account_id = '{ATHENS.id}' order by 1"
    assert rows(mine) == athens

    database.put_settings(WorkspaceSettings(), [moved("America/New_York"), other], ())

    assert rows(mine) == [
        ("1", "2026-10-24 21:30:00", "2026-10-24", "2026-10-24 17:00:00"),
        ("2", "2026-10-25 00:30:00", "2026-10-24", "2026-10-24 20:00:00"),
    ]
    assert rows(f"{CREATED} where client_account_id = 'c-utc' order by 1") == [
        ("1", "2026-10-24 21:30:00", "2026-10-24", "2026-10-24 21:00:00"),
        ("2", "2026-10-25 00:30:00", "2026-10-25", "2026-10-25 00:00:00"),
    ]
    database.put_settings(WorkspaceSettings(), [moved("Europe/Athens"), other], ())
    assert rows(mine) == athens


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03"),  # midnight of 4 November does not exist
        ("America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04"),
        ("Asia/Beirut", "2024-10-26T20:59:59Z", "2024-10-26"),  # the hour before midnight comes twice
        ("Asia/Beirut", "2024-10-26T21:30:00Z", "2024-10-26"),
        ("Asia/Beirut", "2024-10-26T22:00:00Z", "2024-10-27"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29"),  # 30 December 2011 was left out
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31"),
        ("Asia/Kathmandu", "2026-01-01T18:14:59Z", "2026-01-01"),
        ("Asia/Kathmandu", "2026-01-01T18:15:00Z", "2026-01-02"),
    ],
)
def test_clock_changes_at_the_edge_of_a_day(load: Load, rows: Rows, zone: str, instant: str, day: str) -> None:
    load(f"id,created,solved,channel,seconds\n1,{instant},,a,1\n", client=ClientAccount("z", "z", "Z", timezone=zone))
    assert rows("select created_date::varchar from normalised.ticket") == [(day,)]


def test_an_import_brings_its_client_accounts_clock(database: WorkspaceDatabase, load: Load, rows: Rows) -> None:
    load(EDGES)
    version = database.data_version()
    more = "id,created,solved,channel,seconds\n3,2026-10-25T00:30:00Z,,a,1\n"
    load(more, client=moved("America/New_York"))
    assert {row[0] for row in rows("select created_date from normalised.ticket")} == {date(2026, 10, 24)}
    assert database.data_version() > version


def test_every_setting_is_kept(database: WorkspaceDatabase) -> None:
    settings = WorkspaceSettings("USD", 4, "Asia/Tokyo", 5, "account", "ads", 45, 12.5, "period_end")
    database.put_settings(settings, [], ())
    with database.reading() as cursor:
        assert read_settings(cursor) == settings


def test_a_file_of_the_first_format_is_brought_up_to_date(tmp_path: Path, model: SemanticModel) -> None:
    folder = tmp_path / "data"
    (folder / "workspaces").mkdir(parents=True)
    with duckdb.connect(str(folder / "workspaces" / "main.duckdb")) as old:
        old.execute("create schema state; create schema normalised")
        old.execute(
            """create table state.about (format integer not null, data_version bigint not null,
                   base_currency varchar not null, fiscal_year_start integer not null)"""
        )
        old.execute("insert into state.about values (1, 41, 'USD', 7)")
        old.execute("create table normalised.calendar as select date '2025-01-01' as date_day, '202501' as week_label")
        old.execute("create table normalised.ticket (source_id varchar, fiscal_period varchar)")
        old.execute("insert into normalised.ticket values ('T1', 'FY2025-M07')")
    with Warehouse(folder, model, threads=2) as opened:
        database = opened.workspace("main")
        with database.reading() as cursor:
            assert read_settings(cursor) == WorkspaceSettings("USD", 7)
            assert cursor.execute("select format, data_version from state.about").fetchone() == (FORMAT, 41)
            label = "select fiscal_label from normalised.calendar where date_day = '2025-01-01'"
            assert cursor.execute(label).fetchone() == ("FY2025-M07",)
            assert cursor.execute("select source_id, is_listed from normalised.ticket").fetchone() == ("T1", None)
