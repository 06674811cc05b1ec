"""A help desk of our own as a source: what a vendor may do wrong can be made to happen at its fake."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from connectors import (
    Account,
    Batch,
    Context,
    Cursor,
    DeleteSignal,
    JsonValue,
    StopError,
    Stream,
    SyncMode,
    Totals,
    Window,
)
from connectors.auth import Auth, OAuth2
from connectors.source import NoSettings
from connectors.vendor import Vendor

Record = dict[str, JsonValue]

TICKETS = Stream(
    "tickets",
    ("id",),
    ("ticket",),
    version_field="version",
    deletes=DeleteSignal.TOMBSTONES,
    window=timedelta(days=60),
    reads="Tickets",
)
AGENTS = Stream(
    "agents",
    ("id",),
    ("user_agent",),
    mode=SyncMode.FULL,
    deletes=DeleteSignal.FULL_DIFF,
    reads="Agents",
)


class DrillDesk:
    """A desk with tickets, which are followed and have a history, and agents, who are listed whole."""

    id = "drill"
    label = "Drill desk"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("drill", "Drill desk")
    auths: tuple[Auth, ...] = (
        OAuth2("drill", "https://drill.example/oauth/authorize", "https://drill.example/oauth/token"),
    )
    settings: type[BaseModel] = NoSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return "https://drill.example/api"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the two lists."""
        del context
        return TICKETS, AGENTS

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield page after page."""
        if stream.name == AGENTS.name:
            reading = _pages(context, "agents", "/agents?after=", cursor)
        elif window is not None:
            first = f"/tickets?from={_stamp(window.start)}&until={_stamp(window.end)}&after="
            reading = _pages(context, "tickets", first, cursor)
        else:
            first = f"/changes?since={_stamp(context.since or datetime(2000, 1, 1, tzinfo=UTC))}&after="
            reading = _pages(context, "tickets", first, cursor)
        async for batch in reading:
            yield batch

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one desk."""
        await context.api.get("/agents")
        return (Account("1", "Drill"),)

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return how many tickets the desk counts."""
        if stream.name != TICKETS.name:
            return None
        answer = await context.api.get(f"/totals?from={_stamp(window.start)}&until={_stamp(window.end)}")
        assert isinstance(answer, dict)
        return Totals(cast("int", answer["records"]), {"seconds": cast("float", answer["seconds"])})


async def _pages(context: Context, name: str, first: str, cursor: Cursor) -> AsyncIterator[Batch]:
    path, seen = str(cursor.value.get("next") or first), set[str]()
    while True:
        page = await context.api.get(path)
        assert isinstance(page, dict)
        records, gone = cast("list[Record]", page[name]), cast("list[Record]", page.get("gone", []))
        following, done = str(page["next"]), not page["more"]
        yield Batch(records, Cursor({"next": following}), done, gone)
        if done:
            return
        if following in seen:
            raise StopError("The desk's pages go in circles.")
        seen.add(following)
        path = following


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
