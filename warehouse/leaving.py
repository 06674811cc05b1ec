"""A client account leaves: its rows are taken out of the workspace's file, or handed over in a file of its own."""

import shutil
import tempfile
from pathlib import Path

from warehouse.duckdb import Connection, integer, transaction, translated
from warehouse.finish import finish_load
from warehouse.holdings import Holdings, cut, drop_empty
from warehouse.places import Places
from warehouse.reports import OnProgress, Progress, no_progress
from warehouse.rewriting import copy_live
from warehouse.snapshots import take_snapshot
from warehouse.workspace import WorkspaceDatabase

HANDING_OVER = "handing-over-"  # how folders begin in which files are made


def forget_client(database: WorkspaceDatabase, holdings: Holdings) -> dict[str, int]:
    """Delete a client account from the file, bytes included, and return how many rows went, by table.

    Exports and snapshots of the workspace hold its rows too, and are removed; the next ones are made without them.
    """
    with database.writing() as cursor, translated("Deleting a client account"):
        with transaction(cursor):
            done = cut(cursor, database.model, holdings)
        with transaction(cursor):
            drop_empty(cursor, done)
        finish_load(cursor, database.model)
    database.rewrite()
    for folder in (database.places.exports / database.slug, database.places.snapshots(database.slug)):
        shutil.rmtree(folder, ignore_errors=True)
    return dict(done.counts)


def hand_over_client(
    database: WorkspaceDatabase, holdings: Holdings, target: Path, on_progress: OnProgress = no_progress
) -> dict[str, int]:
    """Write a DuckDB file with the rows of one client account and nobody else's; return its rows, by table.

    What is built of rows of several client accounts is built again, of its own alone.
    """
    with tempfile.TemporaryDirectory(prefix=HANDING_OVER, dir=database.places.data_dir) as folder:
        places = Places(Path(folder))
        places.make()
        places.empty_spool(database.slug)
        copied = places.workspace_file(database.slug)
        on_progress(Progress("copying the data file", 0, None, "rows"))
        take_snapshot(database, copied)
        on_progress(Progress("taking out everybody else", 0, None, "rows"))
        own = database.opened_elsewhere(places)
        try:
            with own.writing() as cursor, translated("Handing over a client account"):
                with transaction(cursor):
                    done = cut(cursor, own.model, holdings, keep=True)
                with transaction(cursor):
                    drop_empty(cursor, done)
                on_progress(Progress("building what is made of the rows", 0, None, "rows"))
                finish_load(cursor, own.model)
                counts = _counted(cursor)
        finally:
            own.close()
        on_progress(Progress("writing the file", 0, None, "rows"))
        copy_live(copied, target, places.temp(database.slug), database.limits)
    return counts


def _counted(cursor: Connection) -> dict[str, int]:
    """Count the rows of every table that knows whose its rows are."""
    tables = cursor.execute(
        "select distinct t.schema_name, t.table_name from duckdb_tables() t join duckdb_columns() c "
        "on c.schema_name = t.schema_name and c.table_name = t.table_name "
        "where c.column_name in ('client_account_id', '_owner') order by all"
    ).fetchall()
    counted = {
        f"{schema}.{table}": integer(cursor, f'select count(*) from "{schema}"."{table}"')  # noqa: S608
        for schema, table in tables
    }
    return {name: count for name, count in counted.items() if count}
