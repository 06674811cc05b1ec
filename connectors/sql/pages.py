"""Reads a table in keyset pages: each a short read-only transaction whose rows stream through a server-side cursor.

A page goes on behind the last row of the one before, by cursor and key, so that nothing is skipped or counted again
when rows move, and a crash repeats at most one chunk.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, ColumnElement, Executable, and_, func, literal, or_, select, type_coerce
from sqlalchemy.engine import Row
from sqlalchemy.types import NullType

from connectors.errors import StopError
from connectors.json_value import JsonValue
from connectors.source import Batch, Cursor
from connectors.sql.columns import as_json, is_time, kept, restored, shape_of
from connectors.sql.link import Link
from connectors.sql.settings import SqlTable

CHUNK_ROWS = 5_000
PAGE_ROWS = 50_000
_OVERLAP_MINUTES, _OVERLAP_NUMBERS = 10, 1_000
# Local clocks are at most so far from UTC; a later time is of the future, and no cursor may wait for it.
_FUTURE = timedelta(hours=14)

Position = tuple[object, ...]


class TableReading:
    """One read of one table, from a cursor on."""

    def __init__(
        self,
        link: Link,
        wanted: SqlTable,
        cursor: Cursor,
        now: datetime,
        since: datetime | None = None,
        page: int = PAGE_ROWS,
    ) -> None:
        self._link = link
        self._wanted = wanted
        self._now = now.astimezone(UTC)
        self._since = since
        self._page = page
        self._doing = f"Reading '{wanted.name}'"
        with link.reading(self._doing) as connection:
            self._shape = shape_of(connection, wanted)
            self._check_keys()
        self._reached: Mapping[str, JsonValue] = dict(cursor.value)

    def batches(self) -> Generator[Batch, None, None]:
        """Yield chunks in the order of cursor and key, then the rows that have no cursor value, then the end."""
        column = self._shape.cursor
        start = self._start()
        for rows in self._walk(self._shape.order, [] if column is None else [column.is_not(None)], start):
            self._reached = self._after(rows[-1])
            yield self._batch(rows)
        if column is not None:
            for rows in self._walk(self._shape.key, [column.is_(None)], None):
                yield self._batch(rows)
        yield Batch([], Cursor(self._reached), done=True)

    def _check_keys(self) -> None:
        # Such rows would be neither before nor behind any other, and pages would leave them out in silence.
        optional = [one for one in self._shape.key if one.nullable]
        if not optional:
            return
        empty = select(1).select_from(self._shape.table).where(or_(*(one.is_(None) for one in optional))).limit(1)
        with self._link.reading(self._doing) as connection:
            if connection.execute(empty).first() is not None:
                names = ", ".join(one.name for one in optional)
                raise StopError(
                    f"'{self._wanted.name}' has rows with nothing in {names}. Choose a key that every row has.",
                    source="sql",
                    stream=self._wanted.name,
                )

    def _walk(
        self, order: Sequence[Column[object]], conditions: list[ColumnElement[bool]], start: object
    ) -> Iterator[list[Row[tuple[object, ...]]]]:
        behind: Position | None = None
        while True:
            asked = select(*(type_coerce(one, NullType()).label(one.name) for one in self._shape.read))
            asked = asked.where(*conditions).order_by(*order).limit(self._page)
            if behind is not None:
                asked = asked.where(_behind(order, behind))
            elif start is not None:
                asked = asked.where(order[0] >= literal(start, order[0].type))
            count = 0
            for rows in self._chunks(asked):
                count += len(rows)
                behind = tuple(restored(kept(rows[-1]._mapping[one.name]), one) for one in order)
                yield rows
            if count < self._page:
                return

    def _chunks(self, asked: Executable) -> Iterator[list[Row[tuple[object, ...]]]]:
        with self._link.reading(self._doing) as connection:
            streaming = connection.execution_options(yield_per=min(CHUNK_ROWS, self._page))
            with streaming.execute(asked) as streamed:
                for rows in streamed.partitions():
                    yield list(rows)

    def _batch(self, rows: Sequence[Row[tuple[object, ...]]]) -> Batch:
        kinds = [(str(one.name), one.type) for one in self._shape.read]  # SQLAlchemy has a kind of str of its own
        records = [{name: as_json(value, kind) for (name, kind), value in zip(kinds, row, strict=True)} for row in rows]
        return Batch(records, Cursor(self._reached), done=False)

    def _after(self, row: Row[tuple[object, ...]]) -> Mapping[str, JsonValue]:
        column = self._shape.cursor
        if column is None:
            return {}
        value = row._mapping[column.name]
        if not is_time(column):
            return {"at": kept(value)}
        moment = _moment(str(value))
        if moment is None:  # before the first year, or endless
            return self._reached
        return {"at": str(value) if moment <= self._now + _FUTURE else _text(self._now - _FUTURE)}

    def _start(self) -> object:
        column, at = self._shape.cursor, self._reached.get("at")
        if column is None:
            return None
        if at is None:  # history begins where the connection says, if its cursor tells times
            return _text(self._since) if self._since is not None and is_time(column) else None
        overlap = self._wanted.overlap
        if is_time(column):
            moment = _moment(str(at))
            back = timedelta(minutes=_OVERLAP_MINUTES if overlap is None else overlap)
            return None if moment is None else _like(str(at), moment - back)
        if isinstance(at, int):
            return at - (_OVERLAP_NUMBERS if overlap is None else overlap)
        return restored(at, column)


def count_rows(link: Link, wanted: SqlTable) -> int:
    """Return how many rows a table has."""
    with link.reading(f"Counting '{wanted.name}'") as connection:
        table = shape_of(connection, wanted).table
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _behind(order: Sequence[Column[object]], position: Position) -> ColumnElement[bool]:
    """Return the condition for what comes behind a position; an index serves the plain comparison in front."""
    # A time travels as text, so each value must say its column's type.
    values = [literal(value, column.type) for value, column in zip(position, order, strict=True)]
    ways = [
        and_(*(one == values[at] for at, one in enumerate(order[:place])), order[place] > values[place])
        for place in range(len(order))
    ]
    return and_(order[0] >= values[0], or_(*ways))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")


def _like(text: str, moment: datetime) -> str:
    """Write a moment with an offset if `text` has one; the session's zone is UTC, so none would do as well."""
    return _text(moment) + ("+00:00" if datetime.fromisoformat(text).tzinfo else "")
