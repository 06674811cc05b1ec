"""The Google Analytics source: one property's visits by day."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel

from connectors.auth import Auth
from connectors.day_reading import DayRead, DayRules, Days, Record, days_of
from connectors.errors import StopError
from connectors.google import google_account, service_account, understand_google
from connectors.google_analytics.report import ADDITIVE, BESIDE, DIMENSIONS, METRICS, PAGE, asked, records_in, sums_in
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import (
    Account,
    Batch,
    Context,
    Cursor,
    DeleteSignal,
    NoSettings,
    Stream,
    Totals,
    Window,
)
from connectors.vendor import Rate, Vendor

DATA = "https://analyticsdata.googleapis.com/v1beta"
ADMIN = "https://analyticsadmin.googleapis.com/v1beta"
SCOPE = "https://www.googleapis.com/auth/analytics.readonly"

VISITS = Stream(
    "visits_by_day",
    ("id",),
    ("web_session_day",),
    deletes=DeleteSignal.TOMBSTONES,
    lookback=timedelta(days=3),
    window=timedelta(days=30),
    reads="Visits, engagement, key events and revenue by day, source, campaign, landing page, country and device",
    fields=(*DIMENSIONS, *METRICS, *BESIDE),
)
RULES = DayRules(history=timedelta(days=5 * 365), vanishing=True)


class GoogleAnalyticsSource:
    """Visits of one Google Analytics 4 property."""

    id = "google_analytics"
    label = "Google Analytics 4"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(
        "google", "Google Analytics", rates=(Rate(5, 1.0),), understand=understand_google, ids_within_account=True
    )
    auths: tuple[Auth, ...] = (google_account(SCOPE), service_account(SCOPE))
    settings: type[BaseModel] = NoSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the Data API."""
        del config, credentials
        return DATA

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one list of a property."""
        del context
        return (VISITS,)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the properties that the sign-in may read, named with the account that they belong to."""
        found: list[Account] = []
        token: str | None = None
        while True:
            answer = await context.api.get(f"{ADMIN}/accountSummaries", {"pageSize": 200, "pageToken": token})
            for owner in records_at(answer, "accountSummaries"):
                for one in records_at(owner, "propertySummaries"):
                    name = f"{text_at(owner, 'displayName')} / {text_at(one, 'displayName')}"
                    found.append(Account(text_at(one, "property").removeprefix("properties/"), name))
            follows = text_at(answer, "nextPageToken")
            if not follows:
                return tuple(found)
            if follows == token:
                raise StopError("Google's next page is the one before: the list loops. Report it.", source="google")
            token = follows

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield visits, oldest day first."""
        about = await context.api.get(f"{ADMIN}/{_property(context)}")
        read = DayRead(context, stream, cursor, window, RULES, text_at(about, "timeZone"))

        async def fetch(days: Days) -> AsyncIterator[list[Record]]:
            async for answer in _pages(context, days):
                yield records_in(answer, about)

        async for batch in read.batches(fetch):
            yield batch

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return the property's own sums, by the names that records have."""
        del stream
        answer = await _report(context, asked(days_of(window), (), ADDITIVE))
        return Totals(sums=sums_in(answer))


async def _pages(context: Context, days: Days) -> AsyncIterator[JsonValue]:
    offset, before = 0, None
    while True:
        answer = await _report(context, asked(days, DIMENSIONS, METRICS, offset))
        rows = at(answer, "rows")
        if rows and rows == before:
            raise StopError("Google's next page is the one before: the report loops. Report it.", source="google")
        yield answer
        offset, before = offset + PAGE, rows
        # A report that says that it has rows may still hold none.
        if not rows or offset >= int(text_at(answer, "rowCount") or 0):
            return


async def _report(context: Context, body: Record) -> JsonValue:
    return await context.api.post(f"/{_property(context)}:runReport", body)


def _property(context: Context) -> str:
    return "properties/" + re.sub(r"\D", "", context.text("account_id"))


SOURCE = GoogleAnalyticsSource
