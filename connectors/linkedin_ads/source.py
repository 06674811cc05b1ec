"""The LinkedIn Ads source: one ad account, its campaigns, and their figures by day."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import Auth, OAuth2
from connectors.day_reading import DayRead, DayRules, Days, Record, days_of
from connectors.errors import StopError
from connectors.http import Params
from connectors.json_value import JsonValue, records_at, text_at
from connectors.linkedin_ads.answers import SOURCE as VENDOR
from connectors.linkedin_ads.answers import understand_linkedin
from connectors.linkedin_ads.report import BESIDE, FIGURES, MOST_ROWS, day_record, fields_of, report_address
from connectors.source import Account, Batch, Context, Cursor, Stream, SyncMode, Totals, Window
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://api.linkedin.com/rest"
VERSION = "202610"
PAGE = 100

ACCOUNT_FIELDS = ("id", "name", "currency", "status", "type")
CAMPAIGN_FIELDS = (
    "id",
    "name",
    "status",
    "objectiveType",
    "campaignGroup",
    "dailyBudget",
    "totalBudget",
    "runSchedule",
    "changeAuditStamps",
)
ACCOUNT = Stream(
    "ad_accounts",
    ("id",),
    ("ad_account",),
    mode=SyncMode.FULL,
    reads="The ad account itself",
    fields=ACCOUNT_FIELDS,
)
CAMPAIGNS = Stream(
    "campaigns",
    ("id",),
    ("campaign",),
    mode=SyncMode.FULL,
    reads="Campaigns in every state",
    fields=CAMPAIGN_FIELDS,
)
DAYS = Stream(
    "campaign_days",
    ("date", "campaign_id"),
    ("ad_performance_day",),
    lookback=timedelta(days=7),
    window=timedelta(days=30),
    reads="Cost, clicks and conversions of each campaign by day",
    fields=(*FIGURES, *BESIDE),
)
RULES = DayRules(history=timedelta(days=10 * 365))


class LinkedInAdsSettings(BaseModel):
    """What a connection to LinkedIn Ads knows beside its account."""

    model_config = ConfigDict(extra="forbid")

    api_version: str = Field(
        default=VERSION,
        pattern=r"^20\d{4}$",
        title="API version",
        description="Year and month of LinkedIn's API; each month's version lives for about a year.",
    )


class LinkedInAdsSource:
    """Campaigns of one ad account on LinkedIn."""

    id = "linkedin_ads"
    label = "LinkedIn Ads"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(
        VENDOR,
        "LinkedIn",
        rates=(Rate(5, 1.0, Share.APP),),
        headers={"X-Restli-Protocol-Version": "2.0.0"},
        understand=understand_linkedin,
    )
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="linkedin",
            authorize_url="https://www.linkedin.com/oauth/v2/authorization",
            token_url="https://www.linkedin.com/oauth/v2/accessToken",  # noqa: S106
            scopes=("r_ads", "r_ads_reporting"),
            pkce=False,
        ),
    )
    settings: type[BaseModel] = LinkedInAdsSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API."""
        del config, credentials
        return ADDRESS

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of an ad account."""
        del context
        return ACCOUNT, CAMPAIGNS, DAYS

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the ad accounts in which the person has a role."""
        found = [one async for page in _pages(context, "/adAccounts") for one in page]
        return tuple(
            Account(
                text_at(one, "id"), text_at(one, "name") or text_at(one, "id"), text_at(one, "currency") or None, "UTC"
            )
            for one in found
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the ad account, its campaigns, or their days."""
        number = _account(context)
        if stream.name == CAMPAIGNS.name:
            async for page in _pages(context, f"/adAccounts/{number}/adCampaigns"):
                yield Batch([fields_of(one, CAMPAIGN_FIELDS) for one in page], Cursor(), done=False)
            yield Batch([], Cursor(), done=True)
            return
        about = await context.api.get(f"/adAccounts/{number}", headers=_version(context))
        if stream.name == ACCOUNT.name:
            yield Batch([fields_of(about, ACCOUNT_FIELDS)], Cursor(), done=True, expected=1)
            return
        read = DayRead(context, stream, cursor, window, RULES)

        async def fetch(days: Days) -> AsyncIterator[list[Record]]:
            yield [day_record(row, about, read) for row in await _report(context, days, "CAMPAIGN")]

        async for batch in read.batches(fetch):
            yield batch

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return cost, clicks and impressions of the whole ad account."""
        if stream.name != DAYS.name:
            return None
        rows = await _report(context, days_of(window), "ACCOUNT")
        names = ("impressions", "clicks", "costInLocalCurrency")
        return Totals(sums={name: sum(float(text_at(row, name) or 0) for row in rows) for name in names})


async def _pages(context: Context, path: str) -> AsyncIterator[list[Record]]:
    token: str | None = None
    while True:
        asked: Params = {"q": "search", "pageSize": PAGE, "pageToken": token}
        answer = await context.api.get(path, asked, headers=_version(context))
        yield records_at(answer, "elements")
        follows = text_at(answer, "metadata", "nextPageToken")
        if not follows:
            return
        if follows == token:
            raise StopError("LinkedIn's next page is the one before: the list loops. Report it.", source=VENDOR)
        token = follows


async def _report(context: Context, days: Days, pivot: str) -> list[Record]:
    """Return a report's rows. One that is full may be cut off, so its halves are asked for."""
    address = report_address(_account(context), days, pivot)
    rows = records_at(await context.api.get(address, headers=_version(context)), "elements")
    halves = days.halves()
    if len(rows) < MOST_ROWS or halves is None:
        return rows
    return [row for half in halves for row in await _report(context, half, pivot)]


def _account(context: Context) -> str:
    # The number may come as a name: urn:li:sponsoredAccount:512345678.
    return re.sub(r"\D", "", context.text("account_id"))


def _version(context: Context) -> dict[str, str]:
    return {"LinkedIn-Version": context.text("api_version") or VERSION}


SOURCE = LinkedInAdsSource
