"""Copies one file, as a program of its own that needs nothing but Python.

A process that closes a file gives up every lock that it has on it, DuckDB's as well: so the owner of a workspace never
opens the workspace's file beside DuckDB.
"""

import os
import shutil
import sys
from pathlib import Path

_STEP = 1 << 30


def copy(source: Path, target: Path) -> None:
    """Copy a file to a place where there is none; file systems that can share blocks do so."""
    with source.open("rb") as reading, target.open("xb") as writing:
        left = os.fstat(reading.fileno()).st_size
        try:
            while left:
                moved = os.copy_file_range(reading.fileno(), writing.fileno(), min(left, _STEP))
                if not moved:
                    break
                left -= moved
        except (AttributeError, OSError):
            # Not on this system, or not between these two file systems.
            reading.seek(0)
            writing.seek(0)
            writing.truncate()
            shutil.copyfileobj(reading, writing, 1 << 20)


if __name__ == "__main__":
    try:
        copy(Path(sys.argv[1]), Path(sys.argv[2]))
    except OSError as error:
        sys.stderr.write(f"{error.errno or 0} {error.strerror}")
        sys.exit(1)
