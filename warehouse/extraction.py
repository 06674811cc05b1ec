"""Reads one part of a stream from its source and spools it, piece by piece; it knows nothing of the database."""

import hashlib
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeAlias

import orjson

from connectors import Batch, Context, Cursor, JsonValue, Source, SourceError, StopError, Stream, Totals, Window
from warehouse.quarantine import BadRow
from warehouse.spool import Names, Piece, PieceWriter

COMMIT_ROWS = 50_000  # smaller pieces cost a fifth more: each commit writes its columns anew
COMMIT_SECONDS = (5.0, 20.0, 60.0)  # the first pieces come early, so that a person sees them arrive
_MOST_EMPTY_PAGES = 50  # that repeat the same cursor
_SHOWN = 2_000  # characters of a record that cannot be used

Record: TypeAlias = dict[str, JsonValue]


@dataclass(frozen=True)
class Part:
    """What is read in one go: what changed since the cursor, or what a window of the history still lacks."""

    stream: Stream
    cursor: Cursor
    window: Window | None = None
    since: datetime | None = None  # where a read without cursor and window starts


@dataclass(frozen=True)
class Note:
    """How far the read of a part is; `waiting` are the seconds that the vendor has asked to wait."""

    records: int
    expected: int | None = None
    waiting: float | None = None


@dataclass(frozen=True)
class Taken:
    """What is committed together: a piece of records, what is gone, and the cursor that is true after them."""

    piece: Piece | None
    cursor: Cursor
    done: bool
    tombstones: tuple[Record, ...] = ()
    records: int = 0  # of the part so far


@dataclass(frozen=True)
class Spent:
    """What reading has cost so far."""

    requests: int = 0
    wasted: int = 0
    waited: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.requests + other.requests, self.wasted + other.wasted, self.waited + other.waited)

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.requests - other.requests, self.wasted - other.wasted, self.waited - other.waited)


class Extraction(Protocol):
    """Reads parts, here or in another process."""

    def read(self, part: Part) -> Iterator[Taken | Note]:
        """Yield what has come, until a `Taken` that is done; raise a SourceError if the source fails."""
        ...

    def totals(self, stream: Stream, window: Window) -> Totals | None:
        """Return what the vendor itself counts; None where it does not say."""
        ...

    def spent(self) -> Spent:
        """Return what all reads have cost so far."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


@dataclass
class Spool:
    """Writes the records of one stream into pieces; lines are counted through all of its parts."""

    stream: Stream
    folder: Path
    names: Names = field(default_factory=Names)
    lines: int = 0
    pieces: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._writer = PieceWriter(self.folder, lambda: tuple(self.names.columns.values()))
        self._plain: set[str] = set()
        self._gone: dict[str, Record] = {}
        self._started = time.monotonic()
        self._records = 0

    def restart(self) -> None:
        """Forget what an earlier part that failed has left."""
        if not self._writer.empty:
            self._writer.take(0).path.unlink()
        self._gone, self._records, self._started = {}, 0, time.monotonic()

    def add(self, batch: Batch) -> None:
        """Write the records of a batch; what is no record is set aside."""
        for record in batch.records:
            self.lines += 1
            self._records += 1
            flaw = self._flaw(record)
            if flaw is not None:
                self._writer.reject(BadRow(self.lines, flaw, repr(record)[:_SHOWN]))
                continue
            if self._gone:
                self._gone.pop(self._key(record), None)  # it has come back since
            try:
                self._writer.write({"_line": self.lines, **self._named(record)})
            except (TypeError, ValueError) as error:
                self._writer.reject(BadRow(self.lines, f"is not JSON: {error}", repr(record)[:_SHOWN]))
        for record in batch.tombstones:
            if self._flaw(record) is None:
                self._gone[self._key(record)] = record

    @property
    def enough(self) -> bool:
        """Tell whether it is time to commit."""
        limit = COMMIT_SECONDS[min(self.pieces, len(COMMIT_SECONDS) - 1)]
        return self._records >= COMMIT_ROWS or self._writer.full or time.monotonic() - self._started > limit

    def take(self, batch: Batch) -> Taken:
        """Return all that has come since the last piece."""
        piece = None if self._writer.empty else self._writer.take(0)
        taken = Taken(piece, batch.cursor, batch.done, tuple(self._gone.values()))
        self.pieces += 1
        self._gone, self._records, self._started = {}, 0, time.monotonic()
        return taken

    def _named(self, record: Record) -> Record:
        if record.keys() <= self._plain:
            return record
        named = {self.names.column(key): value for key, value in record.items()}
        self._plain = {key for key, column in self.names.columns.items() if key == column}
        return named

    def _flaw(self, record: Record) -> str | None:
        if not isinstance(record, dict):
            return "is not a record of named values"
        for name in self.stream.primary_key:
            if record.get(name) in (None, ""):
                return f"lacks its key '{name}'"
        return None

    def _key(self, record: Record) -> str:
        return "\x1f".join(str(record.get(name)).strip() for name in self.stream.primary_key)


async def read_part(source: Source, context: Context, part: Part, spool: Spool) -> AsyncIterator[Taken | Note]:
    """Yield what a part of a stream brings; an error that is no SourceError is a fault of the source's own."""
    spool.restart()
    guard, records, done = LoopGuard(source, part.stream), 0, False
    try:
        reading = source.read(replace(context, since=part.since), part.stream, part.cursor, part.window)
        async with aclosing(reading):  # type: ignore[type-var]  # every source is an async generator
            async for batch in reading:
                guard.look(batch)
                spool.add(batch)
                records, done = records + len(batch.records), batch.done
                if done or spool.enough:
                    yield replace(spool.take(batch), records=records)
                yield Note(records, batch.expected)
                if done:
                    break
    except SourceError as error:
        error.source, error.stream = error.source or source.id, error.stream or part.stream.name
        raise
    except Exception as error:
        raise StopError(
            f"{source.label} could not be read: {type(error).__name__}: {str(error)[:200]}. "
            "Report it with the version.",
            source=source.id,
            stream=part.stream.name,
        ) from error
    if not done:
        raise StopError(
            f"{source.label} stopped in the middle of {part.stream.name}. Report it with the version.",
            source=source.id,
            stream=part.stream.name,
        )


class LoopGuard:
    """Stops a read whose pages come again and again: the same cursor with the same records."""

    def __init__(self, source: Source, stream: Stream) -> None:
        self._source, self._stream = source, stream
        self._seen: set[bytes] = set()  # digests of cursors and the ends of pages
        self._empty = 0

    def look(self, batch: Batch) -> None:
        """Raise StopError if the batch shows that the read goes in circles."""
        if batch.done:
            return
        ends = [batch.records[0], batch.records[-1], len(batch.records)] if batch.records else []
        mark = hashlib.sha256(orjson.dumps([dict(batch.cursor.value), repr(ends)])).digest()
        if mark not in self._seen:
            self._seen.add(mark)
            return
        self._empty += not batch.records
        if batch.records or self._empty > _MOST_EMPTY_PAGES:
            raise StopError(
                f"{self._source.label} gives the same page of {self._stream.name} again and again, so the read was "
                "stopped. What came before is kept; run the sync again later.",
                source=self._source.id,
                stream=self._stream.name,
            )
