"""Looks for new and changed files in a folder of the inbox, and never outside of it."""

import fnmatch
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from connectors.errors import StopError
from connectors.file_source import FileMark, FoundFile
from connectors.files.settings import KINDS

INBOX = "BELVEDERE_INBOX_DIR"
_SETTLED = 5.0  # seconds without a change, since a file may still be on its way


def watched_folder(wanted: str, environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder, its links followed; raises StopError unless it is inside the inbox."""
    values = os.environ if environment is None else environment
    inbox = values.get(INBOX, "")
    if not inbox:
        raise StopError(f"Nobody has set an inbox for watched folders: the operator of this server sets {INBOX}.")
    root = Path(inbox).resolve()
    folder = (root / wanted).resolve()
    if not folder.is_relative_to(root):
        raise StopError(f"The folder '{wanted}' leads out of the inbox.")
    if not folder.is_dir():
        raise StopError(f"There is no folder '{wanted}' in the inbox. Create it, or choose another one.")
    return folder


def look(folder: Path, pattern: str, seen: Mapping[str, FileMark], now: float) -> Iterator[FoundFile]:
    """Yield the files that match and are not as they were seen, the oldest first. `now` are seconds since 1970."""
    found = []
    for entry in os.scandir(folder):
        if not fnmatch.fnmatchcase(entry.name, pattern) or entry.name.startswith("."):
            continue
        status = entry.stat(follow_symlinks=False)
        # A link could lead anywhere; a name of another kind could not be read.
        if stat.S_ISREG(status.st_mode) and entry.name.lower().endswith(KINDS) and now - status.st_mtime >= _SETTLED:
            found.append((status.st_mtime_ns, entry.name, status.st_size))
    for moment, name, size in sorted(found):
        known = seen.get(name, {})
        mark: dict[str, str | int] = {"size": size, "modified": moment}
        if {key: known.get(key) for key in mark} == mark:
            continue
        path = folder / name
        digest = _digest(path)
        if digest is not None:
            yield FoundFile(name, path, {**mark, "hash": digest}, changed=known.get("hash") != digest)


def _digest(path: Path) -> str | None:
    """Return the hash of a file; None if it has gone meanwhile."""
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return None
