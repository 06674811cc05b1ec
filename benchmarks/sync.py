"""Extract and load over loopback HTTP: a first sync, and a later one with a tenth changed and a hundredth new."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.imports import MEMORY_LIMIT, THREADS
from benchmarks.sync_desk import BenchDesk
from benchmarks.tickets import write_tickets
from connectors import Access
from connectors.auth import FixedCredentials
from schemas import load_model
from warehouse import ClientAccount, Progress, SyncOptions, Warehouse, run_sync

ROOT = Path(__file__).parent.parent
GOAL = 10_000  # rows a second, of the first sync
GOAL_LATER = 0.2  # of the first sync's time
GOAL_MEMORY = 1_200  # MB, of owner and reader together
_CLIENT = ClientAccount("c1", "bench", "Bench", timezone="Europe/Athens")


def run(rows: int) -> dict[str, object]:
    """Sync `rows` tickets and then 11 % more in a process of their own; return seconds, rates and peaks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / "base.ndjson", folder / "later.ndjson"]
        write_tickets(folder / "tickets.ndjson", rows + rows // 100)
        _versions(folder / "tickets.ndjson", files, rows)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_registered(folder)), str(ROOT)])}
        with _served(files, environment) as address:
            environment["BELVEDERE_SOURCE_BENCH_URL"] = address
            command = [sys.executable, "-m", "benchmarks.sync", str(folder / "data"), address]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=environment)
    found: dict[str, float] = json.loads(told.stdout)
    later = rows // 10 + rows // 100
    return {
        "rows": rows,
        "rows_per_second": round(rows / found["first"]),
        "rows_per_second_with_what_follows": round(rows / found["first_complete"]),
        "goal": GOAL,
        "later_rows": later,
        "later_ratio": round(found["later"] / found["first"], 3),
        "later_goal": GOAL_LATER,
        "peak_mb": {"owner": round(found["owner_mb"]), "reader": round(found["reader_mb"])},
        "peak_goal": GOAL_MEMORY,
        "seconds": {name: round(value, 2) for name, value in found.items() if not name.endswith("_mb")},
    }


def _versions(path: Path, files: list[Path], rows: int) -> None:
    """Write the first tickets as they are, and later versions of every tenth of them, followed by the others."""
    base, later = files
    with path.open("rb") as source, base.open("wb") as first, later.open("wb") as second:
        for number, line in enumerate(source):
            record = orjson.loads(line)
            if number < rows:
                first.write(orjson.dumps({**record, "version": 1}, option=orjson.OPT_APPEND_NEWLINE))
            if number >= rows or number % 10 == 0:
                changed = {**record, "version": 2, "status": "closed"}
                second.write(orjson.dumps(changed, option=orjson.OPT_APPEND_NEWLINE))


def _registered(folder: Path) -> Path:
    """Make the desk known by its name to every process that has this folder on its path."""
    package = folder / "packages" / "bench_desk-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: bench-desk\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[belvedere.sources]\nbench = benchmarks.sync_desk:BenchDesk\n")
    return package.parent


@contextmanager
def _served(files: list[Path], environment: dict[str, str]) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.sync_desk", *map(str, files)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=environment) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def measure(data: Path, address: str) -> dict[str, float]:
    """Sync twice as the owner of a new data directory."""
    access = Access(BenchDesk.auths[0], FixedCredentials())
    options = SyncOptions("bench", "Bench desk", (_CLIENT,), access=access, apart=True)
    found: dict[str, float] = {}
    reader = _Reader()
    with Warehouse(data, load_model(), threads=THREADS, memory_limit=MEMORY_LIMIT) as warehouse:
        database = warehouse.workspace("main", create=True)
        for name in ("first", "later"):
            started = time.perf_counter()
            busy = time.process_time()
            report = run_sync(database, BenchDesk(), options, reader.look)
            found[f"{name}_complete"] = time.perf_counter() - started
            found[f"{name}_cpu"] = time.process_time() - busy
            found[name] = report.loading_seconds
            with urllib.request.urlopen(f"{address}/more") as answer:
                answer.read()
    found["owner_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found["reader_mb"] = reader.peak
    found["reader_cpu"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    return found


class _Reader:
    """Looks now and then at the peak of memory, in MB, of the processes that this one has started."""

    def __init__(self) -> None:
        self.peak = 0.0

    def look(self, _progress: Progress) -> None:
        for listed in Path("/proc/self/task").glob("*/children"):
            for process in listed.read_text().split():
                for line in Path(f"/proc/{process}/status").read_text().splitlines():
                    if line.startswith("VmHWM:"):
                        self.peak = max(self.peak, int(line.split()[1]) / 1024)


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])))
