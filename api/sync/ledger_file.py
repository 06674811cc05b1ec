"""What has been asked of vendors outlives the process that asked: it is noted in the data directory, every few seconds.

Without it a program that is started again would spend a vendor's budget of the day once more.
"""

import threading
import time
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from api.telemetry import log
from connectors import Ledger, Remembered

_NAME = "asked-of-vendors.json"
_SECONDS_BETWEEN_WRITES = 5.0


class _Noted(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    noted_at: float
    remembered: Remembered


class LedgerFile:
    """Keeps a ledger in a file of the data directory. Only the owner of the directory writes it."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._path = folder / _NAME
        self._ledger = ledger
        self._empty = True  # what is in the file

    def recall(self) -> None:
        """Take up what the process before has noted. A file that cannot be read counts as none."""
        try:
            noted = _Noted.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValidationError) as error:
            log().warning("what was asked of vendors is not known any more", file=str(self._path), exc_info=error)
            return
        self._empty = False
        # A clock that was put back must not make requests younger than none.
        self._ledger.recall(noted.remembered, max(0.0, time.time() - noted.noted_at))

    def note(self) -> None:
        """Write what still counts, if anything does or did."""
        remembered = self._ledger.remembered()
        empty = not (remembered.sent or remembered.pauses)
        if empty and self._empty:
            return
        written = self._path.with_suffix(".new")
        written.write_bytes(orjson.dumps({"noted_at": time.time(), "remembered": remembered}))
        written.replace(self._path)
        self._empty = empty

    def run(self, stopping: threading.Event) -> None:
        """Write until the program ends."""
        while not stopping.wait(_SECONDS_BETWEEN_WRITES):
            self.try_to_note()

    def try_to_note(self) -> None:
        """Write, or say in the log why not: no sync depends on it."""
        try:
            self.note()
        except OSError as error:
            log().error("what was asked of vendors could not be noted", file=str(self._path), exc_info=error)
