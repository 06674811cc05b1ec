"""The whole extension surface for sources: Source, Stream, Batch, Cursor."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias, runtime_checkable

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None"


class SyncMode(StrEnum):
    """How a stream is read: only what changed, everything each time, or records that never change."""

    INCREMENTAL = "incremental"
    FULL = "full"
    APPEND = "append"


class DeleteSignal(StrEnum):
    """How a source tells that a record is gone."""

    NONE = "none"
    FLAG = "flag"
    TOMBSTONES = "tombstones"
    FULL_DIFF = "full_diff"


@dataclass(frozen=True)
class Stream:
    """One list of a source. `version_field` orders versions of a record; None means the last write wins."""

    name: str
    primary_key: tuple[str, ...]
    entities: tuple[str, ...]  # the entities that this stream's staging SQL feeds
    version_field: str | None = None
    mode: SyncMode = SyncMode.INCREMENTAL
    deletes: DeleteSignal = DeleteSignal.NONE
    lookback: timedelta = timedelta(0)


@dataclass(frozen=True)
class Cursor:
    """Where to resume; opaque to everyone but the source."""

    value: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Window:
    """A slice of time to backfill: start inclusive, end exclusive, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Batch:
    """Records fetched together and the cursor that is true after them.

    `expected` is the number of records of the whole read when the source knows it, for progress.
    """

    records: list[dict[str, JsonValue]]
    cursor: Cursor
    done: bool
    tombstones: list[dict[str, JsonValue]] = field(default_factory=list)
    expected: int | None = None


@dataclass(frozen=True)
class Context:
    """What a source may know of the connection that it reads for."""

    connection_id: str
    config: Mapping[str, JsonValue]
    now: datetime


@runtime_checkable
class Source(Protocol):
    """An external system. Implement `streams` and `read`; put the mapping into `staging/<entity>.sql`."""

    id: str
    label: str
    staging: Path

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists that this connection can read."""
        ...

    def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield batches from `cursor` on; each batch carries the cursor that is true after it."""
        ...
