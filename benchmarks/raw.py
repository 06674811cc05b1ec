"""Raw DuckDB: a chart's hand-written SQL with the values bound, every row fetched as Python values."""

import threading
from pathlib import Path
from types import TracebackType

import duckdb

from benchmarks.charts import Chart
from benchmarks.generate import CLIENTS, END

Row = tuple[object, ...]


class Raw:
    """A copy of a workspace's file, read with as many threads and as much memory as the server has."""

    def __init__(self, path: Path, threads: int) -> None:
        self._connection = duckdb.connect(str(path), read_only=True, config={"threads": threads, "memory_limit": "1GB"})
        self._mine = threading.local()

    def rows(self, chart: Chart) -> list[Row]:
        """Run a chart on this thread's own cursor."""
        cursor = getattr(self._mine, "cursor", None)
        if cursor is None:
            cursor = self._mine.cursor = self._connection.cursor()
        values = {f"c{number}": client.id for number, client in enumerate(CLIENTS)}
        values |= {"start": chart.from_day, "end": END}
        rows: list[Row] = cursor.execute(
            chart.sql, {n: v for n, v in values.items() if f"${n}" in chart.sql}
        ).fetchall()
        return rows

    def __enter__(self) -> "Raw":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
