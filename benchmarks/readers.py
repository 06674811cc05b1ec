"""Twenty readers while a million rows are merged: their 95th percentile beside that without a load, and torn reads.

The server does the load itself, as the owner of the data. The file holds every ticket once more with other values, so
a reader may see all of the old rows or all of the new ones; a read of anything else is torn. The cache is off.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks.generate import LAST, START
from benchmarks.serving import COMMAND, Client, request_body, serving, without_settings
from benchmarks.tickets import MAPPING, write_tickets

READERS = 20
THREADS = 2
PAUSE = 0.1  # seconds that a reader looks at a chart
QUIET_SECONDS = 20.0
_TOTALS = ("tickets_created", "tickets_solved_cohort", "handle_seconds_sum")
_CHARTS = (_TOTALS, ("date_month", *_TOTALS), ("channel", *_TOTALS), ("team", "priority", *_TOTALS))


@dataclass
class Reads:
    """What the readers saw: seconds of each read, and every total with the number of times that it was seen."""

    seconds: list[float] = field(default_factory=list)
    totals: dict[tuple[int, int, int], int] = field(default_factory=dict)

    @property
    def p95(self) -> float:
        """Return the 95th percentile in seconds."""
        return statistics.quantiles(self.seconds, n=20)[-1]


class Readers:
    """Threads that ask charts until told to stop."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stop = threading.Event()
        self._noting = threading.Lock()
        self.reads = Reads()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> Reads:
        """Let every reader finish and return what they saw."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.reads

    def _read(self, number: int) -> None:
        turn = number
        while not self._stop.wait(PAUSE):
            turn += 1
            body = request_body(_CHARTS[turn % len(_CHARTS)], (), START, LAST, "bench")
            started = time.perf_counter()
            answer = self._client.data(body)
            seconds = time.perf_counter() - started
            rows = [row["values"][-3:] for row in orjson.loads(answer)["rows"]]
            created, solved, handled = (round(sum(row[place] for row in rows)) for place in range(3))
            with self._noting:
                self.reads.seconds.append(seconds)
                key = (created, solved, handled)
                self.reads.totals[key] = self.reads.totals.get(key, 0) + 1


def run(rows: int) -> dict[str, object]:
    """Measure both and return the ratio, the reads and the torn ones among them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = without_settings() | {"BELVEDERE_DATA_DIR": str(folder / "data")}
        mapping = folder / "map.yaml"
        mapping.write_text(MAPPING)
        for seed in (1, 2):
            write_tickets(folder / f"tickets-{seed}.ndjson", rows, seed)
        _import(folder / "tickets-1.ndjson", mapping, environment)
        key = subprocess.run(
            [COMMAND, "key", "create", "--name", "bench"], env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()
        with serving(folder / "data", key, cache_bytes=0, threads=THREADS) as server:
            client = Client(server)
            readers = Readers(client)
            time.sleep(QUIET_SECONDS)
            quiet = readers.stop()
            readers = Readers(client)
            started = time.perf_counter()
            _import(folder / "tickets-2.ndjson", mapping, environment)
            seconds = time.perf_counter() - started
            busy = readers.stop()
            after = Readers(client)
            time.sleep(1)
            whole = {*quiet.totals, *after.stop().totals}
    assert len(whole) == 2, f"totals before and after the load: {whole}"
    torn = sum(count for total, count in busy.totals.items() if total not in whole)
    return {
        "rows": rows,
        "readers": READERS,
        "load_seconds": round(seconds, 1),
        "p95_ms": {"quiet": round(quiet.p95 * 1000, 1), "during the load": round(busy.p95 * 1000, 1)},
        "median_ms": {
            "quiet": round(statistics.median(quiet.seconds) * 1000, 1),
            "during the load": round(statistics.median(busy.seconds) * 1000, 1),
        },
        "ratio_p95": round(busy.p95 / quiet.p95, 2),
        "bar": 2.0,
        "reads": {"quiet": len(quiet.seconds), "during the load": len(busy.seconds)},
        "torn": torn,
    }


def _import(path: Path, mapping: Path, environment: dict[str, str]) -> None:
    options = ["--as", "tickets", "--client", "Bench", "--mapping", str(mapping), "--mode", "upsert"]
    done = subprocess.run(
        [COMMAND, "import", str(path), *options], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(f"The import ended with status {done.returncode}: {done.stderr[-2000:]}")


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000), indent=2))
