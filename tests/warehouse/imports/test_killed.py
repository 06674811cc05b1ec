"""kill -9 in the middle of an import: all or nothing is visible, and the next run ends with exactly the right rows."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.imports.workbench import ACME, Workbench, mapping_of
from warehouse import Mode, Warehouse

ROWS = 60_000
COLUMNS = {"source_id": "id", "created_at": "created", "category": "topic", "handle_seconds": "seconds"}
SCRIPT = """
import sys
from pathlib import Path
from schemas import load_model
from warehouse import ClientAccount, ImportOptions, Mapping, Mode, Warehouse
data, path, mapping = sys.argv[1:]
with Warehouse(Path(data), load_model(), threads=2) as warehouse:
    database = warehouse.workspace("main", create=True)
    client = ClientAccount("client-acme", "acme", "Acme")
    options = ImportOptions(Mapping.model_validate_json(mapping), client, Mode.REPLACE)
    print("start", flush=True)
    database.import_file(Path(path), options)
    print("imported", flush=True)
print("closed", flush=True)
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


def start(bench: Workbench, path: Path) -> "subprocess.Popen[str]":
    """Start an import in another process, and return when it is about to begin."""
    mapping = mapping_of(COLUMNS).model_dump_json(by_alias=True)
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(bench.data), str(path), mapping], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "start\n"
    return process


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
def test_killed_at_many_moments(bench: Workbench, name: str, shares: tuple[float, ...]) -> None:
    """After each kill there is exactly what was before or exactly what comes after; the last run ends right."""
    before = write_rows(bench.folder / "old.csv", 0, 5_000, "old")
    after = write_rows(bench.folder / name, 2_500, ROWS, "new")
    took = uninterrupted(bench.folder / "timing", bench.folder / "old.csv", bench.folder / name)
    bench.load(bench.folder / "old.csv", mapping_of(COLUMNS))
    seen = []
    for share in shares:
        bench.close()
        process = start(bench, bench.folder / name)
        time.sleep(took * share)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert not Warehouse.is_owned(bench.data)
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


def test_killed_right_after_the_commit(bench: Workbench) -> None:
    """What was reported as imported is there, also when the process dies before it closes the file."""
    after = write_rows(bench.folder / "new.csv", 0, 20_000, "new")
    process = start(bench, bench.folder / "new.csv")
    assert process.stdout is not None
    assert process.stdout.readline() == "imported\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert visible(bench) == after
    assert bench.load(bench.folder / "new.csv", mapping_of(COLUMNS), ACME, Mode.REPLACE).already_loaded


def test_killed_during_the_very_first_import(bench: Workbench) -> None:
    """A workspace whose first import was killed opens, is empty, and takes the file."""
    after = write_rows(bench.folder / "new.csv", 0, ROWS, "new")
    process = start(bench, bench.folder / "new.csv")
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert bench.value("select count(*) from normalised.ticket") in (0, ROWS)
    bench.load(bench.folder / "new.csv", mapping_of(COLUMNS), ACME, Mode.REPLACE)
    assert visible(bench) == after
