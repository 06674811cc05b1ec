"""Open a workspace's file as one locked-down DuckDB instance, and turn DuckDB's errors into ours."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.errors import DiskFullError, OutOfMemoryError, VersionMismatchError, WorkspaceBusyError

if find_spec("pandas") is None:
    # DuckDB asks for pandas at every value that is bound, and Python searches the disk anew for a module that is not
    # there: 70 microseconds a value, more than many a statement. What is known to be missing is not searched.
    sys.modules["pandas"] = None  # type: ignore[assignment]

Connection = duckdb.DuckDBPyConnection
Config = dict[str, str | bool | int | float | list[str]]
STOPPED = duckdb.InterruptException  # somebody asked the statement to end; it has not failed

SCRATCH_MEMORY = "512MB"

_FULL_DISK_SIGNS = ("No space left", "disk full", "Disk quota", "File too large", "Could not write all bytes")


@dataclass(frozen=True)
class Limits:
    """What one instance may use."""

    threads: int | None = None
    memory_limit: str | None = None


def open_instance(
    path: Path, temp: Path, allowed: Sequence[Path], limits: Limits, *, read_only: bool = False
) -> Connection:
    """Open the file, then take away everything that requests and loads do not need."""
    # Loads are twice as fast without the order; every query orders its rows, and every load numbers its lines.
    connection = _connect(path, _config(temp, limits) | {"preserve_insertion_order": False}, read_only=read_only)
    connection.execute("set global checkpoint_threshold = '1TB'")  # log.py does it at moments of our own
    connection.execute("set global TimeZone = 'UTC'")
    lock_down(connection, allowed)
    return connection


def open_scratch(folder: Path | None = None) -> Connection:
    """Open an empty instance in memory for one small job; it may use the folder, and keeps the order of files."""
    connection = duckdb.connect(":memory:", config=_config(folder, Limits(None, SCRATCH_MEMORY)))
    lock_down(connection, [] if folder is None else [folder])
    return connection


def open_copy(path: Path) -> Connection:
    """Open a file that nobody else has open, for reading alone and without leaving anything beside it."""
    connection = duckdb.connect(str(path), read_only=True, config=_config(None, Limits(None, SCRATCH_MEMORY)))
    lock_down(connection, [])
    return connection


def open_for_copying(files: Mapping[str, Path], temp: Path, limits: Limits) -> Connection:
    """Open an instance in memory with these files attached by their names, and nothing else within its reach."""
    connection = duckdb.connect(":memory:", config=_config(temp, limits))
    for name, path in files.items():
        connection.execute(f"attach {quote_text(str(path))} as {quote_name(name)}")
    lock_down(connection, [])
    return connection


def lock_down(connection: Connection, allowed: Sequence[Path]) -> None:
    """Leave an instance these folders alone; nothing of it can be set or undone afterwards."""
    # The order matters: the folders cannot be named once access is off, nor anything after the lock.
    folders = ", ".join(quote_text(str(folder)) for folder in allowed)
    connection.execute(f"set allowed_directories = [{folders}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def _config(temp: Path | None, limits: Limits) -> Config:
    if temp is not None:
        temp.mkdir(parents=True, exist_ok=True)
    config: Config = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "python_enable_replacements": False,
        "temp_directory": "" if temp is None else str(temp),  # without one, nothing spills
    }
    if limits.threads is not None:
        config["threads"] = limits.threads
    if limits.memory_limit is not None:
        config["memory_limit"] = limits.memory_limit
    return config


def _connect(path: Path, config: Config, *, read_only: bool) -> Connection:
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.Error as error:
        text = str(error)
        if "version number" in text or "newer version of DuckDB" in text:
            raise VersionMismatchError(
                f"{path.name} was written by a newer DuckDB than this program uses. "
                "Update Belvedere, or restore a backup made by this version."
            ) from error
        if "lock" in text:
            raise WorkspaceBusyError(
                f"{path.name} is open in another program. Close that program and try again."
            ) from error
        raise


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn a full disk and a lack of memory into our errors; everything else passes unchanged."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        if any(sign in str(error) for sign in ("max_temp_directory_size", *_FULL_DISK_SIGNS)):
            raise _disk_full(doing) from error
        raise OutOfMemoryError(
            f"{doing} needed more memory than the limit allows. Raise the memory limit or work in smaller parts."
        ) from error
    except duckdb.Error as error:
        if any(sign in str(error) for sign in _FULL_DISK_SIGNS):
            raise _disk_full(doing) from error
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise _disk_full(doing) from error
        raise


def _disk_full(doing: str) -> DiskFullError:
    return DiskFullError(f"{doing} stopped because the disk is full. Nothing was changed; free space and run it again.")


def quote_name(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(value: str) -> str:
    """Quote a text constant for the few statements that cannot be bound (DDL and table functions)."""
    return "'" + value.replace("'", "''") + "'"


def begin(connection: Connection) -> None:
    """Start a transaction."""
    connection.execute("begin transaction")


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit what happens inside, or nothing."""
    begin(connection)
    try:
        yield
    except BaseException:
        rollback(connection)
        raise
    connection.execute("commit")


def rollback(connection: Connection) -> None:
    """Roll back; a transaction that DuckDB has ended itself is no error."""
    try:
        connection.execute("rollback")
    except duckdb.TransactionException:
        return


def scalar(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> object:
    """Return the single value of a one-row query."""
    row = connection.execute(sql, list(parameters)).fetchone()
    return None if row is None else row[0]


def integer(connection: Connection, sql: str, parameters: Sequence[object] = ()) -> int:
    """Return the single whole number of a one-row query, NULL as 0."""
    value = scalar(connection, sql, parameters)
    return value if isinstance(value, int) else 0
