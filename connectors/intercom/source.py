"""The source Intercom: conversations and contacts by search, companies and teammates as a whole."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.intercom.answers import INTERCOM, NAME
from connectors.intercom.lists import ADMIN, COMPANY, read_admins, read_companies
from connectors.intercom.searches import CONTACT, CONVERSATION, LOOKBACK, read_contacts, read_conversations
from connectors.json_value import JsonValue, text_at
from connectors.source import Account, Batch, Context, Cursor, DeleteSignal, Stream, SyncMode, Window

_OAUTH = OAuth2(
    provider=NAME,
    authorize_url="https://app.intercom.com/oauth",
    token_url="https://api.intercom.io/auth/eagle/token",  # noqa: S106
    pkce=False,
    refreshes=False,
)
_ACCESS_TOKEN = ApiKey(
    secrets=(
        Secret(
            "access_token", "Access token", "Developer Hub > your app > Configure > Authentication, of this workspace."
        ),
    ),
    value="Bearer {access_token}",
)

_STREAMS = (
    Stream(
        "conversations",
        ("id",),
        ("ticket", "ticket_event", "survey_response"),
        version_field="updated_at",
        lookback=LOOKBACK,
        window=timedelta(days=180),
        reads="Conversations with their times, tags and ratings, without what was written",
        fields=CONVERSATION,
    ),
    Stream(
        "companies",
        ("id",),
        ("account",),
        mode=SyncMode.FULL,
        deletes=DeleteSignal.FULL_DIFF,
        reads="Companies with their plans",
        fields=COMPANY,
    ),
    Stream(
        "contacts",
        ("id",),
        ("contact",),
        version_field="updated_at",
        lookback=LOOKBACK,
        reads="The people who write: users and leads",
        fields=CONTACT,
    ),
    Stream(
        "admins",
        ("id",),
        ("user_agent",),
        mode=SyncMode.FULL,
        deletes=DeleteSignal.FULL_DIFF,
        reads="Teammates with their teams",
        fields=ADMIN,
    ),
)
_READERS = {
    "conversations": read_conversations,
    "companies": read_companies,
    "contacts": read_contacts,
    "admins": read_admins,
}


class IntercomSettings(BaseModel):
    """Where the workspace is."""

    model_config = ConfigDict(extra="forbid")

    region: Literal["us", "eu", "au"] = Field(
        default="us", title="Region", description="Where Intercom keeps the workspace: us, eu or au."
    )
    category_attribute: str | None = Field(
        default=None,
        title="Category attribute",
        description="The conversation attribute that says what a conversation is about; without it nothing does.",
        min_length=1,
        max_length=190,
    )


class IntercomSource:
    """A workspace at Intercom."""

    id = NAME
    label = "Intercom"
    staging = Path(__file__).parent / "staging"
    vendor = INTERCOM
    auths: tuple[Auth, ...] = (_OAUTH, _ACCESS_TOKEN)
    settings: type[BaseModel] = IntercomSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API in the workspace's region."""
        del credentials
        region = config.get("region") or "us"
        return "https://api.intercom.io" if region == "us" else f"https://api.{region}.intercom.io"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of a workspace."""
        del context
        return _STREAMS

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield a list's pages from the cursor on."""
        async for batch in _READERS[stream.name](context, cursor, window):
            yield batch

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one workspace that a token reaches."""
        app = await context.api.get("me")
        name, zone = text_at(app, "app", "name"), text_at(app, "app", "timezone")
        number = text_at(app, "app", "id_code") or text_at(app, "id")
        return (Account(number, name or number, timezone=zone or None),)


SOURCE = IntercomSource
