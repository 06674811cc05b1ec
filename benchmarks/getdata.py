"""getData beside raw DuckDB: the same charts over HTTP from a running server, and by hand on a copy of its file.

The cache is off, so every answer is compiled, run and encoded. Raw is `execute(...).fetchall()` with the values bound.
Rounds alternate between the two; figures are medians. Every answer is compared with the hand-written SQL first.
"""

import math
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import httpx2
import orjson

from benchmarks.charts import CHARTS, Chart
from benchmarks.tickets import MAPPING, write_tickets

THREADS = 2
START, END, LAST = "2024-01-01", "2026-01-01", "2025-12-31"
_COMMAND = Path(sys.executable).parent / "belvedere"


def run(rows: int, rounds: int) -> dict[str, object]:
    """Measure all charts; return the ratio of each, of the whole page, and the geometric mean."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = _load(folder, rows)
        copy = folder / "raw.duckdb"
        shutil.copyfile(folder / "data/workspaces/main.duckdb", copy)
        with _server(environment) as (address, key), _raw(copy) as (connection, client):
            ask = httpx2.Client(base_url=address, headers={"authorization": f"Bearer {key}"}, timeout=120)
            with ask:
                for chart in CHARTS:
                    _compare(chart, orjson.loads(_product(ask, chart))["rows"], _by_hand(connection, chart, client))
                times = {chart.name: _measure(ask, connection, chart, client, rounds) for chart in CHARTS}
    charts = {name: _figures(ours, raw) for name, (ours, raw) in times.items()}
    ours, raw = (sum(statistics.median(pair[side]) for pair in times.values()) for side in (0, 1))
    mean = math.exp(statistics.fmean(math.log(float(figures["ratio"])) for figures in charts.values()))
    return {
        "rows": rows,
        "rounds": rounds,
        "page_ratio": round(ours / raw, 3),
        "geometric_mean": round(mean, 3),
        "charts": charts,
    }


def _figures(ours: list[float], raw: list[float]) -> dict[str, float]:
    product, by_hand = statistics.median(ours), statistics.median(raw)
    return {"ms": round(product * 1000, 2), "raw_ms": round(by_hand * 1000, 2), "ratio": round(product / by_hand, 3)}


def _load(folder: Path, rows: int) -> dict[str, str]:
    source, mapping = folder / "tickets.ndjson", folder / "map.yaml"
    write_tickets(source, rows)
    mapping.write_text(MAPPING, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")} | {
        "BELVEDERE_DATA_DIR": str(folder / "data"),
        "BELVEDERE_CACHE_BYTES": "0",
        "BELVEDERE_RATE_BURST": "100000",
        "BELVEDERE_LOG_LEVEL": "warning",
        "BELVEDERE_DUCKDB_THREADS": str(THREADS),
    }
    command = [str(_COMMAND), "import", str(source), "--as", "tickets", "--client", "Bench", "--mapping", str(mapping)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    source.unlink()
    return environment


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = subprocess.run(
        [str(_COMMAND), "key", "create", "--name", "bench"], env=environment, check=True, capture_output=True, text=True
    )
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([str(_COMMAND), "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                httpx2.get(f"{address}/healthz", timeout=30).raise_for_status()
                break
            except httpx2.ConnectError:
                time.sleep(0.05)
        yield address, made.stdout.strip()
    finally:
        server.terminate()
        server.wait(30)


@contextmanager
def _raw(path: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    connection = duckdb.connect(str(path), read_only=True, config={"threads": THREADS, "memory_limit": "1GB"})
    try:
        (client,) = connection.execute("select client_account_id from normalised.client_account").fetchone() or ("",)
        yield connection, str(client)
    finally:
        connection.close()


def _product(ask: httpx2.Client, chart: Chart) -> bytes:
    body = {
        "configParams": {"workspace": "main", "client": "bench", "dataset": "tickets"},
        "dateRange": {"startDate": START, "endDate": LAST},
        "fields": [{"name": name} for name in chart.fields],
        "dimensionsFilters": chart.filters,
    }
    answer = ask.post("/v1/looker/data", json=body, headers={"accept-encoding": "identity"})
    answer.raise_for_status()
    return answer.content


def _by_hand(connection: duckdb.DuckDBPyConnection, chart: Chart, client: str) -> list[tuple[object, ...]]:
    return connection.execute(chart.sql, {"client": client, "start": START, "end": END}).fetchall()


def _compare(chart: Chart, rows: list[dict[str, list[object]]], by_hand: list[tuple[object, ...]]) -> None:
    assert len(rows) == len(by_hand), f"{chart.name}: {len(rows)} rows, by hand {len(by_hand)}"
    for row, expected in zip(rows, by_hand, strict=True):
        for ours, other in zip(row["values"], expected, strict=True):
            if isinstance(other, int | float):
                assert math.isclose(float(str(ours)), other, rel_tol=1e-9), f"{chart.name}: {row} and {expected}"
            else:
                assert ours == other, f"{chart.name}: {row} and {expected}"


def _measure(
    ask: httpx2.Client, connection: duckdb.DuckDBPyConnection, chart: Chart, client: str, rounds: int
) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    raw: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        _product(ask, chart)
        between = time.perf_counter()
        _by_hand(connection, chart, client)
        ours.append(between - started)
        raw.append(time.perf_counter() - between)
    return ours, raw
