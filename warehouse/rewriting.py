"""Write a workspace's file anew: deleting rows leaves their bytes in the file, and only what lives is copied."""

import os
from pathlib import Path

from warehouse.duckdb import Limits, open_for_copying
from warehouse.log import log_of


def rewrite_file(path: Path, temp: Path, limits: Limits) -> None:
    """Put a copy of what lives in a file in its place; nobody may have the file open."""
    fresh = path.with_name(f"{path.name}.fresh")
    copy_live(path, fresh, temp, limits)
    fresh.replace(path)


def copy_live(source: Path, target: Path, temp: Path, limits: Limits) -> None:
    """Write what lives in a file that nobody has open into a new one."""
    for old in (target, log_of(target)):
        old.unlink(missing_ok=True)
    with open_for_copying({"old": source, "fresh": target}, temp, limits) as connection:
        # A log that stayed beside the old file would be taken for that of the new one.
        connection.execute("checkpoint old")
        connection.execute("copy from database old to fresh")
        connection.execute("checkpoint fresh")
        connection.execute("detach old")
        connection.execute("detach fresh")
    log_of(source).unlink(missing_ok=True)
    with target.open("rb") as file:
        os.fsync(file.fileno())
