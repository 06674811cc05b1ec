"""Salesforce: SOQL in the order of SystemModstamp and Id, the bin included."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import Auth, OAuth2
from connectors.errors import StopError
from connectors.json_value import JsonValue, text_at
from connectors.salesforce.answers import SALESFORCE
from connectors.salesforce.objects import LATE, OBJECTS, SObject
from connectors.salesforce.reading import Reader
from connectors.salesforce.soql import ORGANISATION_QUERY, Position, literal, position_of
from connectors.source import Account, Batch, Context, Cursor, Stream, Window

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"^(?:login|test|{_LABEL}(?:\.(?:sandbox|develop|scratch|trailblaze|demo))?\.my)$"
_SETTLED = timedelta(days=1)  # what changed longer ago than this is committed
_VERSION = "68.0"  # Winter '27


class SalesforceSettings(BaseModel):
    """What a person says of an organisation."""

    model_config = ConfigDict(extra="forbid")

    domain: str = Field(
        default="login",
        pattern=_DOMAIN,
        title="Sign-in domain",
        description="login for production, test for a sandbox, or your own domain without .salesforce.com, "
        "such as acme.my.",
    )
    currency: str = Field(
        default="",
        pattern="^([A-Z]{3})?$",
        title="Currency",
        description="The organisation's currency, such as EUR, if it has only one; Salesforce does not tell it then.",
    )
    api_version: str = Field(
        default=_VERSION, pattern=r"^\d{2,3}\.0$", title="API version", description="Each lives for about three years."
    )


class SalesforceSource:
    """One Salesforce organisation."""

    id = "salesforce"
    label = "Salesforce"
    staging = Path(__file__).parent / "staging"
    vendor = SALESFORCE
    settings: type[BaseModel] = SalesforceSettings
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="salesforce",
            authorize_url="https://{domain}.salesforce.com/services/oauth2/authorize",
            token_url="https://{domain}.salesforce.com/services/oauth2/token",  # noqa: S106
            revoke_url="https://{domain}.salesforce.com/services/oauth2/revoke",
            scopes=("api", "refresh_token"),
            keep_from_token=("instance_url",),
        ),
    )

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the organisation's own address, which came with the token."""
        if address := credentials.get("instance_url", ""):
            return address
        domain = str(config.get("domain") or "login")
        if domain in ("login", "test") or not re.fullmatch(_DOMAIN, domain):
            raise StopError("Salesforce did not say where the organisation is. Link it again.", source=self.id)
        return f"https://{domain}.salesforce.com"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the objects that are read."""
        del context
        return tuple(one.stream for one in OBJECTS)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield what changed in a window, or since the cursor; each page's cursor is its last record."""
        sobject = next(one for one in OBJECTS if one.stream.name == stream.name)
        position = _start(context, sobject, cursor, window)
        reader = Reader(context.api, _root(context), sobject, context.text("currency"))
        async for records, total in reader.changed(position, window.end if window else None):
            if records:
                position = position_of(records[-1])
            yield Batch(records, _cursor(context, position, window), done=False, expected=total)
        # The end is no exact place: what is late must be found by the next read.
        yield Batch([], _cursor(context, Position(position.at), window), done=True)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the organisation that the sign-in belongs to."""
        reader = Reader(context.api, _root(context), OBJECTS[0], "")
        return tuple(
            Account(
                text_at(one, "Id"),
                text_at(one, "Name") + (" (sandbox)" if one.get("IsSandbox") else ""),
                timezone=text_at(one, "TimeZoneSidKey") or None,
            )
            for one in await reader.rows(ORGANISATION_QUERY)
        )


def _root(context: Context) -> str:
    return f"/services/data/v{context.text('api_version') or _VERSION}"


def _start(context: Context, sobject: SObject, cursor: Cursor, window: Window | None) -> Position:
    moment, key = text_at(dict(cursor.value), "at"), text_at(dict(cursor.value), "id")
    if moment:
        reached = datetime.fromisoformat(moment)
        # Without an id, records of transactions that began before may have come since.
        return Position(reached, key) if key else Position(reached - LATE)
    if window is not None:
        return Position(window.start)
    return Position(context.since if sobject.stream.window is not None else None)


def _cursor(context: Context, position: Position, window: Window | None) -> Cursor:
    if position.at is None:
        return Cursor()
    # Within a window the exact place will do: whoever follows the changes overlaps with the newest one.
    is_exact = window is not None or context.now - position.at > _SETTLED
    return Cursor({"at": literal(position.at), "id": position.id if is_exact else ""})


SOURCE = SalesforceSource
