"""Progress of one long statement: DuckDB tells how far it is, another thread passes it on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.duckdb import Connection
from warehouse.reports import OnProgress, Progress

_EVERY_SECONDS = 0.25


@contextmanager
def reporting(connection: Connection, total: int, on_progress: OnProgress) -> Iterator[None]:
    """Report the statements that run inside as a share of `total` bytes; it never goes back."""
    over = threading.Event()

    def report() -> None:
        furthest = 0.0
        while not over.wait(_EVERY_SECONDS):
            furthest = max(furthest, connection.query_progress())
            on_progress(Progress("load", min(total, int(total * furthest / 100)), total, "bytes"))

    thread = threading.Thread(target=report, name="belvedere-progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    on_progress(Progress("load", total, total, "bytes"))
