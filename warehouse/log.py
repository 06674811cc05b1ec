"""DuckDB's write-ahead log: put into the file at moments of our own, and only where there is room.

DuckDB would do it by itself at the end of a load; if the disk is full then, it gives the whole instance up, and readers
with it. A load that does not fit into the log is an error like any other.
"""

import shutil
import sys
import time
from pathlib import Path

import duckdb

from warehouse.duckdb import Connection

LARGE = 16 * 1024 * 1024
_SPARE = 32 * 1024 * 1024
_TRIES, _PAUSE = 10, 0.05  # seconds


def log_of(file: Path) -> Path:
    """Return where the write-ahead log of a file lies."""
    return file.with_name(f"{file.name}.wal")


def shorten_log(cursor: Connection, file: Path) -> None:
    """Put a long log into the file; a very long one would have to be worked off at the next opening."""
    log = log_of(file)
    size = log.stat().st_size if log.exists() else 0
    if size < LARGE or _room(file) <= 2 * size + _SPARE:
        return
    for _ in range(_TRIES):
        try:
            cursor.execute("checkpoint")
            return
        except duckdb.TransactionException:
            time.sleep(_PAUSE)  # somebody is reading an older state; if somebody always is, the next load tries again


def room_for(folder: Path) -> int:
    """Return how many bytes are free for the files of a folder."""
    return shutil.disk_usage(folder).free


def _room(file: Path) -> int:
    """Return by how much the file may grow."""
    free = room_for(file.parent)
    if sys.platform == "win32":
        return free
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return free if limit == resource.RLIM_INFINITY else min(free, limit - file.stat().st_size)
