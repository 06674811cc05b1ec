"""The source Freshdesk: tickets by the moment of their change, other lists page by page."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, Secret
from connectors.freshdesk import lists, tickets
from connectors.freshdesk.answers import FRESHDESK, NAME
from connectors.json_value import JsonValue
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, SyncMode, Window

SUBDOMAIN = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"

_API_KEY = ApiKey(
    secrets=(
        Secret("api_key", "API key", "An administrator finds it at: own picture > Profile settings > View API key."),
    ),
    value="{api_key}:X",
    basic=True,
)

_STREAMS = (
    Stream(
        "tickets",
        ("id",),
        ("ticket", "ticket_event"),
        version_field="updated_at",
        deletes=DeleteSignal.FLAG,
        lookback=tickets.LOOKBACK,
        window=timedelta(days=90),
        reads="Tickets with their times and promises, also those in the trash and in the spam folder",
        fields=tickets.FIELDS,
    ),
    Stream(
        "companies",
        ("id",),
        ("account",),
        version_field="updated_at",
        mode=SyncMode.FULL,
        deletes=DeleteSignal.FULL_DIFF,
        reads="Companies with their domains",
        fields=lists.COMPANY,
    ),
    Stream(
        "contacts",
        ("id",),
        ("contact",),
        version_field="updated_at",
        deletes=DeleteSignal.FLAG,
        lookback=lists.CONTACTS_LOOKBACK,
        reads="The people who write tickets",
        fields=lists.CONTACT,
    ),
    Stream(
        "agents",
        ("id",),
        ("user_agent",),
        version_field="updated_at",
        mode=SyncMode.FULL,
        deletes=DeleteSignal.FULL_DIFF,
        reads="Agents with their groups",
        fields=lists.AGENT,
    ),
    Stream(
        "satisfaction_ratings",
        ("id",),
        ("survey_response",),
        version_field="updated_at",
        lookback=lists.RATINGS_LOOKBACK,
        reads="Satisfaction ratings of tickets with what people wrote",
        fields=lists.RATING,
    ),
)
_READERS = {
    "tickets": tickets.read_tickets,
    "companies": lists.read_companies,
    "contacts": lists.read_contacts,
    "agents": lists.read_agents,
    "satisfaction_ratings": lists.read_ratings,
}


class FreshdeskSettings(BaseModel):
    """Which help desk it is."""

    model_config = ConfigDict(extra="forbid")

    subdomain: str = Field(
        title="Subdomain", description="The part of the address before .freshdesk.com, such as acme.", pattern=SUBDOMAIN
    )
    category_field: str | None = Field(
        default=None,
        title="Category field",
        description="The custom field that says what a ticket is about, such as cf_topic; without it the type does.",
        pattern=r"^cf_\w+$",
    )


class FreshdeskSource:
    """A help desk at Freshdesk."""

    id = NAME
    label = "Freshdesk"
    staging = Path(__file__).parent / "staging"
    vendor = FRESHDESK
    auths: tuple[Auth, ...] = (_API_KEY,)
    settings: type[BaseModel] = FreshdeskSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the help desk's API."""
        del credentials
        return f"https://{config['subdomain']}.freshdesk.com/api/v2"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of a help desk."""
        del context
        return _STREAMS

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield a list's pages from the cursor on."""
        async for batch in _READERS[stream.name](context, cursor, window):
            yield batch

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one help desk that a key reaches."""
        await context.api.get("tickets", {"per_page": 1})
        subdomain = context.text("subdomain")
        return (Account(subdomain, f"{subdomain}.freshdesk.com"),)


SOURCE = FreshdeskSource
