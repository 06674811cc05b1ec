"""Any PostgreSQL or MySQL database: its tables and views by a declared mapping, read-only, page by page."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from connectors.auth import ApiKey, Secret
from connectors.errors import StopError
from connectors.json_value import JsonValue
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, SyncMode, Totals, Window
from connectors.sql.columns import shape_of
from connectors.sql.link import Link, addresses_of
from connectors.sql.pages import TableReading, count_rows
from connectors.sql.settings import SqlSettings, SqlTable
from connectors.vendor import Vendor


class SqlSource:
    """The tables of one database. Each is a stream; what its columns mean is in the connection's settings."""

    id = "sql"
    label = "SQL database"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("sql", "The database")
    auths = (ApiKey((Secret("password", "Password", "Of a user that can only read."),), value="{password}"),)
    settings = SqlSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return nothing: a database is not reached by HTTP."""
        del config, credentials
        return ""

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return one stream for each table of the settings."""
        return tuple(_stream(one) for one in _settings(context).tables) if context.config else ()

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the database, after a look at each of its tables and columns."""
        settings = _settings(context)
        async with _linked(context) as link:
            await asyncio.to_thread(_look, link)
        name = f"{settings.database} at {settings.host}"
        return (Account(f"{settings.host}:{settings.reached_port}/{settings.database}", name),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the rows from the cursor on, or all of a table that has no cursor."""
        del window
        wanted = next(one for one in _settings(context).tables if one.name == stream.name)
        start = cursor if wanted.cursor else Cursor()
        async with _linked(context) as link:
            batches = (await asyncio.to_thread(TableReading, link, wanted, start, context.now, context.since)).batches()
            try:
                while (batch := await asyncio.to_thread(next, batches, None)) is not None:
                    yield batch
            finally:
                await asyncio.to_thread(batches.close)

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return how many rows a table without a cursor has; the others keep rows that are gone at the source."""
        del window
        wanted = next(one for one in _settings(context).tables if one.name == stream.name)
        if wanted.cursor:
            return None
        async with _linked(context) as link:
            return Totals(await asyncio.to_thread(count_rows, link, wanted), whole=True)


def _stream(wanted: SqlTable) -> Stream:
    return Stream(
        wanted.name,
        wanted.key_columns,
        (wanted.entity,),
        mode=SyncMode.INCREMENTAL if wanted.cursor else SyncMode.FULL,
        deletes=DeleteSignal.NONE if wanted.cursor else DeleteSignal.FULL_DIFF,
        reads=f"Rows of {wanted.name} as {wanted.entity}",
        mapping=wanted,
    )


def _settings(context: Context) -> SqlSettings:
    known = {name: value for name, value in context.config.items() if name in SqlSettings.model_fields}
    try:
        return SqlSettings.model_validate(known)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StopError(f"The settings of the database are not complete: {place}: {first['msg']}.") from error


@asynccontextmanager
async def _linked(context: Context) -> AsyncIterator[Link]:
    settings = _settings(context)
    password = (await context.api.secrets()).get("password", "")
    link = Link(settings, password, await addresses_of(settings))
    try:
        yield link
    finally:
        await asyncio.to_thread(link.close)


def _look(link: Link) -> None:
    with link.reading("Looking at the tables") as connection:
        for one in link.settings.tables:
            shape_of(connection, one)


SOURCE = SqlSource
