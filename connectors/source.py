"""The whole extension surface for sources: Source, LinkedSource, Stream, Batch, Cursor."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from connectors.auth import Auth
from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.json_value import JsonValue
from connectors.mapped import RowMapping
from connectors.vendor import Vendor


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
    window: timedelta | None = None  # history is read in windows of this length, newest first; None: by the cursor
    reads: str = ""  # what it holds, in plain words, for the page where a person links the account
    fields: tuple[str, ...] = ()  # columns that staging SQL looks at, in case no record has them
    mapping: RowMapping | None = None  # in the place of staging SQL, where a person says what the columns mean

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the columns that must be there also where no record has them."""
        return self.primary_key + self.fields + (() if self.mapping is None else self.mapping.source_columns)

    def system(self, source: str) -> str:
        """Return the system whose ids its records have: the source, unless the mapping names another."""
        return source if self.mapping is None else self.mapping.source or source


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
    """What a source may know of the connection that it reads for.

    `config` holds the connection's settings as the source's `settings` model checked them, and `account_id` where a
    grant reaches several accounts. `since` is where history begins: a read without cursor and window starts there.
    """

    connection_id: str
    config: Mapping[str, JsonValue]
    now: datetime
    since: datetime | None = None
    http: VendorHttp | None = None

    @property
    def api(self) -> VendorHttp:
        """Return the client of the vendor's API."""
        if self.http is None:
            raise StopError("This connection has no client of the vendor's API.")
        return self.http

    def text(self, name: str) -> str:
        """Return a setting as text; empty if it is not set."""
        value = self.config.get(name)
        return "" if value is None else str(value)


@dataclass(frozen=True)
class Account:
    """An account at the vendor that a grant reaches. `id` never changes; a person chooses by `name`."""

    id: str
    name: str
    currency: str | None = None
    timezone: str | None = None
    settings: Mapping[str, JsonValue] = field(default_factory=dict)  # what its connection must know beside the id


@dataclass(frozen=True)
class Totals:
    """What the vendor itself counts, to compare with what is here: records, and sums by field.

    With `whole` it is of the whole list, where the vendor does not count by time.
    """

    records: int | None = None
    sums: Mapping[str, float] = field(default_factory=dict)
    whole: bool = False


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


class NoSettings(BaseModel):
    """The settings of a source that has none."""

    model_config = ConfigDict(extra="forbid")


@runtime_checkable
class LinkedSource(Source, Protocol):
    """A vendor's API behind a sign-in. `auths` are the ways in, the best one first."""

    vendor: Vendor
    auths: tuple[Auth, ...]
    settings: type[BaseModel]  # what a person says of the account, such as its subdomain; a JSON Schema is made of it

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address that relative paths of requests are added to."""
        ...

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the accounts that the grant reaches; asking for them also shows that the sign-in works."""
        ...


@runtime_checkable
class Reconciles(Protocol):
    """A source whose vendor can say how much there is."""

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return the vendor's own count and sums of a stream in a window; None where it does not say."""
        ...
