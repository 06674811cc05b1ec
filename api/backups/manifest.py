"""What a backup lists of itself: its files, each by its pieces and a digest, and how much was in them."""

import re
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from api.backups.errors import BackupDamagedError, BackupError
from api.backups.sealing import Header, Seal
from api.backups.stores import Store
from api.workspaces.database import NEWEST

FORMAT = 1
METADATA = "belvedere.sqlite"  # also if the metadata came from PostgreSQL: one backup fits both
HEADER = "belvedere-backup.json"
_FOLDER = "backups"
_ID = re.compile(r"\d{8}T\d{6}Z(-\d+)?")


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileEntry(_Document):
    """One file of the data directory."""

    path: str
    bytes: int
    sha256: str
    blocks: tuple[str, ...]


class WorkspaceEntry(_Document):
    """What was in a workspace's file, by schema and table."""

    data_version: int
    rows: dict[str, int]


class Manifest(_Document):
    """One backup."""

    format: int = FORMAT
    id: str
    program: str
    revision: str  # of the metadata's tables
    data_dir: str
    keys_included: bool
    files: tuple[FileEntry, ...]
    workspaces: dict[str, WorkspaceEntry]
    metadata: dict[str, int]  # rows by table

    @property
    def bytes(self) -> int:
        """Return how many bytes its files have."""
        return sum(one.bytes for one in self.files)


def new_id(moment: datetime, there: list[str]) -> str:
    """Return the id of a backup: its moment, so that ids sort by time."""
    base = f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return base if base not in there else f"{base}-{sum(one.startswith(base) for one in there) + 1}"


def moment_of(backup_id: str) -> datetime:
    """Return when a backup was made."""
    return datetime.strptime(backup_id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def write_header(store: Store, header: Header) -> None:
    """Write what is said before anything can be read."""
    text = _Head(format=header.format, encrypted=header.encrypted, salt=header.salt, check=header.check)
    store.write(HEADER, text.model_dump_json(indent=2).encode() + b"\n")


def read_header(store: Store) -> Header | None:
    """Return what is said before anything can be read; None where there is no backup yet."""
    if not store.has(HEADER):
        return None
    try:
        head = _Head.model_validate_json(store.read(HEADER))
    except ValidationError as error:
        raise BackupDamagedError(f"{HEADER} of the backup cannot be read. Take another backup.") from error
    if head.format > FORMAT:
        raise BackupError(f"This backup has format {head.format}; this program knows {FORMAT}. Update Belvedere.")
    return Header(head.format, encrypted=head.encrypted, salt=head.salt, check=head.check)


class _Head(_Document):
    format: int
    encrypted: bool
    salt: str = ""
    check: str = ""


def backup_ids(store: Store) -> list[str]:
    """Return the backups of a store, oldest first."""
    names = (name.removeprefix(f"{_FOLDER}/") for name in store.names(_FOLDER))
    return sorted((name for name in names if _ID.fullmatch(name)), key=lambda one: (moment_of(one), len(one), one))


def write_manifest(store: Store, seal: Seal, manifest: Manifest) -> None:
    """Write the list of a backup's contents: from now on there is one."""
    name = f"{_FOLDER}/{manifest.id}"
    store.write(name, seal.pack(name, manifest.model_dump_json().encode()))


def read_manifest(store: Store, seal: Seal, backup_id: str | None = None) -> Manifest:
    """Return the newest backup, or the one named."""
    there = backup_ids(store)
    if not there or (backup_id is not None and backup_id not in there):
        named = f"There is no backup {backup_id} here" if backup_id else "There is no whole backup here"
        raise BackupError(f"{named}. Backups: {', '.join(there) or 'none'}.")
    name = f"{_FOLDER}/{backup_id or there[-1]}"
    try:
        manifest = Manifest.model_validate_json(seal.unpack(name, store.read(name), None))
    except ValidationError as error:
        raise BackupDamagedError(f"The list of contents {name} cannot be read. Take another backup.") from error
    if int(manifest.revision) > int(NEWEST):
        raise BackupError(f"Backup {manifest.id} was made by a newer Belvedere, {manifest.program}. Update first.")
    return manifest


def remove_manifest(store: Store, backup_id: str) -> None:
    """Forget a backup; its pieces stay until nobody names them."""
    store.remove(f"{_FOLDER}/{backup_id}")
