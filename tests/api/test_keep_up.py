"""A server sees to the large tables of its workspaces by itself, and answers the same before and after."""

from pathlib import Path

from api.settings import Settings
from api.workspaces.service import find_or_create_workspace
from api.world import open_world
from schemas import Query, Scope
from tests.api.serving import wait_until
from warehouse import WorkspaceDatabase
from warehouse.storage import ROW_GROUP

ROWS = 3 * ROW_GROUP
TOTAL = Query("tickets", ("date_year", "channel"), ("tickets_created",), Scope(frozenset({"c"})))


def fill(database: WorkspaceDatabase) -> None:
    """Write three row groups of tickets over two hundred days, in no order."""
    with database.writing() as cursor:
        cursor.execute(
            "insert into normalised.ticket "
            "(client_account_id, source_system, source_id, channel, is_listed, created_date) "
            "select 'c', 's', cast(i as varchar), case i % 3 when 0 then 'web' when 1 then 'mail' end, true, "
            f"date '2025-01-01' + cast(hash(i) % 200 as integer) from range({ROWS}) t(i)"
        ).fetchall()


def test_a_server_brings_large_tables_into_order_and_makes_their_rollups(tmp_path: Path) -> None:
    with open_world(Settings(data_dir=tmp_path)) as world:
        find_or_create_workspace(world.metadata, "main")
        database = world.warehouse.workspace("main", create=True)
        fill(database)
        before = database.compile(TOTAL)
        assert "rollup_" not in before.sql
        rows = database.fetch_rows(before)
        assert sum(int(str(row[2])) for row in rows) == ROWS
        world.runner.start()
        wait_until(lambda: "rollup_" in database.compile(TOTAL).sql, 200)
        assert database.fetch_rows(database.compile(TOTAL)) == rows
        with database.reading() as cursor:
            [(spread,)] = cursor.execute(
                f"select avg(days) from (select count(distinct created_date) as days from normalised.ticket "
                f"group by rowid // {ROW_GROUP})"
            ).fetchall()
        assert spread < 150
