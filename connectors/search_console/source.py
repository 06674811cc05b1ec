"""The Search Console source: one site's appearances in Google's searches by day."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel

from connectors.auth import Auth
from connectors.day_reading import DayRead, DayRules, Days, Record
from connectors.errors import StopError
from connectors.google import google_account, service_account, understand_google
from connectors.json_value import JsonValue, records_at, text_at
from connectors.source import Account, Batch, Context, Cursor, NoSettings, Stream, Window
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://www.googleapis.com/webmasters/v3"
SCOPE = "https://www.googleapis.com/auth/webmasters.readonly"
ZONE = "America/Los_Angeles"  # whatever the site, a day is one of California
PAGE = 25_000

KEYS = ("date", "page", "device")
FIGURES = ("clicks", "impressions", "ctr", "position")
SEARCHES = Stream(
    "searches_by_day",
    KEYS,
    ("web_session_day",),
    lookback=timedelta(days=3),
    window=timedelta(days=30),
    reads="Impressions, clicks and position in Google's searches by day, page and device",
    fields=FIGURES,
)
# Sixteen months are kept. Two days pass until figures are final. Asking day by day brings more rows, for those of one
# request are cut off at a number.
RULES = DayRules(history=timedelta(days=480), step=1, delay=2)


class SearchConsoleSource:
    """Searches that led to one site."""

    id = "search_console"
    label = "Google Search Console"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(
        "google",
        "Search Console",
        rates=(Rate(15, 1.0, Share.APP),),
        understand=understand_google,
        ids_within_account=True,
    )
    auths: tuple[Auth, ...] = (google_account(SCOPE), service_account(SCOPE))
    settings: type[BaseModel] = NoSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return ADDRESS

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one list of a site."""
        del context
        return (SEARCHES,)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the sites that the sign-in may read: whole domains or parts of addresses."""
        answer = await context.api.get("/sites")
        return tuple(
            Account(site, site.removeprefix("sc-domain:"), timezone=ZONE)
            for one in records_at(answer, "siteEntry")
            if (site := text_at(one, "siteUrl")) and one.get("permissionLevel") != "siteUnverifiedUser"
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield final figures, oldest day first."""
        read = DayRead(context, stream, cursor, window, RULES, ZONE)

        async def fetch(days: Days) -> AsyncIterator[list[Record]]:
            async for page in _pages(context, days):
                yield [_record(row) for row in page]

        async for batch in read.batches(fetch):
            yield batch


async def _pages(context: Context, days: Days) -> AsyncIterator[list[Record]]:
    path = f"/sites/{quote(context.text('account_id'), safe='')}/searchAnalytics/query"
    start, before = 0, None
    while True:
        asked: Record = {
            "startDate": days.first.isoformat(),
            "endDate": days.last.isoformat(),
            "dimensions": list(KEYS),
            "type": "web",
            "dataState": "final",
            "rowLimit": PAGE,
            "startRow": start,
        }
        rows = records_at(await context.api.post(path, asked), "rows")
        if rows and rows == before:
            raise StopError("Google's next page is the one before: the report loops. Report it.", source="google")
        yield rows
        if len(rows) < PAGE:
            return
        start, before = start + PAGE, rows


def _record(row: Record) -> Record:
    """Return a row as one flat record: its keys by name, its figures as sent."""
    keys = {name: text_at(row, "keys", number) for number, name in enumerate(KEYS)}
    return {**keys, **{name: row.get(name) for name in FIGURES}}


SOURCE = SearchConsoleSource
