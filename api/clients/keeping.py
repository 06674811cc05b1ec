"""The files that were handed over: a folder of the data directory, from which each goes after a day."""

import shutil
import threading
import time
from pathlib import Path

from api.telemetry import log
from api.workspaces.models import new_id
from warehouse import HANDING_OVER

HANDED_OVER = "handed-over"
HOURS = 24  # that a file is kept
_SECONDS_BETWEEN_LOOKS = 300.0


def new_file(data_dir: Path) -> Path:
    """Return where the next file goes, under a name that cannot be guessed; nobody else may look into the folder."""
    folder = data_dir / HANDED_OVER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{new_id()}.duckdb"


def is_kept(data_dir: Path, path: Path) -> bool:
    """Tell whether a file is there and one of those; what the command line has written is its caller's own."""
    return path.parent == data_dir.absolute() / HANDED_OVER and path.is_file()


def remove_file(data_dir: Path, path: Path) -> bool:
    """Remove a file if it is one of those, and tell whether it was there."""
    if not is_kept(data_dir, path):
        return False
    path.unlink(missing_ok=True)
    return True


class Sweeper:
    """Removes the files that are a day old, and what hand-overs have left that were killed."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def run(self, stopping: threading.Event) -> None:
        """Look at once, which the first start after a crash needs, and then until the program ends."""
        while not stopping.is_set():
            try:
                self.look(time.time())
            except OSError as error:  # The next look tries again.
                log().error("files that were handed over could not be removed", exc_info=error)
            stopping.wait(_SECONDS_BETWEEN_LOOKS)

    def look(self, moment: float) -> int:
        """Remove what is due at a moment, in seconds since 1970, and return how many."""
        due = 0
        for path in (*(self._data_dir / HANDED_OVER).glob("*"), *self._data_dir.glob(f"{HANDING_OVER}*")):
            if moment - path.stat().st_mtime < HOURS * 3600:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            due += 1
        if due:
            log().info("files that were handed over removed", count=due)
        return due
