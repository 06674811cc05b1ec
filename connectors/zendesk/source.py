"""The source Zendesk: exports by cursor for tickets and users, by time for organisations, pages for ratings."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.json_value import JsonValue
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, Window
from connectors.zendesk.answers import NAME, ZENDESK
from connectors.zendesk.exports import TICKETS, check_sign_in, read_organizations, read_tickets, read_users
from connectors.zendesk.ratings import LOOKBACK, read_ratings
from connectors.zendesk.records import ORGANIZATION, RATING, TICKET, USER

SUBDOMAIN = r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$"

_OAUTH = OAuth2(
    provider=NAME,
    authorize_url="https://{subdomain}.zendesk.com/oauth/authorizations/new",
    token_url="https://{subdomain}.zendesk.com/oauth/tokens",  # noqa: S106
    scopes=("read",),
    rotates=True,
    token_body="json",  # noqa: S106
)
_API_TOKEN = ApiKey(
    secrets=(
        Secret("email", "E-mail of an administrator", "The address that this person signs in to Zendesk with."),
        Secret(
            "token",
            "API token",
            "Admin Center > Apps and integrations > APIs > API tokens. Zendesk ends all of them on 30 April 2027.",
        ),
    ),
    value="{email}/token:{token}",
    basic=True,
)

_STREAMS = (
    Stream(
        TICKETS,
        ("id",),
        ("ticket", "ticket_event"),
        version_field="generated_timestamp",
        deletes=DeleteSignal.FLAG,
        window=timedelta(days=180),
        reads="Tickets with their times, replies, groups and tags",
        fields=TICKET,
    ),
    Stream(
        "organizations",
        ("id",),
        ("account",),
        version_field="updated_at",
        deletes=DeleteSignal.FLAG,
        reads="Organisations with their domains",
        fields=ORGANIZATION,
    ),
    Stream(
        "users",
        ("id",),
        ("contact", "user_agent"),
        version_field="updated_at",
        deletes=DeleteSignal.FLAG,
        reads="Agents, and the people who write tickets",
        fields=USER,
    ),
    Stream(
        "satisfaction_ratings",
        ("id",),
        ("survey_response",),
        version_field="updated_at",
        lookback=LOOKBACK,
        reads="Satisfaction ratings of tickets with their comments",
        fields=RATING,
    ),
)
_READERS = {
    TICKETS: read_tickets,
    "organizations": read_organizations,
    "users": read_users,
    "satisfaction_ratings": read_ratings,
}


class ZendeskSettings(BaseModel):
    """Which help desk it is."""

    model_config = ConfigDict(extra="forbid")

    subdomain: str = Field(
        title="Subdomain", description="The part of the address before .zendesk.com, such as acme.", pattern=SUBDOMAIN
    )
    category_field: str | None = Field(
        default=None,
        title="Category field",
        description="The number of the custom field that says what a ticket is about; without it nothing does.",
        pattern=r"^\d+$",
    )


class ZendeskSource:
    """A help desk at Zendesk."""

    id = NAME
    label = "Zendesk"
    staging = Path(__file__).parent / "staging"
    vendor = ZENDESK
    auths: tuple[Auth, ...] = (_OAUTH, _API_TOKEN)
    settings: type[BaseModel] = ZendeskSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the help desk's API."""
        del credentials
        return f"https://{config['subdomain']}.zendesk.com/api/v2"

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
        """Return the one help desk that a sign-in reaches."""
        await check_sign_in(context)
        subdomain = context.text("subdomain")
        return (Account(subdomain, f"{subdomain}.zendesk.com"),)


SOURCE = ZendeskSource
