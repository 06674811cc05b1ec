"""Pipedrive: the lists of version 2 of its API, in the order of changes."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.errors import StopError
from connectors.json_value import JsonValue, at, text_at
from connectors.pipedrive.answers import PIPEDRIVE
from connectors.pipedrive.lists import COLLECTIONS, OVERLAP, USERS, Collection
from connectors.pipedrive.reading import USERS_PATH, changed, reached, read_names, read_users
from connectors.pipedrive.stage_history import stages_entered
from connectors.source import Account, Batch, Context, Cursor, Stream, Window

_COMPANY = "^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$"


class PipedriveSettings(BaseModel):
    """What a person says of a company."""

    model_config = ConfigDict(extra="forbid")

    company: str = Field(
        default="",
        pattern=_COMPANY,
        title="Company domain",
        description="The part of your address before .pipedrive.com, such as acme. Only an API token needs it.",
    )
    stage_history: bool = Field(
        default=False,
        title="Stages of deals over time",
        description="Read through which stages each deal went. It costs one more request for every deal that changed.",
    )


class PipedriveSource:
    """One company at Pipedrive."""

    id = "pipedrive"
    label = "Pipedrive"
    staging = Path(__file__).parent / "staging"
    vendor = PIPEDRIVE
    settings: type[BaseModel] = PipedriveSettings
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="pipedrive",
            authorize_url="https://oauth.pipedrive.com/oauth/authorize",
            token_url="https://oauth.pipedrive.com/oauth/token",  # noqa: S106
            revoke_url="https://oauth.pipedrive.com/oauth/revoke",
            scopes=("base", "deals:read", "contacts:read", "users:read"),
            pkce=False,
            client_auth="basic",
            keep_from_token=("api_domain",),
        ),
        ApiKey(
            secrets=(Secret("api_token", "API token", "In Pipedrive: Personal preferences, API."),),
            header="x-api-token",
            value="{api_token}",
        ),
    )

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the company's own address: it came with the token, or the settings name it."""
        if address := credentials.get("api_domain", ""):
            return address
        company = str(config.get("company") or "")
        if not company:
            raise StopError("An API token needs the company's domain. Fill it in and try again.", source=self.id)
        return f"https://{PipedriveSettings(company=company).company}.pipedrive.com"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists that are read."""
        found = (USERS, *(one.stream for one in COLLECTIONS))
        if not _with_history(context):
            return found
        return tuple(
            replace(one, entities=(*one.entities, "deal_stage_event")) if one.name == "deals" else one for one in found
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield what changed in a window, or since the cursor, list by list; each list has a place in the cursor."""
        if stream.name == USERS.name:
            yield Batch(await read_users(context.api), Cursor(), done=True)
            return
        collection = next(one for one in COLLECTIONS if one.stream.name == stream.name)
        names = await read_names(context.api, collection)
        places = dict(cursor.value)
        for path in collection.paths:
            since = _start(context, collection, places.get(path), window)
            place = since
            async for records in changed(context.api, collection, path, since, window.end if window else None):
                place = reached(records, place)
                if place is not None:
                    places[path] = place.isoformat()
                whole = [names.complete(collection, one) for one in records]
                if collection.has_stages and _with_history(context):
                    for one in whole:
                        one["stages_entered"] = await stages_entered(context.api, one, names.stages)
                yield Batch(whole, Cursor(dict(places)), done=False)
        yield Batch([], Cursor(dict(places)), done=True)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the company that the sign-in belongs to."""
        me = at(await context.api.get(f"{USERS_PATH}/me"), "data")
        company = text_at(me, "company_id")
        return (
            Account(
                company,
                text_at(me, "company_name") or company,
                currency=text_at(me, "default_currency") or None,
                timezone=text_at(me, "timezone_name") or None,
            ),
        )


def _with_history(context: Context) -> bool:
    return context.config.get("stage_history") is True


def _start(context: Context, collection: Collection, place: JsonValue, window: Window | None) -> datetime | None:
    """Return where a list starts; the place itself is read again, since others may have changed in its second."""
    if isinstance(place, str):
        moment = datetime.fromisoformat(place)
        return moment if window is not None else moment - OVERLAP
    if window is not None:
        return window.start
    return context.since if collection.stream.window is not None else None


SOURCE = PipedriveSource
