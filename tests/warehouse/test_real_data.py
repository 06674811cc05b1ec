"""Real service requests of New York City through the shipped mapping, beside plain SQL on the file."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas import SemanticModel
from warehouse import ClientAccount, ImportOptions, Warehouse, WorkspaceDatabase, load_mapping

MAPPING = Path(__file__).parents[2] / "docs" / "examples" / "nyc311.yaml"
NEW_YORK = ClientAccount("ny", "new-york-311", "New York 311", timezone="America/New_York", report_currency="USD")

# DuckDB's own CSV reader and its own time zone arithmetic, nothing of ours.
PLAIN = """
create table plain as
select "Borough" as city, "Complaint Type" as category,
    strptime("Created Date", '%m/%d/%Y %H:%M') as created_local,
    timezone('America/New_York', strptime("Created Date", '%m/%d/%Y %H:%M')) as created,
    timezone('America/New_York', strptime(nullif("Closed Date", ''), '%m/%d/%Y %H:%M')) as closed
from read_csv($1, all_varchar = true, header = true)
"""


def real_file() -> Path:
    """Return the file, or skip with the reason."""
    folder = os.environ.get("BELVEDERE_REAL_DATA")
    if not folder:
        pytest.skip("BELVEDERE_REAL_DATA does not name a folder that holds nyc311_animals.csv")
    path = Path(folder) / "nyc311_animals.csv"
    if not path.exists():
        pytest.skip(f"BELVEDERE_REAL_DATA names {folder}, but nyc311_animals.csv is not there")
    return path


@pytest.fixture
def loaded(tmp_path: Path, model: SemanticModel) -> Iterator[WorkspaceDatabase]:
    """The file, imported."""
    path = real_file()
    with Warehouse(tmp_path, model, threads=2) as warehouse:
        database = warehouse.workspace("main", create=True)
        report = database.import_file(path, ImportOptions(load_mapping(MAPPING), NEW_YORK))
        assert (report.rows_read, report.rows_new, report.rows_quarantined, report.exit_status) == (4969, 4969, 0, 0)
        assert (str(report.first_day), str(report.last_day)) == ("2025-01-01", "2025-03-14")
        yield database


@pytest.fixture
def plain() -> Iterator[duckdb.DuckDBPyConnection]:
    """The file as plain SQL sees it."""
    with duckdb.connect() as connection:
        connection.execute(PLAIN, [str(real_file())])
        yield connection


def ask(database: WorkspaceDatabase, sql: str) -> list[tuple[object, ...]]:
    """Run a query on the workspace."""
    with database.reading() as cursor:
        return cursor.execute(sql).fetchall()


def test_totals(loaded: WorkspaceDatabase) -> None:
    assert ask(
        loaded,
        """select count(*), count(solved_at), round(avg(resolution_seconds), 2), count(*) filter (is_listed)
           from normalised.ticket""",
    ) == [(4969, 4692, 94422.07, 4969)]


def test_months_are_new_yorks(loaded: WorkspaceDatabase) -> None:
    months = ask(
        loaded, "select strftime(created_date, '%Y-%m'), count(*) from normalised.ticket group by 1 order by 1"
    )
    assert months == [("2025-01", 2038), ("2025-02", 1884), ("2025-03", 1047)]


@pytest.mark.parametrize("dimension", ["city", "category"])
def test_groups_equal_plain_sql(loaded: WorkspaceDatabase, plain: duckdb.DuckDBPyConnection, dimension: str) -> None:
    ours = ask(
        loaded,
        f"""select {dimension}, created_date, count(*), count(solved_at), sum(resolution_seconds)
            from normalised.ticket group by all order by all""",
    )
    theirs = plain.execute(
        f"""select {dimension}, created_local::date, count(*), count(closed), sum(epoch(closed) - epoch(created))
            from plain group by all order by all"""
    ).fetchall()
    assert len(ours) > 100
    assert ours == theirs


def test_the_same_file_again_changes_nothing(loaded: WorkspaceDatabase) -> None:
    version = loaded.data_version()
    report = loaded.import_file(real_file(), ImportOptions(load_mapping(MAPPING), NEW_YORK))
    assert (report.already_loaded, report.data_version, loaded.data_version()) == (True, version, version)
