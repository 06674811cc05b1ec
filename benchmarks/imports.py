"""Import rows a second: the product beside the bare method on the same file in the same run.

Bare does the same work by hand: read_json, MERGE into raw, TRY_CAST, MERGE into the entity. It ends with the same two
tables, column for column, in one transaction, but without what makes an import safe: no look at every line, no
quarantine, no checks, no duplicates, no line numbers, no file history, no progress. Each way runs in a process of
its own, in turn, with the same threads and memory limit. `lean` is the least that could be called an import: the
file's own columns, cast and merged, nothing derived. The product's time ends when the rows can be seen; what is made
from them afterwards (the backlog of every day, health, period values) is told beside it: bare makes none of that.
"""

import json
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson
import yaml

import warehouse
from benchmarks.tickets import MAPPING, write_tickets
from schemas import ColumnOrigin, Entity, load_model
from warehouse import ClientAccount, ImportOptions, Mapping, Warehouse
from warehouse.conversion import converted
from warehouse.fx_daily import create_fx_daily
from warehouse.tables import DUCKDB_TYPES

THREADS = 2
MEMORY_LIMIT = "1GB"

_DERIVE = Path(warehouse.__file__).parent / "derive" / "ticket.sql"


def product(path: Path, folder: Path) -> tuple[float, float]:
    """Import the file as `belvedere import` does; return seconds until its rows are seen, and until all is built."""
    mapping = Mapping.model_validate(yaml.safe_load(MAPPING))
    client = ClientAccount("bench", "bench", "Bench", timezone="Europe/Athens")
    with Warehouse(folder, load_model(), threads=THREADS, memory_limit=MEMORY_LIMIT) as opened:
        database = opened.workspace("bench", create=True)
        started = time.perf_counter()
        report = database.import_file(path, ImportOptions(mapping, client))
        seconds = time.perf_counter() - started
        assert report.rows_quarantined == report.cells_quarantined == 0, report
        assert not report.build_problems, report.build_problems
    return report.seconds, seconds


def bare(path: Path, folder: Path) -> float:
    """Make the product's two tables by hand; return seconds."""
    columns, casts, entity = _shape(path)
    raw = "_owner varchar, _key varchar, _hash ubigint, _seq bigint, _synced_at timestamp, _deleted boolean"
    given = [name for name, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN]
    checked = ", ".join(
        f"{casts.get(name, f'cast(null as {DUCKDB_TYPES[entity.columns[name].type]})')} as {name}" for name in given
    )
    outputs = ", ".join(_output(name, entity) for name in entity.columns)
    derived = converted(entity, _DERIVE.read_text())
    rows = _with_values(f"with checked as (select {checked} from raw.ticket) select {outputs} from ({derived})")
    sets = ", ".join(f"{name} = s.{name}" for name in entity.columns)
    with _opened(folder) as connection:
        connection.execute(f"create schema raw; create table raw.ticket ({raw}, {_texts(columns)})")
        connection.execute("create schema normalised")
        create_fx_daily(connection)
        body = ", ".join(f"{name} {DUCKDB_TYPES[column.type]}" for name, column in entity.columns.items())
        connection.execute(f"create table normalised.ticket ({body})")
        started = time.perf_counter()
        connection.execute("begin")
        connection.execute(
            "merge into raw.ticket t using (select 'bench' as _owner, id as _key, "
            f"hash({', '.join(columns)}) as _hash, 1 as _seq, now()::timestamp as _synced_at, "
            f"false as _deleted, * from {_reading(path, columns)}) s "
            "on t._key = s._key when matched then update when not matched then insert"
        )
        connection.execute(
            f"merge into normalised.ticket t using ({rows}) s on t.client_account_id = s.client_account_id "
            "and t.source_system = s.source_system and t.source_id = s.source_id "
            f"when matched then update set {sets} when not matched then insert "
            f"values ({', '.join(f's.{name}' for name in entity.columns)})"
        )
        connection.execute("commit")
        return time.perf_counter() - started


def lean(path: Path, folder: Path) -> float:
    """Merge the file's own columns as text and as values; return seconds."""
    columns, casts, _ = _shape(path)
    listed = ", ".join(f"{cast} as {name}" for name, cast in casts.items())
    with _opened(folder) as connection:
        connection.execute(f"create schema raw; create table raw.ticket ({_texts(columns)})")
        connection.execute(f"create table ticket as select {listed} from raw.ticket")
        started = time.perf_counter()
        connection.execute("begin")
        connection.execute(
            f"merge into raw.ticket t using (select * from {_reading(path, columns)}) s on t.id = s.id "
            "when matched then update when not matched then insert"
        )
        connection.execute(
            f"merge into ticket t using (select {listed} from raw.ticket) s on t.source_id = s.source_id "
            "when matched then update when not matched then insert"
        )
        connection.execute("commit")
        return time.perf_counter() - started


def _shape(path: Path) -> tuple[list[str], dict[str, str], Entity]:
    with path.open("rb") as source:
        columns = list(orjson.loads(source.readline()))
    entity = load_model().entities["ticket"]
    mapped = yaml.safe_load(MAPPING)["columns"]
    casts = {
        name: f"try_cast({source} as {DUCKDB_TYPES[entity.columns[name].type]})" for name, source in mapped.items()
    }
    return columns, casts, entity


def _texts(columns: list[str]) -> str:
    return ", ".join(f"{name} varchar" for name in columns)


def _reading(path: Path, columns: list[str]) -> str:
    kinds = ", ".join(f"{name}: 'VARCHAR'" for name in columns)
    return f"read_json('{path}', format = 'newline_delimited', columns = {{{kinds}}})"


def _output(name: str, entity: Entity) -> str:
    return f"${name} as {name}" if entity.columns[name].origin is ColumnOrigin.LOAD else name


def _with_values(sql: str) -> str:
    # Constants are written into the text, so that both ways hand DuckDB nothing but constants.
    values = {"timezone": "'Europe/Athens'", "report_currency": "'EUR'", "base_currency": "'EUR'", "fiscal_shift": "0"}
    values |= {"now": "now()::timestamp", "synced_at": "now()::timestamp"}
    return re.sub(r"\$([a-z_]+)", lambda found: values.get(found[1], "'bench'"), sql)


@contextmanager
def _opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {"threads": THREADS, "memory_limit": MEMORY_LIMIT}
    with duckdb.connect(str(folder / "bare.duckdb"), config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


def run(rows: int, rounds: int = 3) -> dict[str, object]:
    """Measure the ways in turn and return medians, ratios and the peaks of memory."""
    results: dict[str, list[Result]] = {"product": [], "bare": [], "lean": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "tickets.ndjson"
        write_tickets(path, rows)
        for number in range(rounds):
            ways = list(results)
            for way in ways[number % 3 :] + ways[: number % 3]:
                results[way].append(_child(way, path, folder / f"{way}-{number}"))
    seconds = {way: statistics.median(item.seconds for item in items) for way, items in results.items()}
    cpu = {way: statistics.median(item.cpu for item in items) for way, items in results.items()}
    return {
        "rows": rows,
        "rounds": rounds,
        "rows_per_second": {way: round(rows / value) for way, value in seconds.items()},
        "ratio": round(seconds["bare"] / seconds["product"], 3),
        "ratio_cpu_with_what_follows": round(cpu["bare"] / cpu["product"], 3),
        "seconds_of_what_follows": round(
            statistics.median(item.complete - item.seconds for item in results["product"]), 1
        ),
        "ratio_to_lean": round(seconds["lean"] / seconds["product"], 3),
        "peak_mb": {way: round(max(item.peak for item in items)) for way, items in results.items()},
    }


@dataclass(frozen=True)
class Result:
    """What one process measured: seconds, those until all was done, processor seconds, and its peak of memory in MB."""

    seconds: float
    complete: float
    cpu: float
    peak: float


def _child(way: str, path: Path, folder: Path) -> Result:
    command = [sys.executable, "-m", "benchmarks.imports", way, str(path), str(folder)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    shutil.rmtree(folder)
    return Result(*json.loads(answer.stdout))


if __name__ == "__main__":
    started = time.process_time()
    took = {"product": product, "bare": bare, "lean": lean}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    used = time.process_time() - started
    seen, complete = took if isinstance(took, tuple) else (took, took)
    print(json.dumps([seen, complete, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
