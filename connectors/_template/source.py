"""The source Template: tickets, those that changed first come first."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, Secret
from connectors.json_value import JsonValue, records_at, text_at
from connectors.paging import CursorPages, pages
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, Window
from connectors.vendor import Rate, Vendor

_LOOKBACK = timedelta(minutes=5)  # records may become visible late
_SINCE = "since"


class TemplateSettings(BaseModel):
    """What a person says of the account."""

    model_config = ConfigDict(extra="forbid")

    subdomain: str = Field(
        title="Subdomain",
        description="The first part of your address: acme in acme.template.example.",
        pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",
    )


class TemplateSource:
    """Tickets of Template."""

    id = "template"
    label = "Template"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("template", "Template", rates=(Rate(10, 1.0),))
    auths: tuple[Auth, ...] = (ApiKey((Secret("key", "API key", "Settings > Developers > API keys."),)),)
    settings: type[BaseModel] = TemplateSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the account."""
        del credentials
        return f"https://{config['subdomain']}.template.example/api/v1"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists that can be read."""
        del context
        return (
            Stream(
                "tickets",
                primary_key=("id",),
                entities=("ticket",),
                version_field="updated_at",
                deletes=DeleteSignal.FLAG,
                lookback=_LOOKBACK,
                reads="Tickets with their status and times",
            ),
        )

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one account that the key belongs to."""
        account = await context.api.get("/account")
        return (Account(text_at(account, "id"), text_at(account, "name")),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the pages of what has changed; the cursor is the last change on the page."""
        del window
        since = _start(context, cursor, stream.lookback)
        params = {"updated_since": None if since is None else since.strftime("%Y-%m-%dT%H:%M:%SZ"), "limit": 100}
        reached = cursor
        async for page, last in pages(context.api, "/tickets", params, CursorPages("after", ("next",)), what="tickets"):
            records = records_at(page.body, "tickets")
            if records:
                reached = Cursor({_SINCE: text_at(records[-1], "updated_at")})
            yield Batch(records, reached, done=last)


def _start(context: Context, cursor: Cursor, lookback: timedelta) -> datetime | None:
    """Return the moment from which changes are asked for; None for everything."""
    value = cursor.value.get(_SINCE)
    return datetime.fromisoformat(str(value)).astimezone(UTC) - lookback if value else context.since


SOURCE = TemplateSource
