"""The source QuickBooks Online: each list walked by the moment of its records' last change, then what was deleted."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import Auth, OAuth2
from connectors.errors import StopError
from connectors.http import Params
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.quickbooks.company import DELETES_KEPT, MINOR_VERSION, Company, changed_at, moment_of
from connectors.quickbooks.lists import LISTS, OVERLAP, QuickBooksList, list_of
from connectors.quickbooks.query import between_days, changed_since, count_query, page_query
from connectors.quickbooks.vendor import QUICKBOOKS
from connectors.source import Account, Batch, Context, Cursor, Stream, Totals, Window

PAGE = 1000
_REALM = re.compile(r"/company/(\d+)/")


class QuickBooksSettings(BaseModel):
    """Which company a connection reads."""

    model_config = ConfigDict(extra="forbid")

    account_id: str | None = Field(
        default=None, title="Company", description="The company's number (realm id).", pattern=r"^\d{1,20}$"
    )
    environment: Literal["production", "sandbox"] = Field(
        default="production", title="Environment", description="Whether it is a real company or one to try things out."
    )
    home_currency: str | None = Field(
        default=None,
        title="Currency",
        description="The company's own currency, for records that name none.",
        pattern=r"^[A-Z]{3}$",
    )


@dataclass(frozen=True)
class _Place:
    """Where a walk stands: the moment from which on records are to be read, and how many of it were."""

    since: datetime | None
    start: int
    deletes: datetime | None  # up to when deletes are known


class QuickBooksSource:
    """Customers, invoices, credit memos, sales receipts, payments and refund receipts of a company."""

    id = "quickbooks"
    label = "QuickBooks Online"
    staging = Path(__file__).parent / "staging"
    vendor = QUICKBOOKS
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="quickbooks",
            authorize_url="https://appcenter.intuit.com/connect/oauth2",
            token_url="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",  # noqa: S106
            scopes=("com.intuit.quickbooks.accounting",),
            pkce=False,
            rotates=True,
            client_auth="basic",
            keep_from_redirect=("realmId",),
            revoke_url="https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
            revoke_body="json",
        ),
    )
    settings: type[BaseModel] = QuickBooksSettings

    def __init__(self, page: int = PAGE) -> None:
        self._page = page

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the company."""
        host = "sandbox-quickbooks" if config.get("environment") == "sandbox" else "quickbooks"
        realm = config.get("account_id") or credentials.get("realmId", "")
        return f"https://{host}.api.intuit.com/v3/company/{realm}"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists."""
        del context
        return tuple(one.stream for one in LISTS)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the one company that the person chose when signing in."""
        params: Params = {"query": "select * from CompanyInfo", "minorversion": MINOR_VERSION}
        answer = await context.api.request("GET", "query", params=params)
        realm = _REALM.search(answer.url)
        if realm is None:
            raise StopError("The sign-in to QuickBooks Online names no company. Link it again.", source=self.id)
        info = records_at(answer.json(), "QueryResponse", "CompanyInfo")
        preferences = await Company(context).query("select * from Preferences")
        home = text_at(preferences, "QueryResponse", "Preferences", 0, "CurrencyPrefs", "HomeCurrency", "value")
        name = text_at(info, 0, "CompanyName") or realm[1]
        return (Account(realm[1], name, currency=home or None, settings={"home_currency": home} if home else {}),)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield records by the moment of their last change, oldest first, and at the end what was deleted."""
        del window
        chosen, company = list_of(stream), Company(context)
        place, server_now = _place(context, stream, cursor), None
        known: list[str] = []
        while True:
            conditions = [] if place.since is None else [changed_since(place.since)]
            found = await company.query(
                page_query(chosen.entity, [*chosen.where, *conditions], place.start, self._page)
            )
            server_now = server_now or moment_of(text_at(found, "time")) or context.now
            place = replace(place, deletes=place.deletes or server_now)
            records = records_at(found, "QueryResponse", chosen.entity)
            ids = [text_at(one, "Id") for one in records]
            if place.start > 1 and ids and ids == known:
                raise StopError(f"QuickBooks Online's list of {stream.name} leads in a circle.", source=self.id)
            known = ids
            whole = await company.completed(chosen, records)
            reached = changed_at(records[-1]) if records else None
            # What changes meanwhile goes to the end and pulls the rest forward, so the next page begins where this one
            # ended; its number only counts among records of one moment.
            if reached is not None and (place.since is None or reached > place.since):
                place = replace(place, since=reached, start=1)
            else:
                place = replace(place, start=place.start + len(records))
            if len(records) < self._page:
                break
            yield Batch(whole, _cursor(place), done=False)
        gone = await self._gone(context, company, chosen, place)
        end = Cursor({"since": _text(place.since), "deletes": _text(server_now)})
        yield Batch(whole, end, done=True, tombstones=gone)

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return how many records of a list were booked on the days of a window; customers are not booked."""
        chosen = list_of(stream)
        if chosen.entity == "Customer":
            return None
        found = await Company(context).query(count_query(chosen.entity, between_days(window.start, window.end)))
        count = at(found, "QueryResponse", "totalCount")
        return Totals(count) if isinstance(count, int) else None

    async def _gone(
        self, context: Context, company: Company, chosen: QuickBooksList, place: _Place
    ) -> list[dict[str, JsonValue]]:
        # Customers are never deleted, only made inactive.
        if place.deletes is None or chosen.entity == "Customer":
            return []
        return await company.deleted(chosen, max(place.deletes - OVERLAP, context.now - DELETES_KEPT))


def _place(context: Context, stream: Stream, cursor: Cursor) -> _Place:
    """Return where a read begins; customers are needed from the beginning, whenever history begins."""
    value = cursor.value
    since, deletes = (moment_of(str(value.get(name))) for name in ("since", "deletes"))
    start = value.get("start")
    if isinstance(start, int):
        return _Place(since, start, deletes)
    if value:
        return _Place(None if since is None else since - OVERLAP, 1, deletes)
    return _Place(None if stream.name == "customers" else context.since, 1, None)


def _cursor(place: _Place) -> Cursor:
    return Cursor({"since": _text(place.since), "start": place.start, "deletes": _text(place.deletes)})


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


SOURCE = QuickBooksSource
