"""Reads a source from a fake of its vendor, as the engine does: over HTTP, window by window, or into a real DuckDB."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from connectors import Account, Batch, Context, Cursor, JsonValue, LinkedSource, Source, Stream, Window
from connectors.auth import Auth, Credentials, FixedCredentials
from connectors.http import VendorHttp
from connectors.pace import own_budget
from schemas import load_model
from tests.connectors.fake_vendor import FakeVendor, Record
from tests.plain_http import NO_TLS
from tests.warehouse.empty_workspace import open_empty
from warehouse import ClientAccount, SyncOptions, SyncReport, Warehouse, WorkspaceDatabase, run_sync

CLIENT = ClientAccount("c-one", "one", "One", timezone="Europe/Athens", report_currency="EUR")
TIMEOUT = 5.0  # seconds without a byte
LIVE = timedelta(hours=1)  # before now: where the windows of history end and the live read starts


class Renewing:
    """Credentials that are renewed once they were refused, each time with the next values."""

    def __init__(self, *values: Mapping[str, str]) -> None:
        self._values = list(values)
        self.renewals = 0

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the values that are in use; the next ones if those were refused."""
        if stale is not None and stale == self._values[0] and len(self._values) > 1:
            self._values.pop(0)
            self.renewals += 1
        return self._values[0]


@asynccontextmanager
async def opened(
    source: LinkedSource,
    fake: FakeVendor,
    config: Mapping[str, JsonValue] | None = None,
    credentials: Credentials | Mapping[str, str] | None = None,
    *,
    auth: Auth | None = None,
    now: datetime | None = None,
    since: datetime | None = None,
    patience: float = TIMEOUT,
) -> AsyncIterator[Context]:
    """Open a connection to the fake: what the source gets as its context. The fake's own values are the defaults."""
    settings = fake.config if config is None else config
    given = fake.credentials if credentials is None else credentials
    signed = FixedCredentials(given) if isinstance(given, Mapping) else given
    async with httpx2.AsyncClient(timeout=patience, trust_env=False, verify=NO_TLS) as client:
        api = VendorHttp(
            client,
            source.vendor,
            auth or source.auths[0],
            signed,
            lambda values: source.base(settings, values),
            pace=own_budget(source.vendor.rates, clock=fake.clock.now),
            sleep=fake.clock.sleep,
            environment=fake.environment,
        )
        yield Context("connection", settings, now or fake.now, since, api)


def stream_of(source: LinkedSource, context: Context, name: str) -> Stream:
    """Return a stream by its name."""
    return next(one for one in source.streams(context) if one.name == name)


async def batches_of(
    source: LinkedSource, context: Context, stream: Stream | str, cursor: Cursor, window: Window | None = None
) -> list[Batch]:
    """Read a stream to its end and check that it has exactly one."""
    found = stream if isinstance(stream, Stream) else stream_of(source, context, stream)
    batches = [batch async for batch in source.read(context, found, cursor, window)]
    assert [batch.done for batch in batches] == [False] * (len(batches) - 1) + [True], "the last batch alone is done"
    return batches


def read_all(
    source: LinkedSource,
    fake: FakeVendor,
    config: Mapping[str, JsonValue] | None = None,
    credentials: Credentials | Mapping[str, str] | None = None,
    stream: str = "",
    *,
    cursor: Cursor | None = None,
    window: Window | None = None,
    now: datetime | None = None,
    since: datetime | None = None,
    auth: Auth | None = None,
    patience: float = TIMEOUT,
) -> list[Batch]:
    """Return the batches of one read."""

    async def read() -> list[Batch]:
        async with opened(
            source, fake, config, credentials, auth=auth, now=now, since=since, patience=patience
        ) as context:
            return await batches_of(source, context, stream, cursor or Cursor(), window)

    return asyncio.run(read())


def list_accounts(
    source: LinkedSource,
    fake: FakeVendor,
    config: Mapping[str, JsonValue] | None = None,
    credentials: Credentials | Mapping[str, str] | None = None,
    *,
    auth: Auth | None = None,
) -> tuple[Account, ...]:
    """Return the accounts that the source finds."""

    async def ask() -> tuple[Account, ...]:
        async with opened(source, fake, config, credentials, auth=auth) as context:
            return await source.accounts(context)

    return asyncio.run(ask())


def list_streams(source: LinkedSource, fake: FakeVendor) -> tuple[Stream, ...]:
    """Return the streams of a connection to the fake."""
    return source.streams(Context("connection", fake.config, fake.now))


def windows_of(stream: Stream, since: datetime, until: datetime) -> list[Window]:
    """Return the windows of a stream's history, newest first; none if it has no windows."""
    found: list[Window] = []
    while stream.window is not None and until > since:
        start = max(since, until - stream.window)
        found.append(Window(start, until))
        until = start
    return found


def read_whole(source: LinkedSource, fake: FakeVendor, stream: Stream, **more: object) -> tuple[list[Batch], Cursor]:
    """Return all batches of a first sync, window by window and then live, and the cursor to go on from."""
    batches: list[Batch] = []
    live = fake.now - LIVE
    for window in windows_of(stream, fake.since, live):
        batches += read_all(source, fake, stream=stream.name, window=window, since=fake.since, **more)  # type: ignore[arg-type]
    start = live if stream.window is not None else fake.since
    batches += read_all(source, fake, stream=stream.name, since=start, **more)  # type: ignore[arg-type]
    return batches, batches[-1].cursor


def read_later(source: LinkedSource, fake: FakeVendor, stream: Stream, cursor: Cursor) -> list[Batch]:
    """Return the batches of the next sync, two hours after the first one."""
    return read_all(
        source, fake, stream=stream.name, cursor=cursor, since=fake.now - LIVE, now=fake.now + timedelta(hours=2)
    )


def records_of(batches: Sequence[Batch]) -> list[Record]:
    """Return the records of batches."""
    return [record for batch in batches for record in batch.records]


def by_key(stream: Stream, records: Sequence[Record]) -> dict[tuple[str, ...], Record]:
    """Return records by their key; the last one of a key counts."""
    return {tuple(str(record[part]) for part in stream.primary_key): record for record in records}


class _Opened:
    """The source as `run_sync` wants it: each read opens the connection in the event loop that it runs in."""

    def __init__(self, source: LinkedSource, fake: FakeVendor, config: Mapping[str, JsonValue]) -> None:
        self.id, self.label, self.staging = source.id, source.label, source.staging
        self._source, self._fake, self._config = source, fake, config

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the source's streams."""
        return self._source.streams(context)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the batches of a read."""
        since = context.since or self._fake.since
        async with opened(self._source, self._fake, self._config, now=context.now, since=since) as ready:
            async for batch in self._source.read(ready, stream, cursor, window):
                yield batch


class Loaded:
    """A workspace on a real DuckDB, into which sources are read."""

    def __init__(self, database: WorkspaceDatabase) -> None:
        self.database = database

    def load(
        self, source: LinkedSource, fake: FakeVendor, now: datetime | None = None, client: ClientAccount = CLIENT
    ) -> SyncReport:
        """Sync every stream of the source; again, what changed."""
        ready: Source = _Opened(source, fake, fake.config)
        options = SyncOptions("connection", source.label, (client,), fake.config, now or fake.now, since=fake.since)
        return run_sync(self.database, ready, options)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """Return the rows of a query."""
        with self.database.reading() as cursor:
            return cursor.execute(sql).fetchall()

    def entity(self, name: str, *columns: str, where: str = "true") -> list[tuple[object, ...]]:
        """Return columns of an entity's rows, in the order of source_id."""
        listed = ", ".join(columns) or "*"
        return self.rows(f"select {listed} from normalised.{name} where {where} order by source_id")

    def quarantine(self) -> list[tuple[object, ...]]:
        """Return what could not be understood."""
        return self.rows("select * from state.quarantine")


@contextlib.contextmanager
def empty_workspace(folder: Path) -> Iterator[Loaded]:
    """Open an empty workspace in a folder."""
    with Warehouse(folder / "data", load_model(), threads=2) as warehouse:
        yield Loaded(open_empty(warehouse))


@contextlib.contextmanager
def loaded(source: LinkedSource, fake: FakeVendor, folder: Path) -> Iterator[Loaded]:
    """Open a workspace into which the whole source has been loaded."""
    with empty_workspace(folder) as workspace:
        workspace.load(source, fake)
        yield workspace
