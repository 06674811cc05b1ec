"""A dashboard of twenty charts beside raw DuckDB: the same charts over HTTP, and by hand on a copy of the same file.

Cold means that the answer cache is off, so every answer is compiled, run and encoded. Raw is `execute(...).fetchall()`
with the values bound. Rounds alternate between the two; times are medians, processor times are sums over all rounds.
"""

import gzip
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks.charts import CHARTS, Chart
from benchmarks.compare import compare
from benchmarks.generate import LAST, SIZES, Generated, generated, with_rollups
from benchmarks.goals import Figures, goals_of, table
from benchmarks.raw import Raw
from benchmarks.serving import Client, Server, request_body, serving
from warehouse.rollups import LEAST_ROWS

THREADS = 2
CACHE_BYTES = 256 * 1024 * 1024
WIDE = "c18 table of 100,000 rows and 8 columns"


@dataclass
class Side:
    """What one of the two ways took: wall seconds of each chart and of whole dashboards, processor seconds in all."""

    charts: dict[str, list[float]] = field(default_factory=lambda: {chart.name: [] for chart in CHARTS})
    together: list[float] = field(default_factory=list)
    cpu: float = 0.0
    cpu_together: float = 0.0

    def median(self, name: str) -> float:
        """Return the median seconds of one chart."""
        return statistics.median(self.charts[name])

    @property
    def page(self) -> float:
        """Return the seconds of all charts one after the other."""
        return sum(statistics.median(times) for times in self.charts.values() if times)

    @property
    def page_together(self) -> float:
        """Return the seconds of all charts asked at the same moment."""
        return statistics.median(self.together)


def run(size: str, rounds: int) -> tuple[dict[str, object], str]:
    """Measure one size; return all figures, and the goals beside what was reached as a table."""
    source = generated(SIZES[size])
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "raw.duckdb"
        shutil.copyfile(source.file, copy)
        with Raw(copy, THREADS) as raw:
            with serving(source.folder, source.key, cache_bytes=0, threads=THREADS) as server:
                client = Client(server)
                equal = sum(_is_equal(client, raw, chart) for chart in CHARTS)
                ours, by_hand = measure_cold(server, client, raw, rounds)
                packing = _measure_packing(client, rounds)
                memory = server.memory()[1]
            with serving(source.folder, source.key, cache_bytes=CACHE_BYTES, threads=THREADS) as server:
                warm, beside = measure_warm(server, Client(server), raw, rounds)
            rolled = measure_rollups(source, raw, rounds) if source.rows >= LEAST_ROWS else None
    figures = Figures(
        size=size,
        cold=ours.page / by_hand.page,
        cold_cpu=ours.cpu / by_hand.cpu,
        together=ours.page_together / by_hand.page_together,
        together_cpu=ours.cpu_together / by_hand.cpu_together,
        geomean=statistics.geometric_mean(ours.median(c.name) / by_hand.median(c.name) for c in CHARTS),
        wide=ours.median(WIDE) / by_hand.median(WIDE),
        warm=warm.page_together / beside.page_together,
        warm_cpu=warm.cpu_together / beside.cpu_together,
        packed_share=packing[0],
        packing_time=packing[1],
        memory=memory,
        start_cpu=server.start_cpu,
        equal=equal if rolled is None else min(equal, rolled.equal),
        rollups=None if rolled is None else rolled.ours.page / rolled.raw.page,
        rollups_cpu=None if rolled is None else rolled.ours.cpu / rolled.raw.cpu,
    )
    goals = goals_of(figures)
    return {
        "size": size,
        "tickets": source.rows,
        "rounds": rounds,
        "goals": goals,
        "page_ms": _pair(ours.page, by_hand.page),
        "together_ms": _pair(ours.page_together, by_hand.page_together),
        "warm_together_ms": _pair(warm.page_together, beside.page_together),
        "rollups_ms": None if rolled is None else _pair(rolled.ours.page, rolled.raw.page),
        "charts": {chart.name: _pair(ours.median(chart.name), by_hand.median(chart.name)) for chart in CHARTS},
    }, table(goals)


def measure_cold(
    server: Server, client: Client, raw: Raw, rounds: int, charts: Sequence[Chart] = CHARTS
) -> tuple[Side, Side]:
    """Ask every chart alone, in turn with raw, then all of them at once."""
    ours, by_hand = Side(), Side()
    for number in range(rounds):
        for chart in charts:
            if number % 2:
                _ask_one(server, client, chart, ours)
            _ask_raw(raw, chart, by_hand)
            if not number % 2:
                _ask_one(server, client, chart, ours)
    measure_together(server, client, raw, rounds, ours, by_hand, charts)
    return ours, by_hand


def measure_together(
    server: Server,
    client: Client,
    raw: Raw,
    rounds: int,
    ours: Side,
    by_hand: Side,
    charts: Sequence[Chart] = CHARTS,
) -> None:
    """Ask all charts at the same moment, in turn with raw."""
    with ThreadPoolExecutor(len(charts)) as pool:
        for _ in range(rounds + 1):
            cpu, started = server.cpu(), time.perf_counter()
            list(pool.map(lambda chart: client.data(body_of(chart)), charts))
            ours.together.append(time.perf_counter() - started)
            ours.cpu_together += server.cpu() - cpu
            cpu, started = time.process_time(), time.perf_counter()
            list(pool.map(raw.rows, charts))
            by_hand.together.append(time.perf_counter() - started)
            by_hand.cpu_together += time.process_time() - cpu
    # The first round opened the connections.
    del ours.together[0], by_hand.together[0]


def measure_warm(server: Server, client: Client, raw: Raw, rounds: int) -> tuple[Side, Side]:
    """Ask all charts at the same moment when every answer is in the cache."""
    for chart in CHARTS:
        client.data(body_of(chart))
    ours, by_hand = Side(), Side()
    measure_together(server, client, raw, rounds, ours, by_hand)
    return ours, by_hand


@dataclass(frozen=True)
class Rolled:
    """The charts that rollups can answer, and how many of all charts were equal to raw with rollups there."""

    ours: Side
    raw: Side
    equal: int


def measure_rollups(source: Generated, raw: Raw, rounds: int) -> Rolled:
    """Ask the charts of sums and counts from a copy of the workspace that has rollups."""
    copy = with_rollups(source)
    with serving(copy.folder, copy.key, cache_bytes=0, threads=THREADS) as server:
        client = Client(server)
        equal = sum(_is_equal(client, raw, chart) for chart in CHARTS)
        ours, by_hand = measure_cold(server, client, raw, rounds, [chart for chart in CHARTS if chart.additive])
    return Rolled(ours, by_hand, equal)


def _ask_one(server: Server, client: Client, chart: Chart, side: Side) -> None:
    body = body_of(chart)
    cpu, started = server.cpu(), time.perf_counter()
    client.data(body)
    side.charts[chart.name].append(time.perf_counter() - started)
    side.cpu += server.cpu() - cpu


def _ask_raw(raw: Raw, chart: Chart, side: Side) -> None:
    cpu, started = time.process_time(), time.perf_counter()
    raw.rows(chart)
    side.charts[chart.name].append(time.perf_counter() - started)
    side.cpu += time.process_time() - cpu


def _is_equal(client: Client, raw: Raw, chart: Chart) -> bool:
    difference = compare(orjson.loads(client.data(body_of(chart)))["rows"], raw.rows(chart))
    if difference:
        print(f"{chart.name}: {difference}")
    return not difference


def _measure_packing(client: Client, rounds: int) -> tuple[float, float]:
    """Return what gzip leaves of the wide table's bytes, and by how much it lengthens its request."""
    body = body_of(next(chart for chart in CHARTS if chart.name == WIDE))
    plain = client.data(body)
    packed = client.data(body, gzip=True)
    assert gzip.decompress(packed) == plain
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        for wanted, listed in times.items():
            listed.append(_seconds(lambda wanted=wanted: client.data(body, gzip=wanted)))  # type: ignore[misc]
    slower = statistics.median(times[True]) / statistics.median(times[False]) - 1
    return len(packed) / len(plain), slower


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def body_of(chart: Chart) -> bytes:
    """Return the request of a chart."""
    return request_body(chart.fields, chart.filters, chart.from_day, LAST, chart.client)


def _pair(ours: float, raw: float) -> dict[str, float]:
    return {"ms": round(ours * 1000, 2), "raw_ms": round(raw * 1000, 2), "ratio": round(ours / raw, 3)}
