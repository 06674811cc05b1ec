"""kill -9 in the middle of an import: all or nothing is visible, and the next run ends with exactly the right rows."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.workbench import ACME, Workbench, mapping_of
from warehouse import Mode, Warehouse

ROWS = 60_000
COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic", "handle_seconds": "seconds"}
# Imports everything once, then forks a process for each load: that is much faster than starting Python anew.
SCRIPT = """
import os, sys, time
from pathlib import Path
from schemas import load_model
from warehouse import ClientAccount, ImportOptions, Mapping, Mode, Warehouse
options = ImportOptions(
    Mapping.model_validate_json(sys.argv[1]), ClientAccount("client-acme", "acme", "Acme"), Mode.REPLACE
)
model = load_model()
for line in sys.stdin:
    data, path = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        continue
    with Warehouse(Path(data), model, threads=2) as warehouse:
        database = warehouse.workspace("main", create=True)
        print(os.getpid(), flush=True)
        database.import_file(Path(path), options)
        print("imported", flush=True)
        time.sleep(60)
    os._exit(0)
"""
FINGERPRINT = "count(*), sum(hash({id}, {topic}, {seconds}::bigint, epoch_us({created}))::hugeint)::varchar"
IN_FILE = FINGERPRINT.format(id="id", topic="topic", seconds="seconds", created="created")
IN_TABLE = FINGERPRINT.format(id="source_id", topic="category", seconds="handle_seconds", created="created_at")


def write_rows(path: Path, first: int, count: int, topic: str) -> object:
    """Write tickets in the kind of file that the name says; return what tells their set apart from any other."""
    kind = "csv, header" if path.suffix == ".csv" else "json"
    rows = f"""select 'T' || i as id, timestamp '2025-01-01' + interval 1 second * i as created,
               '{topic}' || i % 50 as topic, i % 1000 as seconds from range({first}, {first + count}) as r(i)"""
    with duckdb.connect() as connection:
        connection.execute(f"copy ({rows}) to '{path}' (format {kind})")
        return connection.execute(f"select {IN_FILE} from ({rows})").fetchone()


def visible(bench: Workbench) -> object:
    """Return what is in the file of the killed process."""
    return bench.sql(f"select {IN_TABLE} from normalised.ticket")[0]


class Loader:
    """Does loads in processes that can be killed, one after another."""

    def __init__(self) -> None:
        mapping = mapping_of(COLUMNS).model_dump_json(by_alias=True)
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, mapping], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def say(self, text: str) -> None:
        """Write a line to the script."""
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        """Read a line from the script."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def start(self, bench: Workbench, path: Path) -> int:
        """Start an import, and return its process when it is about to begin."""
        bench.close()
        self.say(f"{bench.data}\t{path}")
        while not (heard := self.hear()).isdigit():
            assert heard == "imported"  # The last one was that fast.
        return int(heard)

    def kill(self, process: int, bench: Workbench) -> None:
        """Kill an import and wait until the kernel has buried it."""
        os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while Warehouse.is_owned(bench.data):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def close(self) -> None:
        """End the script."""
        self._process.communicate()


@pytest.fixture(scope="module")
def loader() -> Iterator[Loader]:
    """Give the script that does loads."""
    made = Loader()
    yield made
    made.close()


def uninterrupted(folder: Path, old: Path, new: Path) -> float:
    """Return how long the import takes when nobody disturbs it."""
    folder.mkdir()
    bench = Workbench(folder)
    bench.load(old, mapping_of(COLUMNS))
    started = time.perf_counter()
    bench.load(new, mapping_of(COLUMNS), mode=Mode.REPLACE)
    took = time.perf_counter() - started
    bench.close()
    return took


@pytest.mark.parametrize(("name", "shares"), [("new.csv", (0.05, 0.5, 0.93, 1.0)), ("new.ndjson", (0.3, 0.9))])
def test_killed_at_many_moments(bench: Workbench, loader: Loader, name: str, shares: tuple[float, ...]) -> None:
    """After each kill there is exactly what was before or exactly what comes after; the last run ends right."""
    before = write_rows(bench.folder / "old.csv", 0, 5_000, "old")
    after = write_rows(bench.folder / name, 2_500, ROWS, "new")
    took = uninterrupted(bench.folder / "timing", bench.folder / "old.csv", bench.folder / name)
    bench.load(bench.folder / "old.csv", mapping_of(COLUMNS))
    seen = []
    for share in shares:
        process = loader.start(bench, bench.folder / name)
        time.sleep(took * share)
        loader.kill(process, bench)
        seen.append(visible(bench))
        assert seen[-1] in (before, after)
        staging = bench.column("select table_name from duckdb_tables() where schema_name = 'staging'")
        assert staging == []
        if seen[-1] == after:
            break
    assert seen[0] == before
    # Whatever a killed run has left in the spool goes when the workspace is opened next.
    left = bench.data / "spool" / "main" / "left-behind"
    left.mkdir(parents=True, exist_ok=True)
    (left / "piece-1.ndjson").write_text("{}")
    report = bench.load(bench.folder / name, mapping_of(COLUMNS), mode=Mode.REPLACE)
    assert report.already_loaded == (seen[-1] == after)
    assert list((bench.data / "spool" / "main").iterdir()) == []
    assert visible(bench) == after
    assert bench.value("select count(*) from raw.file_file__ticket") == ROWS
    assert bench.value("select count(distinct _key) from raw.file_file__ticket") == ROWS
    assert bench.load(bench.folder / name, mapping_of(COLUMNS), mode=Mode.REPLACE).already_loaded


def test_killed_right_after_the_commit(bench: Workbench, loader: Loader) -> None:
    """What was reported as imported is there, also when the process dies before it closes the file."""
    after = write_rows(bench.folder / "new.csv", 0, 20_000, "new")
    process = loader.start(bench, bench.folder / "new.csv")
    assert loader.hear() == "imported"
    loader.kill(process, bench)
    assert visible(bench) == after
    assert bench.load(bench.folder / "new.csv", mapping_of(COLUMNS), ACME, Mode.REPLACE).already_loaded


def test_killed_during_the_very_first_import(bench: Workbench, loader: Loader) -> None:
    """A workspace whose first import was killed opens, is empty, and takes the file."""
    after = write_rows(bench.folder / "new.csv", 0, ROWS, "new")
    process = loader.start(bench, bench.folder / "new.csv")
    time.sleep(0.2)
    loader.kill(process, bench)
    assert bench.value("select count(*) from normalised.ticket") in (0, ROWS)
    bench.load(bench.folder / "new.csv", mapping_of(COLUMNS), ACME, Mode.REPLACE)
    assert visible(bench) == after
