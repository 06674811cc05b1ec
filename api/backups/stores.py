"""Where the pieces of backups lie: a folder that many backups share, or one archive file.

Whatever has a name is whole: it is written under another name, forced to the disk, and renamed.
"""

import fcntl
import io
import os
import tarfile
from pathlib import Path
from typing import IO, Protocol

from api.backups.errors import BackupDamagedError, BackupError

ARCHIVE = ".tar"  # how the name of an archive file ends


class Store(Protocol):
    """Pieces by their names, such as `blocks/ab/abcd…`."""

    def has(self, name: str) -> bool:
        """Tell whether a piece is there."""

    def read(self, name: str) -> bytes:
        """Return a piece, or raise BackupDamagedError."""

    def write(self, name: str, content: bytes) -> None:
        """Write a piece, whole or not at all."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the pieces in a folder and the folders in it, sorted."""

    def remove(self, name: str) -> None:
        """Remove a piece."""

    def close(self, *, whole: bool) -> None:
        """End; what was written to an archive file is kept if it is whole."""


class FolderStore:
    """A folder; one process writes at a time."""

    def __init__(self, folder: Path, *, writing: bool) -> None:
        self._folder = folder
        self._lock: int | None = None
        if writing:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(self._lock)
                raise BackupError(f"Another backup is being written to {folder}. Wait for its end.") from error

    def has(self, name: str) -> bool:
        """Tell whether a piece is there; an empty file is none."""
        path = self._folder / name
        return path.exists() and path.stat().st_size > 0

    def read(self, name: str) -> bytes:
        """Return a piece."""
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError as error:
            raise BackupDamagedError(f"The piece {name} of the backup is missing. Take another backup.") from error

    def write(self, name: str, content: bytes) -> None:
        """Write a piece."""
        path = self._folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".writing-{path.name}")
        write_whole(draft, content)
        draft.replace(path)
        force_names(path.parent)

    def names(self, folder: str) -> list[str]:
        """Return the names of the pieces in a folder; drafts that a crash has left are none."""
        found = (self._folder / folder).rglob("*")
        return sorted(
            str(path.relative_to(self._folder)) for path in found if path.is_file() and not path.name.startswith(".")
        )

    def remove(self, name: str) -> None:
        """Remove a piece."""
        (self._folder / name).unlink(missing_ok=True)

    def close(self, *, whole: bool) -> None:  # noqa: ARG002
        """Let others write."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class ArchiveStore:
    """One uncompressed tar file, since its pieces are packed already."""

    def __init__(self, path: Path, *, writing: bool) -> None:
        self._path = path
        self._draft = path.with_name(f".writing-{path.name}")
        self._writing = writing
        if writing:
            if path.exists() and not tarfile.is_tarfile(path):
                raise BackupError(f"{path} is there and is no backup. Name another file, or a folder.")
            path.parent.mkdir(parents=True, exist_ok=True)
            self._draft.unlink(missing_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL if writing else os.O_RDONLY
        opened = os.open(self._draft if writing else path, flags | os.O_CLOEXEC, 0o600)
        self._raw: IO[bytes] = os.fdopen(opened, "w+b" if writing else "rb")
        try:
            self._tar = tarfile.open(fileobj=self._raw, mode="w" if writing else "r:")  # noqa: SIM115
            self._members = {one.name: one for one in ([] if writing else self._tar.getmembers()) if one.isfile()}
        except tarfile.TarError as error:
            self._raw.close()
            raise BackupDamagedError(f"{path} is no backup, or its end is missing: {error}.") from error

    def has(self, name: str) -> bool:
        """Tell whether a piece is there."""
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return a piece."""
        found = self._tar.extractfile(self._members[name]) if name in self._members else None
        if found is None:
            raise BackupDamagedError(f"The piece {name} is missing in {self._path}. Take another backup.")
        return found.read()

    def write(self, name: str, content: bytes) -> None:
        """Add a piece."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        self._members[name] = member

    def names(self, folder: str) -> list[str]:
        """Return the names of the pieces in a folder."""
        return sorted(name for name in self._members if name.startswith(f"{folder}/"))

    def remove(self, name: str) -> None:
        """Refuse: an archive holds one backup."""
        raise BackupError(f"Nothing can be removed from {self._path}: {name}.")

    def close(self, *, whole: bool) -> None:
        """End; an archive that was written takes the place of the one before only if it is whole."""
        if whole or not self._writing:
            self._tar.close()
        if self._writing and whole:
            self._raw.flush()
            os.fsync(self._raw.fileno())
        self._raw.close()
        if self._writing and whole:
            self._draft.replace(self._path)
            force_names(self._path.parent)
        elif self._writing:
            self._draft.unlink()


def open_store(target: Path, *, writing: bool) -> Store:
    """Open a folder or, by its name or because it is one, an archive file."""
    if target.is_file() or (writing and not target.is_dir() and target.suffix == ARCHIVE):
        return ArchiveStore(target, writing=writing)
    if not writing and not target.is_dir():
        raise BackupError(f"There is no backup at {target}.")
    return FolderStore(target, writing=writing)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, and wait until the disk has it."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def force_names(folder: Path) -> None:
    """Wait until the disk knows the names of the files in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
