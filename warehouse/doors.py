"""Readers come and go; whoever needs the file for himself waits until the last has gone, and new ones wait for him."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.errors import WorkspaceBusyError


class Doors:
    """Counts those who read. A thread that reads already may go deeper while the doors close."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._closing = False
        self._depth = threading.local()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Read; waits while somebody has the file for himself."""
        depth: int = getattr(self._depth, "value", 0)
        with self._changed:
            while self._closing and depth == 0:
                self._changed.wait()
            self._inside += 1
        self._depth.value = depth + 1
        try:
            yield
        finally:
            self._depth.value = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def closed(self, seconds: float) -> Iterator[None]:
        """Have the file alone, or raise WorkspaceBusyError if readers stay longer than this."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._closing = True
            try:
                while self._inside:
                    if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                        raise WorkspaceBusyError(
                            "Questions to this workspace run too long for its file to be written anew. "
                            "Nothing was lost; do it again."
                        )
            except BaseException:
                self._closing = False
                self._changed.notify_all()
                raise
        try:
            yield
        finally:
            with self._changed:
                self._closing = False
                self._changed.notify_all()
