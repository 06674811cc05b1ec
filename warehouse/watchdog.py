"""One thread that interrupts queries which run too long."""

import heapq
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.duckdb import Connection


class Watch:
    """A running query with a deadline."""

    def __init__(self, cursor: Connection) -> None:
        self.cursor = cursor
        self.fired = False
        self.over = False


class Watchdog:
    """Interrupts each watched cursor at its deadline; DuckDB 1.5 has no time limit of its own."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._deadlines: list[tuple[float, int, Watch]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def watching(self, cursor: Connection, seconds: float) -> Iterator[Watch]:
        """Interrupt the cursor if the body is not over after `seconds`."""
        watch = Watch(cursor)
        with self._changed:
            heapq.heappush(self._deadlines, (time.monotonic() + seconds, next(self._order), watch))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="belvedere-watchdog", daemon=True)
                self._thread.start()
            elif self._deadlines[0][2] is watch:
                self._changed.notify()
        try:
            yield watch
        finally:
            with self._changed:
                watch.over = True

    def close(self) -> None:
        """Stop the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                while self._deadlines and self._deadlines[0][2].over:
                    heapq.heappop(self._deadlines)
                if not self._deadlines:
                    self._changed.wait()
                    continue
                left = self._deadlines[0][0] - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                _, _, watch = heapq.heappop(self._deadlines)
                # The lock is held: a query that is over cannot have its cursor's next query interrupted.
                if not watch.over:
                    watch.fired = True
                    watch.cursor.interrupt()
