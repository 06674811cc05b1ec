"""The Meta Ads source: one ad account, its campaigns, and their figures by day."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.day_reading import DayRead, DayRules, Days, Record, days_of
from connectors.errors import StopError
from connectors.http import Params
from connectors.json_value import JsonValue, records_at, text_at
from connectors.meta_ads.answers import SOURCE as VENDOR
from connectors.meta_ads.answers import TOO_MUCH, understand_meta
from connectors.meta_ads.records import (
    ACCOUNT_FIELDS,
    ANY_STATUS,
    CAMPAIGN_FIELDS,
    CHOSEN_FIELDS,
    EVERY_STATUS,
    INSIGHT_FIELDS,
    account_record,
    campaign_record,
    insight_record,
)
from connectors.source import Account, Batch, Context, Cursor, Stream, SyncMode, Totals, Window
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://graph.facebook.com"
VERSION = "v26.0"
PAGE = 500

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
    reads="Campaigns, deleted ones too",
    fields=(*CAMPAIGN_FIELDS, "currency"),
)
DAYS = Stream(
    "campaign_days",
    ("date_start", "campaign_id"),
    ("ad_performance_day",),
    lookback=timedelta(days=28),
    window=timedelta(days=30),
    reads="Cost, clicks and conversions of each campaign by day",
    fields=(*INSIGHT_FIELDS, *CHOSEN_FIELDS),
)
RULES = DayRules(history=timedelta(days=1120))  # Meta answers for 37 months

_OAUTH = OAuth2(
    provider="meta",
    authorize_url=f"https://www.facebook.com/{VERSION}/dialog/oauth",
    token_url=f"{ADDRESS}/{VERSION}/oauth/access_token",
    scopes=("ads_read",),
    scope_separator=",",
    pkce=False,
    refreshes=False,
    exchange_grant="fb_exchange_token",  # the token of the code lives for an hour, the other one for 60 days
)
_SYSTEM_USER = ApiKey(
    secrets=(
        Secret(
            "key", "Access token", "Business settings > System users > Generate token, with the permission ads_read."
        ),
    )
)


class MetaAdsSettings(BaseModel):
    """What a connection to Meta Ads chooses."""

    model_config = ConfigDict(extra="forbid")

    conversion_action: str = Field(
        default="omni_purchase",
        pattern=r"^[A-Za-z0-9_.:]+$",
        title="Conversion",
        description="Kind of action that counts as a conversion and brings its value, such as omni_purchase or lead.",
    )
    lead_action: str = Field(
        default="lead",
        pattern=r"^[A-Za-z0-9_.:]+$",
        title="Lead",
        description="Kind of action that counts as a lead.",
    )
    api_version: str = Field(
        default=VERSION,
        pattern=r"^v\d{1,3}\.\d$",
        title="API version",
        description="Version of Meta's API; each lives for about two years.",
    )


class MetaAdsSource:
    """Campaigns of one ad account on Facebook and Instagram."""

    id = "meta_ads"
    label = "Meta Ads"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(VENDOR, "Meta", rates=(Rate(10, 1.0, Share.APP),), understand=understand_meta)
    auths: tuple[Auth, ...] = (_OAUTH, _SYSTEM_USER)
    settings: type[BaseModel] = MetaAdsSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API in its version."""
        del credentials
        return f"{ADDRESS}/{config.get('api_version') or VERSION}"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of an ad account."""
        del context
        return ACCOUNT, CAMPAIGNS, DAYS

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the ad accounts that the person or machine may read."""
        fields: Params = {"fields": ",".join(ACCOUNT_FIELDS)}
        found = [one async for page in _pages(context, "/me/adaccounts", fields) for one in page]
        return tuple(
            Account(
                text_at(one, "account_id"),
                text_at(one, "name") or text_at(one, "account_id"),
                text_at(one, "currency") or None,
                text_at(one, "timezone_name") or None,
            )
            for one in found
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the ad account, its campaigns, or their days."""
        about = account_record(await context.api.get(f"/{_node(context)}", {"fields": ",".join(ACCOUNT_FIELDS)}))
        if stream.name == ACCOUNT.name:
            yield Batch([about], Cursor(), done=True, expected=1)
        elif stream.name == CAMPAIGNS.name:
            asked: Params = {"fields": ",".join(CAMPAIGN_FIELDS), "effective_status": EVERY_STATUS}
            async for page in _pages(context, f"/{_node(context)}/campaigns", asked):
                yield Batch([campaign_record(one, about["currency"]) for one in page], Cursor(), done=False)
            yield Batch([], Cursor(), done=True)
        else:
            zone = str(about["timezone_name"] or "")
            read = DayRead(context, stream, cursor, window, RULES, zone)
            chosen = _chosen(context)

            async def fetch(days: Days) -> AsyncIterator[list[Record]]:
                async for page in _campaign_days(context, days):
                    yield [
                        insight_record(one, chosen, zone, settled=read.is_settled(text_at(one, "date_start")))
                        for one in page
                    ]

            async for batch in read.batches(fetch):
                yield batch

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return spend, clicks and impressions of the whole ad account."""
        if stream.name != DAYS.name:
            return None
        asked = _insights(days_of(window), "account")
        rows = [one async for page in _pages(context, f"/{_node(context)}/insights", asked) for one in page]
        names = ("impressions", "clicks", "spend")
        return Totals(sums={name: sum(float(text_at(row, name) or 0) for row in rows) for name in names})


async def _pages(context: Context, path: str, asked: Params) -> AsyncIterator[list[Record]]:
    """Yield the pages of a list. The link to the next page carries the token, so its cursor is used instead."""
    after: str | None = None
    while True:
        answer = await context.api.get(path, {**asked, "limit": PAGE, "after": after})
        yield records_at(answer, "data")
        if not text_at(answer, "paging", "next"):
            return
        follows = text_at(answer, "paging", "cursors", "after")
        if not follows or follows == after:
            raise StopError("Meta's next page is the one before: the list loops. Report it.", source=VENDOR)
        after = follows


async def _campaign_days(context: Context, days: Days) -> AsyncIterator[list[Record]]:
    """Yield pages of insights; days that are too much for one report are asked for in halves."""
    asked = {**_insights(days, "campaign"), "time_increment": 1, "filtering": ANY_STATUS}
    halves = days.halves()
    try:
        async for page in _pages(context, f"/{_node(context)}/insights", asked):
            yield page
    except StopError as error:
        if halves is None or TOO_MUCH not in str(error):
            raise
        for half in halves:
            async for page in _campaign_days(context, half):
                yield page


def _insights(days: Days, level: str) -> Params:
    fields = INSIGHT_FIELDS if level == "campaign" else ("impressions", "clicks", "spend")
    return {
        "level": level,
        "time_range": f'{{"since":"{days.first}","until":"{days.last}"}}',
        "fields": ",".join(fields),
        "use_unified_attribution_setting": True,
    }


def _chosen(context: Context) -> dict[str, str]:
    return {
        "conversions": context.text("conversion_action") or "omni_purchase",
        "leads": context.text("lead_action") or "lead",
    }


def _node(context: Context) -> str:
    return "act_" + re.sub(r"\D", "", context.text("account_id"))


SOURCE = MetaAdsSource
