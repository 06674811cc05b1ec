"""Puts a backup in place, whole or not at all, and verifies one by doing that in a folder that is thrown away."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import create_engine, select, update
from sqlalchemy.engine import make_url

from api.backups import metadata as metadata_copies
from api.backups.errors import BackupDamagedError, BackupError
from api.backups.making import BEFORE_RESTORE, place_of
from api.backups.manifest import METADATA, FileEntry, Manifest, read_header, read_manifest
from api.backups.sealing import Seal, read_key
from api.backups.stores import Store, open_store
from api.jobs.records import JobKind, JobState
from api.settings import Settings
from api.workspaces.database import metadata_engine, open_metadata
from api.workspaces.models import JobRow
from api.workspaces.secrets import KEYS_FILE
from warehouse import Warehouse, WarehouseError, inspect_file

_STAGING = ".restoring"


@dataclass(frozen=True)
class Source:
    """Which backup is meant: the newest of a folder or archive file, unless one is named."""

    path: Path
    key_file: Path | None = None
    backup_id: str | None = None


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where that lies which was there before."""

    manifest: Manifest
    before: Path | None


@dataclass(frozen=True)
class Verified:
    """What came of a restore for trial; nothing is wrong if `faults` is empty."""

    manifest: Manifest
    faults: tuple[str, ...]


def restore(source: Source, settings: Settings, warehouse: Warehouse, *, force: bool = False) -> Restored:
    """Make the data directory, and the metadata database, what they were when the backup was made."""
    folder = settings.data_dir.absolute()
    if not force and _has_files(folder, source.path.absolute()):
        raise BackupError(f"{folder} is not empty. Choose another BELVEDERE_DATA_DIR, or restore with --force.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    warehouse.acquire()  # nobody else may work here meanwhile
    try:
        staging = folder / _STAGING
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)
        manifest = unpack(source, staging)
        own = f"sqlite:///{folder / METADATA}"
        _adjust(staging / METADATA, manifest, folder)
        if settings.metadata_url != own:
            # Before anything is moved: a database that cannot take the rows leaves everything as it was.
            _fill_database(staging / METADATA, settings.metadata_url, force=force)
            (staging / METADATA).unlink()
        return Restored(manifest, _put_in_place(staging, folder, source, keys=manifest.keys_included))
    finally:
        shutil.rmtree(folder / _STAGING, ignore_errors=True)
        warehouse.close()


def verify(source: Source) -> Verified:
    """Restore a backup into a temporary folder, open every database in it, and compare what is in them."""
    with tempfile.TemporaryDirectory(prefix="belvedere-verify-") as name:
        folder = Path(name)
        manifest = unpack(source, folder)
        faults = []
        try:
            faults += _differences("metadata", manifest.metadata, metadata_copies.count_rows(folder / METADATA))
        except BackupError as error:
            faults.append(str(error))
        for slug, entry in manifest.workspaces.items():
            try:
                found = inspect_file(folder / "workspaces" / f"{slug}.duckdb")
            except WarehouseError as error:
                faults.append(str(error))
                continue
            faults += _differences(slug, entry.rows, dict(found.rows))
            if found.data_version != entry.data_version:
                faults.append(f"{slug}: data version {found.data_version} instead of {entry.data_version}")
        return Verified(manifest, tuple(faults))


def unpack(source: Source, folder: Path) -> Manifest:
    """Write the files of a backup into a folder, each compared with its digest, and return what they are."""
    store = open_store(source.path, writing=False)
    try:
        header = read_header(store)
        if header is None:
            raise BackupError(f"There is no backup at {source.path}.")
        seal = header.seal(None if source.key_file is None else read_key(source.key_file))
        manifest = read_manifest(store, seal, source.backup_id)
        if shutil.disk_usage(folder).free < manifest.bytes:
            raise BackupError(f"The backup needs {manifest.bytes:,} bytes, which are not free at {folder}.")
        for entry in manifest.files:
            _write(store, seal, entry, folder)
        return manifest
    finally:
        store.close(whole=True)


def _write(store: Store, seal: Seal, entry: FileEntry, folder: Path) -> None:
    path = folder / entry.path
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BackupDamagedError(f"The backup names a file outside its folder: {entry.path}. Nothing was restored.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for block in entry.blocks:
            content = seal.open(block, store.read(place_of(block)))
            digest.update(content)
            file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != entry.sha256:
        raise BackupDamagedError(f"{entry.path} of the backup is not what it was. Take another backup.")


def _adjust(path: Path, manifest: Manifest, folder: Path) -> None:
    """Let work that was under way go on in the new place; the backup itself is not made again."""
    metadata = open_metadata(f"sqlite:///{path}")
    active = JobRow.state.in_((JobState.QUEUED, JobState.RUNNING))
    error = {"code": "interrupted", "message": "This backup was being made when the data were backed up."}
    with metadata.write() as session:
        ended = update(JobRow).where(active, JobRow.kind == JobKind.BACKUP)
        session.execute(ended.values(state=JobState.FAILED, error=error, lease_until=None))
        for row in session.scalars(select(JobRow).where(active)):
            there = row.arguments.get("path")
            if isinstance(there, str) and Path(there).is_relative_to(manifest.data_dir):
                moved = folder / Path(there).relative_to(manifest.data_dir)
                row.arguments = {**row.arguments, "path": str(moved)}
    metadata.close()
    # One file again: what lies beside it would be left behind.
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("pragma journal_mode = delete")
    engine.dispose()


def _fill_database(path: Path, url: str, *, force: bool) -> None:
    engine = metadata_engine(url)
    try:
        with engine.connect() as connection:
            in_use = metadata_copies.has_rows(connection)
        if in_use and not force:
            shown = make_url(url).render_as_string()
            raise BackupError(f"The metadata database {shown} is not empty. Empty it, or restore with --force.")
        if in_use:
            metadata_copies.empty(engine)
    finally:
        engine.dispose()
    metadata_copies.copy_in(path, url)


def _has_files(folder: Path, source: Path) -> bool:
    """Tell whether anything but the backup itself lies in a folder."""
    found = folder.rglob("*") if folder.is_dir() else ()
    return any(
        path.is_file() and path.name != "owner.lock" and not path.is_relative_to(source) for path in found
    )  # fmt: skip


def _put_in_place(staging: Path, folder: Path, source: Source, *, keys: bool) -> Path | None:
    """Move what is there aside and what was restored in; all within the folder, which may be a disk of its own."""
    stay = {"owner.lock", _STAGING} | (set() if keys else {KEYS_FILE})
    there = [
        path
        for path in folder.iterdir()
        if path.name not in stay
        and not path.name.startswith(BEFORE_RESTORE)
        and not source.path.absolute().is_relative_to(path)
    ]
    before = folder / f"{BEFORE_RESTORE}{datetime.now(UTC):%Y%m%dT%H%M%S}" if any(map(_counts, there)) else None
    if before is not None:
        before.mkdir(mode=0o700)
    for path in there:
        if before is not None:
            path.rename(before / path.name)
        elif path.is_dir():
            shutil.rmtree(path)
    for path in staging.iterdir():
        path.rename(folder / path.name)
    return before


def _counts(path: Path) -> bool:
    return path.is_file() or any(one.is_file() for one in path.rglob("*"))


def _differences(name: str, expected: dict[str, int], found: dict[str, int]) -> list[str]:
    return [
        f"{name}: {table} has {found.get(table, 'no')} rows instead of {expected.get(table, 'none')}"
        for table in sorted({*expected, *found})
        if expected.get(table) != found.get(table)
    ]
