"""Large tables keep the order of their dates, and nothing is lost on the way to it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemas import SemanticModel
from tests.warehouse.conftest import Rows
from warehouse import Warehouse, WorkspaceDatabase
from warehouse.storage import ROW_GROUP, table_sizes, tidy, tidy_tables

ROWS = 3 * ROW_GROUP
SUMS = "select count(*), count(distinct source_id), sum(frt_seconds), count(channel) from normalised.ticket"


def fill(database: WorkspaceDatabase, *, shuffled: bool) -> None:
    """Write three row groups of tickets over two hundred days."""
    day = "cast(hash(i) % 200 as integer)" if shuffled else f"cast(i * 200 // {ROWS} as integer)"
    with database.writing() as cursor:
        cursor.execute(
            "insert into normalised.ticket (client_account_id, source_system, source_id, channel, frt_seconds, "
            "is_listed, created_date) select 'c', 's', cast(i as varchar), "
            f"case i % 3 when 0 then 'web' when 1 then 'mail' end, i % 900, true, date '2025-01-01' + {day} "
            f"from range({ROWS}) t(i)"
        ).fetchall()


def days_of_a_group(rows: Rows) -> float:
    """Return how many days an average row group holds."""
    [(days,)] = rows(
        "select avg(days) from (select count(distinct created_date) as days from normalised.ticket "
        f"group by rowid // {ROW_GROUP})"
    )
    return float(str(days))


def test_a_shuffled_table_is_brought_into_order(database: WorkspaceDatabase, rows: Rows) -> None:
    fill(database, shuffled=True)
    before, types = rows(SUMS), rows("describe normalised.ticket")
    assert days_of_a_group(rows) > 150
    with database.writing() as cursor:
        assert tidy_tables(cursor, database.model) == ("ticket",)
        assert tidy_tables(cursor, database.model) == ()
    assert days_of_a_group(rows) < 150
    assert rows(SUMS) == before
    assert rows("describe normalised.ticket") == types
    assert rows("select count(*) from duckdb_tables() where table_name like '%tidied'") == [(0,)]


def test_a_table_in_order_is_left_alone(database: WorkspaceDatabase, rows: Rows) -> None:
    fill(database, shuffled=False)
    with database.writing() as cursor:
        assert not tidy(cursor, database.model.entities["ticket"])


def test_small_tables_are_left_alone(database: WorkspaceDatabase) -> None:
    fill(database, shuffled=True)
    with database.writing() as cursor:
        assert table_sizes(cursor)["ticket"] == ROWS
        assert tidy_tables(cursor, database.model, least_rows=ROWS + 1) == ()


def test_the_version_stays_and_readers_see_all_rows_meanwhile(database: WorkspaceDatabase, rows: Rows) -> None:
    fill(database, shuffled=True)
    version, before = database.data_version(), rows(SUMS)
    with database.reading() as reader:
        reader.execute("begin transaction")
        assert reader.execute(SUMS).fetchall() == before
        with database.writing() as cursor:
            assert tidy(cursor, database.model.entities["ticket"])
        assert reader.execute(SUMS).fetchall() == before
        reader.execute("commit")
    assert rows(SUMS) == before
    assert database.data_version() == version


@pytest.mark.parametrize("seconds", [0.1, 0.6])
def test_a_killed_process_loses_nothing(seconds: float, tmp_path: Path, model: SemanticModel) -> None:
    with Warehouse(tmp_path, model) as opened:
        fill(opened.workspace("main", create=True), shuffled=True)
    program = (
        "import sys; from pathlib import Path; from schemas import load_model; from warehouse import Warehouse\n"
        "model = load_model()\n"
        "with Warehouse(Path(sys.argv[1]), model) as opened:\n"
        "    database = opened.workspace('main')\n"
        "    print('now', flush=True)\n"
        "    database.keep_up()\n"
        "    print('done', flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"now\n"
    time.sleep(seconds)
    child.kill()
    child.wait()
    child.stdout.close()
    with Warehouse(tmp_path, model) as opened:
        database = opened.workspace("main")
        with database.reading() as cursor:
            count, different, _, _ = cursor.execute(SUMS).fetchall()[0]
        assert (count, different) == (ROWS, ROWS)
        database.keep_up()
        with database.reading() as cursor:
            assert cursor.execute("select count(*) from normalised.ticket").fetchall() == [(ROWS,)]
