"""Published snapshots of workspaces: the owner puts a numbered copy down, readers in other processes open the newest.

A reader holds a shared lock on the copy that it has open, so that the owner knows which old ones nobody needs.
"""

import fcntl
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from warehouse.log import log_of
from warehouse.places import Places
from warehouse.snapshots import Snapshot, take_snapshot
from warehouse.workspace import WorkspaceDatabase

_NAME = re.compile(r"(\d{8})-v\d+\.duckdb")
_TRIES = 20


@dataclass(frozen=True)
class Published:
    """A snapshot that was put down for readers."""

    path: Path
    snapshot: Snapshot


def publish_snapshot(database: WorkspaceDatabase) -> Published:
    """Copy a workspace's file to the place where readers look, and remove the copies that nobody needs any more."""
    folder = database.places.snapshots(database.slug)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".writing-{os.getpid()}"
    _remove(draft)
    try:
        taken = take_snapshot(database, draft)
        there = published(folder)
        number = int(there[-1].name[:8]) + 1 if there else 1
        path = folder / f"{number:08d}-v{taken.data_version}.duckdb"
        log = log_of(draft)
        if log.exists():
            log.rename(log_of(path))
        draft.rename(path)  # last: this is the name that readers look for
    finally:
        _remove(draft)
    prune_snapshots(database)
    return Published(path, taken)


def published(folder: Path) -> list[Path]:
    """Return the snapshots of a workspace, oldest first."""
    return sorted(path for path in folder.glob("*.duckdb") if _NAME.fullmatch(path.name))


def prune_snapshots(database: WorkspaceDatabase) -> list[Path]:
    """Remove all but the newest snapshot, as far as no reader has them open, and return what was removed."""
    removed = []
    for path in published(database.places.snapshots(database.slug))[:-1]:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            _remove(path)
            removed.append(path)
        finally:
            os.close(descriptor)
    return removed


def hold_newest(places: Places, slug: str) -> tuple[Path, int] | None:
    """Return the newest snapshot of a workspace with a descriptor that keeps it until closed; None without one."""
    for _ in range(_TRIES):
        there = published(places.snapshots(slug))
        if not there:
            return None
        try:
            descriptor = os.open(there[-1], os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue  # removed between the look and now, so there is a newer one
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            time.sleep(0.01)
            continue
        if there[-1].exists():
            return there[-1], descriptor
        os.close(descriptor)
    return None


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    log_of(path).unlink(missing_ok=True)
