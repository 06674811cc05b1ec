"""Copies of a workspace's file that show one state, taken while the workspace is served: for readers and backups."""

import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse import file_copy
from warehouse.duckdb import Connection, integer, open_copy, quote_name, quote_text, translated
from warehouse.errors import DiskFullError, WarehouseError
from warehouse.log import log_of, room_for
from warehouse.state import read_data_version
from warehouse.workspace import WorkspaceDatabase

_COPIER = Path(file_copy.__file__)


@dataclass(frozen=True)
class Snapshot:
    """What was copied. `rows` counts every table, by schema and name; `seconds` are those without loads."""

    data_version: int
    rows: Mapping[str, int]
    bytes: int
    seconds: float


def take_snapshot(database: WorkspaceDatabase, target: Path) -> Snapshot:
    """Copy a workspace's file, and beside it the log if one is left; whoever loads waits that long, nobody else."""
    log = log_of(database.path)
    with translated("Copying the workspace"), database.writing() as cursor:
        started = time.perf_counter()
        # It fails while somebody reads an older state. The log is copied too: the two together are the newest one.
        with suppress(duckdb.TransactionException):
            cursor.execute("checkpoint")
        size = sum(path.stat().st_size for path in (database.path, log) if path.exists())
        if room_for(target.parent) < size:
            raise DiskFullError(
                f"A copy of {database.path.name} needs {size:,} bytes, which are not free at {target.parent}. "
                "Nothing was changed; free space and run it again."
            )
        version, rows = read_data_version(cursor), count_rows(cursor)
        for source, copy in ((log, log_of(target)), (database.path, target)):
            if source.exists():
                copy_apart(source, copy)
        return Snapshot(version, rows, size, time.perf_counter() - started)


def copy_apart(source: Path, target: Path) -> None:
    """Copy a file in another process; see there for why."""
    command = [sys.executable, "-I", "-S", str(_COPIER), str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        number, _, reason = done.stderr.partition(" ")
        raise OSError(int(number) if number.isdigit() else 0, reason or done.stderr, str(target))


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows every table of the file has, by schema and name."""
    listed = connection.execute(
        "select schema_name, table_name from duckdb_tables() where not temporary and not internal order by all"
    ).fetchall()
    parts = [
        f"select {quote_text(f'{schema}.{table}')}, count(*) from {quote_name(schema)}.{quote_name(table)}"  # noqa: S608
        for schema, table in listed
    ]
    return dict(connection.execute(" union all ".join(parts)).fetchall()) if parts else {}


def inspect_file(path: Path) -> Snapshot:
    """Open a copy for reading alone, and return what is in it; raises if it is no whole workspace file."""
    try:
        connection = open_copy(path)
    except duckdb.Error as error:
        raise WarehouseError(f"{path.name} cannot be opened: {str(error).splitlines()[0]}") from error
    try:
        started = time.perf_counter()
        version = integer(connection, "select data_version from state.about")
        return Snapshot(version, count_rows(connection), path.stat().st_size, time.perf_counter() - started)
    except duckdb.Error as error:
        raise WarehouseError(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()
