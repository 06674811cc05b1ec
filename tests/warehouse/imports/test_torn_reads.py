"""Readers during a load see what was before or what is after, never a part, and do not wait for the load."""

import threading
import time
from pathlib import Path

import duckdb
import pytest

from schemas import Compiled, Query, Scope, compile_query
from tests.warehouse.imports.workbench import ACME, MODEL, Workbench, mapping_of
from warehouse import ImportFileError, ImportOptions, Mode, WorkspaceDatabase

ROWS = 50_000
COLUMNS = {"source_id": "id", "created_at": "created", "solved_at": "created", "handle_seconds": "seconds"}


def write_file(path: Path, first: int, seconds: int) -> Path:
    """Write 50,000 tickets that all took the same time."""
    with duckdb.connect() as connection:
        connection.execute(
            f"""copy (select 'T' || i as id, timestamp '2025-01-01' + interval 1 minute * i as created,
                {seconds} as seconds from range({first}, {first + ROWS}) as r(i)) to '{path}' (format csv, header)"""
        )
    return path


def question() -> Compiled:
    """Return the query for how many tickets there are and how long they took in all."""
    metrics = ("tickets_created", "handle_seconds_sum")
    return compile_query(MODEL, Query("tickets", (), metrics, Scope(frozenset({ACME.id}))))


class Reader(threading.Thread):
    """Asks without a pause until told to stop."""

    def __init__(self, database: WorkspaceDatabase, compiled: Compiled) -> None:
        super().__init__()
        self._database = database
        self._compiled = compiled
        self.stop = threading.Event()
        self.seen: list[tuple[object, ...]] = []
        self.slowest = 0.0
        self.error: Exception | None = None

    def run(self) -> None:
        """Ask, and note what came and how long the slowest answer took."""
        try:
            while not self.stop.is_set():
                started = time.perf_counter()
                self.seen += self._database.fetch_rows(self._compiled)
                self.slowest = max(self.slowest, time.perf_counter() - started)
        except Exception as error:  # The test raises it.
            self.error = error


@pytest.mark.parametrize(("mode", "first", "seconds", "after"), [
    (Mode.REPLACE, ROWS // 2, 2, (ROWS, 2 * ROWS)),
    (Mode.UPSERT, ROWS // 2, 2, (ROWS * 3 // 2, 2 * ROWS + ROWS // 2)),
    (Mode.APPEND, ROWS, 3, (2 * ROWS, 4 * ROWS)),
])  # fmt: skip
def test_reads_during_a_load(bench: Workbench, mode: Mode, first: int, seconds: int, after: tuple[int, float]) -> None:
    """Every answer is the one before or the one after, in this order, and none waits for the load."""
    before = (ROWS, ROWS)
    bench.load(write_file(bench.folder / "before.csv", 0, 1), mapping_of(COLUMNS))
    database = bench.database
    version = database.data_version()
    path = write_file(bench.folder / "after.csv", first, seconds)
    readers = [Reader(database, question()) for _ in range(2)]
    for reader in readers:
        reader.start()
    started = time.perf_counter()
    report = database.import_file(path, ImportOptions(mapping_of(COLUMNS), ACME, mode))
    took = time.perf_counter() - started
    assert report.data_version == database.data_version() > version
    last = database.fetch_rows(question())
    for reader in readers:
        reader.stop.set()
        reader.join()
        assert reader.error is None
        assert len(reader.seen) > 5
        assert set(reader.seen) <= {before, after}
        assert reader.seen == sorted(reader.seen, key=lambda row: row != before)
        assert reader.slowest < max(took / 3, 0.25)
    assert last == [after]


def test_a_refused_load_is_never_seen(bench: Workbench) -> None:
    """A file that turns out to be unusable at its end shows readers nothing of its beginning."""
    bench.load(write_file(bench.folder / "before.csv", 0, 1), mapping_of(COLUMNS))
    path = write_file(bench.folder / "after.csv", ROWS, 5)
    with path.open("ab") as out:
        out.write(b"\xff\xff,,\n")
    reader = Reader(bench.database, question())
    reader.start()
    with pytest.raises(ImportFileError, match="line 50002"):
        bench.load(path, mapping_of(COLUMNS))
    reader.stop.set()
    reader.join()
    assert reader.error is None
    assert set(reader.seen) == {(ROWS, ROWS)}
