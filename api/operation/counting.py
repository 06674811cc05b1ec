"""Counts what this process has done since it started, for /metrics; no names of clients, people or keys."""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

# Seconds; from a cached answer to the most that Looker Studio waits.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
Labels = tuple[tuple[str, str], ...]

# The first that fits; what strangers ask for is "other", so that they cannot make up new series.
_CLASSES = (
    ("/v1/looker/data", "data"),
    ("/v1/looker/oauth/", "connector_sign_in"),
    ("/v1/looker/", "connector"),
    ("/v1/", "api"),
    ("/console", "console"),
    ("/s/", "share"),
    ("/static/", "files"),
    ("/healthz", "operation"),
    ("/readyz", "operation"),
    ("/metrics", "operation"),
)


def class_of(path: str) -> str:
    """Return the class of routes that an address belongs to."""
    return next((name for prefix, name in _CLASSES if path.startswith(prefix)), "other")


@dataclass
class Histogram:
    """Durations in seconds, counted by BOUNDS; the last place holds those above all of them."""

    counts: list[int]
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds


class Counts:
    """Counters and histograms by name and labels; any thread may add."""

    def __init__(self) -> None:
        self._adding = threading.Lock()
        self._counters: Counter[tuple[str, Labels]] = Counter()
        self._histograms: dict[tuple[str, Labels], Histogram] = {}

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count one answer; `seconds` until it began, because streams of events go on for hours."""
        route = class_of(path)
        with self._adding:
            self._counters["requests", (("route", route), ("status", str(status)))] += 1
            self._observe("request_seconds", (("route", route),), seconds)

    def question(self, *, cached: bool) -> None:
        """Count one question for rows, answered from memory or by a query that several may share."""
        with self._adding:
            self._counters["questions", (("cached", "yes" if cached else "no"),)] += 1

    def query(self, seconds: float) -> None:
        """Count one query of a workspace's data."""
        with self._adding:
            self._observe("query_seconds", (), seconds)

    def job(self, kind: str, state: str) -> None:
        """Count one job that has ended."""
        with self._adding:
            self._counters["jobs", (("kind", kind), ("state", state))] += 1

    def sync(self, source: str, state: str, rows_new: int = 0, rows_changed: int = 0) -> None:
        """Count one run of a connection and the rows that it has brought."""
        with self._adding:
            self._counters["sync_runs", (("source", source), ("state", state))] += 1
            for change, rows in (("new", rows_new), ("changed", rows_changed)):
                self._counters["sync_rows", (("source", source), ("change", change))] += rows

    def counters(self) -> list[tuple[str, Labels, int]]:
        """Return every counter."""
        with self._adding:
            return sorted((name, labels, count) for (name, labels), count in self._counters.items())

    def histograms(self) -> Iterator[tuple[str, Labels, list[int], float]]:
        """Yield every histogram with its counts and the sum of its seconds."""
        with self._adding:
            found = [(name, labels, list(one.counts), one.total) for (name, labels), one in self._histograms.items()]
        yield from sorted(found)

    def _observe(self, name: str, labels: Labels, seconds: float) -> None:
        found = self._histograms.get((name, labels))
        if found is None:
            found = self._histograms[name, labels] = Histogram([0] * (len(BOUNDS) + 1))
        found.add(seconds)
