"""Run compiled queries: rows as JSON made inside DuckDB, within limits of time, rows and bytes."""

from dataclasses import dataclass

import duckdb

from schemas import Compiled, OutputColumn, OutputType, without_rollups
from schemas.errors import InvalidPatternError, TooManyRowsError
from warehouse.duckdb import Connection, begin, quote_name, rollback
from warehouse.errors import OutOfMemoryError, QueryTimeoutError
from warehouse.state import read_data_version
from warehouse.watchdog import Watchdog

MAX_ROWS = 1_000_000
MAX_BYTES = 48 * 1024 * 1024
_CHUNK = 10_000  # rows fetched at once; more brings no speed and costs memory


@dataclass(frozen=True)
class JsonRows:
    """An answer: `{"values":[…]}` objects joined by commas, without the brackets around them."""

    body: bytes
    rows: int


class Reader:
    """Runs compiled queries on cursors of one instance, each with a deadline."""

    def __init__(self, connection: Connection, watchdog: Watchdog, timeout_seconds: float) -> None:
        self._connection = connection
        self._watchdog = watchdog
        self._timeout = timeout_seconds

    def fetch_json(self, compiled: Compiled, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> JsonRows:
        """Return the whole answer as JSON, or refuse; never a part of it."""
        cursor = self._connection.cursor()
        try:
            compiled = agreeing(cursor, compiled)
            try_patterns(cursor, compiled)
            with self._limited(cursor) as run:
                answer = run.json(compiled, max_rows, max_bytes)
            if answer is None:
                raise self._too_large(cursor, compiled, max_rows, max_bytes)
            return answer
        finally:
            cursor.close()

    def fetch_rows(self, compiled: Compiled) -> list[tuple[object, ...]]:
        """Return the rows of an answer as Python values."""
        cursor = self._connection.cursor()
        try:
            compiled = agreeing(cursor, compiled)
            try_patterns(cursor, compiled)
            with self._limited(cursor) as run:
                return run.rows(compiled.sql, compiled.parameters)
        finally:
            cursor.close()

    def _limited(self, cursor: Connection) -> "_Limited":
        return _Limited(cursor, self._watchdog, self._timeout)

    def _too_large(self, cursor: Connection, compiled: Compiled, max_rows: int, max_bytes: int) -> TooManyRowsError:
        widest, values = self._widest(cursor, compiled)
        advice = f" '{widest}' has about {values:,} values: leave it out or filter it." if widest else ""
        return TooManyRowsError(
            f"The answer is larger than Looker Studio accepts ({max_rows:,} rows or {max_bytes // (1024 * 1024)} MB)."
            f"{advice} A coarser date (week or month), a shorter date range or a filter makes it smaller.",
            max_rows=max_rows,
            max_bytes=max_bytes,
            dimension=widest,
        )

    def _widest(self, cursor: Connection, compiled: Compiled) -> tuple[str | None, int]:
        names = _dimension_names(compiled)
        if not names:
            return None, 0
        counts = ", ".join(f"approx_count_distinct({quote_name(name)})" for name in names)
        with self._limited(cursor) as run:
            (row,) = run.rows(f"select {counts} from ({compiled.sql})", compiled.parameters)  # noqa: S608
        pairs = [(value if isinstance(value, int) else 0, name) for value, name in zip(row, names, strict=True)]
        values, widest = max(pairs)
        return widest, values


def agreeing(cursor: Connection, compiled: Compiled) -> Compiled:
    """Return what to run on this cursor: a question to rollups only if they agree with the data that it will see.

    The transaction that is begun for it keeps that so; closing the cursor ends it.
    """
    if not compiled.plan.rollups.used_in(compiled.sql):
        return compiled
    begin(cursor)
    if read_data_version(cursor) == compiled.plan.rollups.data_version:
        return compiled
    rollback(cursor)
    return without_rollups(compiled)


def try_patterns(cursor: Connection, compiled: Compiled) -> None:
    """Run the regular expressions of a query on nothing, or raise InvalidPatternError with RE2's own words."""
    for pattern in compiled.patterns:
        try:
            cursor.execute("select regexp_matches('', $1)", [pattern]).fetchall()
        except duckdb.Error as error:
            reason = str(error).removeprefix("Invalid Input Error: ").strip()
            raise InvalidPatternError(
                f"The regular expression '{pattern}' cannot be used: {reason}. "
                "Patterns are RE2, as in Looker Studio: no look-around and no back-references.",
                pattern=pattern,
                reason=reason,
            ) from error


class _Limited:
    """One query under watch; a context manager that turns an interrupt into QueryTimeoutError."""

    def __init__(self, cursor: Connection, watchdog: Watchdog, seconds: float) -> None:
        self._cursor = cursor
        self._seconds = seconds
        self._watching = watchdog.watching(cursor, seconds)

    def __enter__(self) -> "_Limited":
        self._watch = self._watching.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._watching.__exit__(None, None, None)
        if self._watch.fired and isinstance(error, duckdb.Error | RuntimeError):
            raise QueryTimeoutError(
                f"The question took longer than {self._seconds:g} seconds. "
                "Choose a shorter date range, fewer dimensions or a coarser date."
            ) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise OutOfMemoryError(
                "The question needs more memory than the server allows. "
                "Choose a shorter date range, fewer dimensions or a coarser date."
            ) from error

    def rows(self, sql: str, parameters: tuple[object, ...]) -> list[tuple[object, ...]]:
        """Run and fetch everything."""
        return self._cursor.execute(sql, list(parameters)).fetchall()

    def json(self, compiled: Compiled, max_rows: int, max_bytes: int) -> JsonRows | None:
        """Run and return JSON, or None when the answer passes a limit."""
        self._cursor.execute(json_sql(compiled, max_rows), list(compiled.parameters))
        parts: list[bytes] = []
        rows = size = 0
        while chunk := self._cursor.fetchmany(_CHUNK):
            part = "".join([row[0] for row in chunk]).encode()
            rows += len(chunk)
            size += len(part)
            if rows > max_rows or size > max_bytes + 1:
                return None
            parts.append(part)
        return JsonRows(b"".join(parts)[:-1], rows)


def json_sql(compiled: Compiled, max_rows: int) -> str:
    """Wrap a compiled query so that each row is one JSON text that ends with a comma."""
    values = ", ".join(_json_value(column) for column in compiled.columns)
    return (
        f"""select '{{"values":' || json_array({values}) || '}},' """  # noqa: S608
        f"from ({compiled.sql}) limit {int(max_rows) + 1}"
    )


def _json_value(column: OutputColumn) -> str:
    name = quote_name(column.name)
    if column.type is OutputType.DOUBLE:
        # json_array writes nan and inf bare, which is not JSON; the cast keeps exact decimals out.
        number = f"cast({name} as double)"
        return f"case when isfinite({number}) then {number} end"
    return f"cast({name} as {column.type.value})"


def _dimension_names(compiled: Compiled) -> list[str]:
    dimensions = {key.name for key in compiled.plan.keys}
    return [column.name for column in compiled.columns if column.name in dimensions]
