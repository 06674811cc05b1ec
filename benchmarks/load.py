"""Fifty readers open pages of twenty charts while three sources sync: errors, times, and the memory of the owner.

A reader asks as a browser does, over six connections, then looks at the page for some seconds. Pages differ in client
account and period, and every sync that brings something makes the answers in memory void. What is kept for speed is
given little room, so that it is full soon: what grows after that is a leak.
"""

import asyncio
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import orjson

from benchmarks.generate import CLIENTS, generated
from benchmarks.load_sources import three_sources
from benchmarks.serving import COMMAND, Server, serving, without_settings
from benchmarks.twenty_charts import document
from looker_templates import PageState, item_requests, parse_template

READERS = 50
ROWS = 10_000  # tickets before the syncs; a seventh is never solved and stands in the backlog of every day
AT_ONCE = 6  # connections that a browser opens to one server
LOOKS = (5.0, 15.0)  # seconds that a page is looked at
FLAT = 0.05  # that the last third of a run may hold more than the second: loads come and go
_SAMPLE = 5.0  # seconds
_CACHE = 16 * 2**20  # bytes of finished answers
_DUCKDB = "512MB"  # with less, a question that comes in the middle of a load may be refused
_PERIODS = [(date(2024, 12, 31) + timedelta(days=30 * at)) for at in range(13)]  # the last days of a year each


@dataclass
class Seen:
    """What the readers saw: seconds of requests and of pages, what went wrong, and the memory in MB by second."""

    requests: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    memory: list[tuple[float, float]] = field(default_factory=list)  # of the process
    duckdb: list[tuple[float, float]] = field(default_factory=list)  # of it, what DuckDB counts


def run(minutes: float) -> dict[str, object]:
    """Measure for so many minutes, and return the figures."""
    source = generated(ROWS)
    with tempfile.TemporaryDirectory() as name, three_sources() as sources:
        folder = Path(name) / "data"
        shutil.copytree(source.folder, folder)
        environment = {**without_settings(), "BELVEDERE_DATA_DIR": str(folder)}
        command = [COMMAND, "key", "create", "--name", "load", "--admin"]
        told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        more = {**sources.environment, "BELVEDERE_DUCKDB_MEMORY": _DUCKDB}
        with (
            serving(folder, source.key, cache_bytes=_CACHE, threads=2, keep_up=True, more=more) as server,
            sources.syncing(f"http://127.0.0.1:{server.port}", told.stdout.split()[0]),
        ):
            seen = asyncio.run(_read(server, minutes * 60))
            counted = _counted(server)
    return {**_figures(seen, minutes), "syncs": dict(sources.runs), "counted_by_the_server": counted}


def _counted(server: Server) -> dict[str, float]:
    """Return what the server's own figures say of syncs and questions."""
    wanted = ("belvedere_sync_", "belvedere_questions_", "belvedere_connections", "belvedere_jobs_", "belvedere_cache_")
    return {name: value for name, value in _told(server).items() if name.startswith(wanted)}


def _told(server: Server) -> dict[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (one.rsplit(" ", 1) for one in lines if not one.startswith("#"))}


def _figures(seen: Seen, minutes: float) -> dict[str, object]:
    thirds = _levels(seen.memory, minutes)
    return {
        "readers": READERS,
        "minutes": minutes,
        "pages": len(seen.pages),
        "requests": len(seen.requests),
        "errors": sum(seen.errors.values()),
        "what_went_wrong": dict(seen.errors.most_common(5)),
        "request_ms": _times(seen.requests),
        "page_ms": _times(seen.pages),
        "memory_mb_by_minute": [round(statistics.mean(one)) for one in _by_minute(seen.memory)],
        "least_mb_by_minute": [round(min(one)) for one in _by_minute(seen.memory)],  # without what loads take
        "most_mb_by_minute": [round(max(one)) for one in _by_minute(seen.memory)],
        "duckdb_mb_by_minute": [round(statistics.mean(one)) for one in _by_minute(seen.duckdb)],
        "memory_mb_between_loads_by_third": [round(one) for one in thirds],
        "last_third_against_second": f"{(thirds[2] / thirds[1] - 1) * 100:+.1f} %",
        "memory_flat": thirds[2] <= (1 + FLAT) * thirds[1],
    }


def _times(seconds: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(cuts[49] * 1000, 1), "p95": round(cuts[94] * 1000, 1), "p99": round(cuts[98] * 1000, 1)}


def _by_minute(memory: Sequence[tuple[float, float]]) -> list[list[float]]:
    minutes: dict[int, list[float]] = {}
    for second, size in memory:
        minutes.setdefault(int(second // 60), []).append(size)
    return [sizes for _, sizes in sorted(minutes.items())]


def _levels(memory: Sequence[tuple[float, float]], minutes: float) -> list[float]:
    """Return what is held in each third of the run when nothing loads: the lowest tenth, since a load takes more."""
    thirds: list[list[float]] = [[], [], []]
    for second, size in memory:
        thirds[min(2, int(second / (minutes * 20)))].append(size)
    return [statistics.quantiles(one, n=10)[0] for one in thirds]


async def _read(server: Server, seconds: float) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    readers = [_reader(server, number, end, seen) for number in range(READERS)]
    await asyncio.gather(_watch(server, end, seen), *readers)
    return seen


async def _watch(server: Server, end: float, seen: Seen) -> None:
    started = shown = time.monotonic()
    while time.monotonic() < end:
        held, second = server.memory()[0] * 1024, time.monotonic() - started
        seen.memory.append((second, held))
        told = await asyncio.to_thread(_told, server)
        counted = sum(value for name, value in told.items() if name.startswith("belvedere_duckdb_memory_bytes"))
        seen.duckdb.append((second, counted / 2**20))
        if time.monotonic() - shown >= 60:
            shown = time.monotonic()
            print(
                f"{len(seen.pages)} pages, {sum(seen.errors.values())} errors, "
                f"{held:.0f} MB, of it DuckDB {counted / 2**20:.0f} MB",
                file=sys.stderr,
            )
        await asyncio.sleep(_SAMPLE)


async def _reader(server: Server, number: int, end: float, seen: Seen) -> None:
    """Open page after page; every reader has his own, repeatable, mind."""
    mind = random.Random(number)
    report = parse_template(orjson.dumps(document()).decode(), "the load's page")
    await asyncio.sleep(mind.uniform(0, LOOKS[1]))
    while time.monotonic() < end:
        last = mind.choice(_PERIODS)
        client = CLIENTS[mind.randrange(len(CLIENTS))].slug
        state = PageState("main", last - timedelta(days=364), last, client=client, today=last)
        bodies = [orjson.dumps(ask.body) for item in report.data_items for ask in item_requests(report, item, state)]
        started = time.perf_counter()
        waiting = iter(bodies)
        await asyncio.gather(*(_ask(server, waiting, seen) for _ in range(AT_ONCE)))
        seen.pages.append(time.perf_counter() - started)
        await asyncio.sleep(mind.uniform(*LOOKS))


async def _ask(server: Server, bodies: Iterator[bytes], seen: Seen) -> None:
    """Send what is left of a page's requests over one connection, one after another."""
    reading, writing = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        for body in bodies:
            started = time.perf_counter()
            head = (
                f"POST /v1/looker/data HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {server.key}\r\n"
                f"content-type: application/json\r\naccept-encoding: gzip\r\ncontent-length: {len(body)}\r\n\r\n"
            )
            writing.write(head.encode() + body)
            status, content = await _answer(reading)
            seen.requests.append(time.perf_counter() - started)
            if status != 200:
                seen.errors[f"{status} {content[:200].decode(errors='replace')}"] += 1
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        seen.errors[type(error).__name__] += 1
    finally:
        writing.close()


async def _answer(reading: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return the status and the body of an answer whose length is told."""
    head = (await reading.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length:")[1].split("\r\n")[0])
    return int(head.split(" ", 2)[1]), await reading.readexactly(length)


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else 10), indent=2))
