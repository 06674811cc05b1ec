"""Makes a backup in the process that owns the data directory, while it serves and loads.

Metadata come first: what a workspace's file has loaded since is then loaded once more after a restore, which changes
nothing. The other way round, a load could be noted as done whose rows are not there.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from api.backups.errors import BackupError
from api.backups.manifest import (
    FORMAT,
    HEADER,
    METADATA,
    FileEntry,
    Manifest,
    WorkspaceEntry,
    backup_ids,
    new_id,
    read_header,
    read_manifest,
    remove_manifest,
    write_header,
    write_manifest,
)
from api.backups.metadata import copy_out
from api.backups.sealing import BLOCK, Seal, new_header, read_key
from api.backups.stores import ArchiveStore, Store, open_store
from api.workspaces.database import NEWEST, MetadataDatabase
from api.workspaces.secrets import KEYS_FILE
from warehouse import OnProgress, Progress, Warehouse, no_progress, take_snapshot

_WORK = ".backup"  # no workspace's name
BEFORE_RESTORE = "before-restore-"
_LEFT_OUT = ("owner.lock", "spool", "temp", "exports", "handed-over", "snapshots", METADATA, KEYS_FILE, BEFORE_RESTORE)
_UNDER_WAY = (".restoring", "handing-over-")


@dataclass(frozen=True)
class Wish:
    """What is wanted: a folder or an archive file, its key if any, and how many backups a folder keeps."""

    target: Path
    key_file: Path | None = None
    keep: int | None = None


@dataclass(frozen=True)
class Backup:
    """What was made. `added` counts the bytes that were written, after packing; `held` the seconds loads waited."""

    manifest: Manifest
    encrypted: bool
    added: int
    held: float
    removed: tuple[str, ...]


def make_backup(
    metadata: MetadataDatabase, warehouse: Warehouse, wish: Wish, on_progress: OnProgress = no_progress
) -> Backup:
    """Back up the whole data directory and the metadata."""
    key = None if wish.key_file is None else read_key(wish.key_file)
    store, whole = open_store(wish.target, writing=True), False
    work = warehouse.data_dir / "temp" / _WORK
    shutil.rmtree(work, ignore_errors=True)  # what one that was killed has left
    work.mkdir(parents=True)
    try:
        header = read_header(store)
        if header is None:
            header = new_header(FORMAT, key)
            write_header(store, header)
        elif key is not None and not header.encrypted:
            raise BackupError(f"The backups in {wish.target} are not encrypted. Take a new folder for encrypted ones.")
        making = _Making(store, header.seal(key), on_progress)
        manifest = making.everything(metadata, warehouse, work, wish.target, keys=header.encrypted)
        write_manifest(store, making.seal, manifest)
        removed = () if isinstance(store, ArchiveStore) else prune(store, making.seal, wish.keep)
        whole = True
        return Backup(manifest, header.encrypted, making.added, making.held, removed)
    finally:
        store.close(whole=whole)
        shutil.rmtree(work, ignore_errors=True)


@dataclass
class _Making:
    store: Store
    seal: Seal
    on_progress: OnProgress
    added: int = 0
    held: float = 0.0
    done: int = 0
    _files: dict[str, FileEntry] = field(default_factory=dict)

    def everything(
        self, metadata: MetadataDatabase, warehouse: Warehouse, work: Path, target: Path, *, keys: bool
    ) -> Manifest:
        """Copy, cut into pieces and store, one file after the other."""
        rows = copy_out(metadata, work / METADATA)
        self._keep(work / METADATA, METADATA)
        workspaces = {}
        for slug in warehouse.slugs():
            copy = work / f"{slug}.duckdb"
            taken = take_snapshot(warehouse.workspace(slug), copy)
            self.held = max(self.held, taken.seconds)
            workspaces[slug] = WorkspaceEntry(data_version=taken.data_version, rows=dict(taken.rows))
            for path in sorted(work.glob(f"{slug}.duckdb*")):
                self._keep(path, f"workspaces/{path.name}")
                path.unlink()
        for path, name in other_files(warehouse.data_dir, target, keys=keys):
            try:
                self._keep(path, name)
            except FileNotFoundError:
                continue  # it was only there for a moment
        return Manifest(
            id=new_id(datetime.now(UTC), backup_ids(self.store)),
            program=version("belvedere"),
            revision=NEWEST,
            data_dir=str(warehouse.data_dir),
            keys_included=KEYS_FILE in self._files,
            files=tuple(self._files.values()),
            workspaces=workspaces,
            metadata=rows,
        )

    def _keep(self, path: Path, name: str) -> None:
        digest, size, blocks = hashlib.sha256(), 0, []
        with path.open("rb") as file:
            while content := file.read(BLOCK):
                digest.update(content)
                size += len(content)
                blocks.append(self._piece(content))
                self.done += len(content)
                self.on_progress(Progress("backing up", self.done, None, "bytes"))
        self._files[name] = FileEntry(path=name, bytes=size, sha256=digest.hexdigest(), blocks=tuple(blocks))

    def _piece(self, content: bytes) -> str:
        """Store a piece unless it is there already, and return its name."""
        name = self.seal.name(content)
        place = place_of(name)
        if not self.store.has(place):
            packed = self.seal.pack(name, content)
            self.store.write(place, packed)
            self.added += len(packed)
        return name


def place_of(block: str) -> str:
    """Return where a piece lies."""
    return f"blocks/{block[:2]}/{block}"


def other_files(data_dir: Path, target: Path, *, keys: bool) -> Iterator[tuple[Path, str]]:
    """Return the files of a data directory that are neither databases nor made anew by themselves."""
    others = [path.parent for path in data_dir.rglob(HEADER)]  # folders of backups are not backed up again
    for path in sorted(data_dir.rglob("*")):
        name = path.relative_to(data_dir).as_posix()
        is_database = path.parent == data_dir / "workspaces" and ".duckdb" in path.name
        if not path.is_file() or path.is_symlink() or is_database or path.resolve() == target.resolve():
            continue
        if any(path.is_relative_to(one) for one in others):
            continue
        if (keys and name == KEYS_FILE) or not name.startswith(_LEFT_OUT + _UNDER_WAY):
            yield path, name


def prune(store: Store, seal: Seal, keep: int | None) -> tuple[str, ...]:
    """Forget all but the newest backups of a folder, and remove the pieces that no other one needs."""
    there = backup_ids(store)
    old = there[:-keep] if keep else []
    if not old:
        return ()
    for one in old:
        remove_manifest(store, one)
    needed = {
        place_of(block)
        for one in there[len(old) :]
        for file in read_manifest(store, seal, one).files
        for block in file.blocks
    }
    for name in store.names("blocks"):
        if name not in needed:
            store.remove(name)
    return tuple(old)
