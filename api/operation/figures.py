"""The text of /metrics, in the format that Prometheus reads (0.0.4)."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import accumulate, groupby

from api.operation.counting import BOUNDS, Labels
from api.operation.process import process_figures
from api.operation.repository import connections_by_state, jobs_by_state, oldest_runs
from api.world import World
from warehouse import memory_held

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "belvedere_"
_COUNTERS = {
    "requests": "Answers by class of route and status.",
    "questions": "Questions for rows, by whether the answer was in memory.",
    "jobs": "Jobs that have ended.",
    "sync_runs": "Runs of connections by source and how they ended.",
    "sync_rows": "Rows that syncs have brought, by source.",
}
_HISTOGRAMS = {
    "request_seconds": "Seconds until an answer began.",
    "query_seconds": "Seconds of queries of the workspaces' data.",
}


def metrics_text(world: World) -> str:
    """Return every figure; reads the metadata."""
    return "".join(f"{line}\n" for line in (*_counted(world), *_measured(world), *_of_process()))


def _counted(world: World) -> Iterator[str]:
    for name, counters in groupby(world.counts.counters(), key=lambda one: one[0]):
        rows = [(labels, float(count)) for _, labels, count in counters]
        yield from _family(f"{_PREFIX}{name}_total", "counter", _COUNTERS[name], rows)
    for name, histograms in groupby(world.counts.histograms(), key=lambda one: one[0]):
        full = f"{_PREFIX}{name}"
        yield from _head(full, "histogram", _HISTOGRAMS[name])
        for _, labels, counts, total in histograms:
            for bound, count in zip((*map(str, BOUNDS), "+Inf"), accumulate(counts), strict=True):
                yield _line(f"{full}_bucket", (*labels, ("le", bound)), count)
            yield _line(f"{full}_sum", labels, total)
            yield _line(f"{full}_count", labels, sum(counts))


def _measured(world: World) -> Iterator[str]:
    with world.metadata.read() as session:
        jobs, connections, runs = jobs_by_state(session), connections_by_state(session), oldest_runs(session)
    moment = datetime.now(UTC)
    ages = {slug: max(0.0, (moment - since).total_seconds()) for slug, since in runs.items()}
    yield from _gauge("info", "Which version runs.", {version("belvedere"): 1}, "version")
    yield from _gauge("active_jobs", "Jobs that wait and run.", jobs, "state")
    yield from _gauge("connections", "Connections by how they stand.", connections, "state")
    yield from _gauge(
        "freshness_seconds",
        "Age of the last good run of the connection that has waited longest, by workspace.",
        ages,
        "workspace",
    )
    yield from _gauge("cache_bytes", "Memory of finished answers.", {"": world.cache.bytes})
    held = {slug: float(memory_held(database)) for slug, database in world.databases().items()}
    yield from _gauge("duckdb_memory_bytes", "Memory that DuckDB holds, by workspace.", held, "workspace")
    free = shutil.disk_usage(world.settings.data_dir).free
    yield from _gauge("free_disk_bytes", "Room left where the data directory lies.", {"": free})


def _of_process() -> Iterator[str]:
    for name, value in process_figures().items():
        kind = "counter" if name.endswith("_total") else "gauge"
        yield from _family(name, kind, name.replace("_", " ").capitalize() + ".", [((), value)])


def _gauge(name: str, about: str, values: Mapping[str, float], label: str = "") -> Iterator[str]:
    rows = [(((label, key),) if label else (), float(value)) for key, value in sorted(values.items())]
    return _family(f"{_PREFIX}{name}", "gauge", about, rows)


def _family(name: str, kind: str, about: str, rows: Iterable[tuple[Labels, float]]) -> Iterator[str]:
    yield from _head(name, kind, about)
    for labels, value in rows:
        yield _line(name, labels, value)


def _head(name: str, kind: str, about: str) -> Iterator[str]:
    yield f"# HELP {name} {about}"
    yield f"# TYPE {name} {kind}"


def _line(name: str, labels: Labels, value: float) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
    number = str(int(value)) if value == int(value) else repr(value)
    return f"{name}{{{told}}} {number}" if told else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
