"""The TikTok Ads source: one advertiser, its campaigns, and their figures by day."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.day_reading import DayRead, DayRules, Days, Record, days_of
from connectors.errors import SourceDownError, StopError
from connectors.http import Params
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, SyncMode, Totals, Window
from connectors.tiktok_ads.answers import SOURCE as VENDOR
from connectors.tiktok_ads.answers import understand_tiktok
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://business-api.tiktok.com"
VERSION = "v1.3"
PAGE = 1000
ASKED_AGAIN = 3  # times a report is read whose rows move while its pages are read
MOST_ADVERTISERS = 100  # of one request

ACCOUNT_FIELDS = ("advertiser_id", "name", "currency", "timezone", "status", "create_time")
CAMPAIGN_FIELDS = (
    "campaign_id",
    "campaign_name",
    "objective_type",
    "operation_status",
    "secondary_status",
    "budget",
    "budget_mode",
    "create_time",
    "modify_time",
)
FIGURES = ("spend", "impressions", "clicks", "conversion", "reach", "video_play_actions", "engagements")
BESIDE = ("campaign_name", "value", "account_name", "currency", "timezone", "settled")
ACCOUNT = Stream(
    "advertisers",
    ("advertiser_id",),
    ("ad_account",),
    mode=SyncMode.FULL,
    reads="The advertiser itself",
    fields=ACCOUNT_FIELDS,
)
CAMPAIGNS = Stream(
    "campaigns",
    ("campaign_id",),
    ("campaign",),
    mode=SyncMode.FULL,
    reads="Campaigns in every state",
    fields=(*CAMPAIGN_FIELDS, "currency"),
)
DAYS = Stream(
    "campaign_days",
    ("stat_time_day", "campaign_id"),
    ("ad_performance_day",),
    lookback=timedelta(days=7),
    window=timedelta(days=30),
    reads="Cost, clicks and conversions of each campaign by day",
    fields=(*FIGURES, *BESIDE),
)
RULES = DayRules(history=timedelta(days=3 * 365))  # step: at most 30 days in one request with days
_OAUTH = OAuth2(
    provider="tiktok",
    authorize_url=f"{ADDRESS}/portal/auth",
    token_url=f"{ADDRESS}/open_api/{VERSION}/oauth2/access_token/",
    pkce=False,
    refreshes=False,
    token_body="json",  # noqa: S106
    client_id_parameter="app_id",
    client_secret_parameter="secret",  # noqa: S106
    code_parameter="auth_code",
    keep_from_token=("advertiser_ids",),
    header="Access-Token",
    value="{access_token}",
)
_TOKEN = ApiKey(
    secrets=(
        Secret("access_token", "Access token", "TikTok for Business developers > My apps > the app > long-term token."),
        Secret(
            "advertiser_ids", "Advertiser numbers", "Of the advertisers that the token covers, with commas between."
        ),
    ),
    header="Access-Token",
    value="{access_token}",
)


class TikTokAdsSettings(BaseModel):
    """What a connection to TikTok Ads chooses."""

    model_config = ConfigDict(extra="forbid")

    value_metric: str = Field(
        default="total_complete_payment_rate",
        pattern=r"^[a-z0-9_]+$",
        title="Value of conversions",
        description="TikTok's metric for the value of conversions. Despite its name the default is the amount paid.",
    )


class TikTokAdsSource:
    """Campaigns of one advertiser on TikTok."""

    id = "tiktok_ads"
    label = "TikTok Ads"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor(
        VENDOR, "TikTok", rates=(Rate(10, 1.0, Share.APP), Rate(600, 60.0, Share.APP)), understand=understand_tiktok
    )
    auths: tuple[Auth, ...] = (_OAUTH, _TOKEN)
    settings: type[BaseModel] = TikTokAdsSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API in its version."""
        del config, credentials
        return f"{ADDRESS}/open_api/{VERSION}"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of an advertiser."""
        del context
        return ACCOUNT, CAMPAIGNS, DAYS

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the advertisers that the token covers: their numbers came with it."""
        numbers = re.findall(r"\d+", (await context.api.secrets()).get("advertiser_ids", ""))
        found: list[Record] = []
        for start in range(0, len(numbers), MOST_ADVERTISERS):
            found += await _advertisers(context, numbers[start : start + MOST_ADVERTISERS])
        return tuple(
            Account(
                text_at(one, "advertiser_id"),
                text_at(one, "name") or text_at(one, "advertiser_id"),
                text_at(one, "currency") or None,
                text_at(one, "timezone") or None,
            )
            for one in found
        )

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the advertiser, its campaigns, or their days."""
        about = next(iter(await _advertisers(context, [context.text("account_id")])), None)
        if about is None:
            raise StopError("TikTok told nothing of the advertiser. Choose it again.", source=VENDOR)
        if stream.name == ACCOUNT.name:
            yield Batch([about], Cursor(), done=True, expected=1)
        elif stream.name == CAMPAIGNS.name:
            asked: Params = {"filtering": '{"secondary_status":"CAMPAIGN_STATUS_ALL"}'}
            async for page, _ in _pages(context, "/campaign/get/", asked):
                records = [{**_fields(one, CAMPAIGN_FIELDS), "currency": about["currency"]} for one in page]
                yield Batch(records, Cursor(), done=False)
            yield Batch([], Cursor(), done=True)
        else:
            read = DayRead(context, stream, cursor, window, RULES, str(about["timezone"] or ""))

            async def fetch(days: Days) -> AsyncIterator[list[Record]]:
                yield [
                    _day(row, about, read, _value(context)) for row in await _report(context, days, ("campaign_id",))
                ]

            async for batch in read.batches(fetch):
                yield batch

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return spend, clicks and impressions of the whole advertiser."""
        if stream.name != DAYS.name:
            return None
        rows = await _report(context, days_of(window), ())
        names = ("impressions", "clicks", "spend")
        return Totals(sums={name: sum(_number(at(row, "metrics", name)) for row in rows) for name in names})


async def _advertisers(context: Context, numbers: list[str]) -> list[Record]:
    asked: Params = {"advertiser_ids": _json(numbers), "fields": _json(ACCOUNT_FIELDS)}
    answer = await context.api.get("/advertiser/info/", asked)
    return [_fields(one, ACCOUNT_FIELDS) for one in records_at(answer, "data", "list")]


async def _report(context: Context, days: Days, dimensions: tuple[str, ...]) -> list[Record]:
    """Return a report's rows, read again where their number moved between two pages: a row may have slipped through."""
    level = "AUCTION_CAMPAIGN" if dimensions else "AUCTION_ADVERTISER"
    figures = (*FIGURES, _value(context)) if dimensions else ("spend", "impressions", "clicks")
    asked: Params = {
        "report_type": "BASIC",
        "data_level": level,
        "dimensions": _json((*(dimensions or ("advertiser_id",)), "stat_time_day")),
        "metrics": _json((*figures, "campaign_name") if dimensions else figures),
        "start_date": days.first.isoformat(),
        "end_date": days.last.isoformat(),
    }
    for _ in range(ASKED_AGAIN):
        rows: list[Record] = []
        counts = set()
        async for page, count in _pages(context, "/report/integrated/get/", asked):
            rows += page
            counts.add(count)
        if len(counts) <= 1:
            return rows
    raise SourceDownError("TikTok's report kept changing while it was read.", source=VENDOR)


async def _pages(context: Context, path: str, asked: Params) -> AsyncIterator[tuple[list[Record], str]]:
    """Yield the pages of a list, each with the number of records that TikTok counts in all."""
    number, before = 1, None
    while True:
        page: Params = {**asked, "advertiser_id": context.text("account_id"), "page": number, "page_size": PAGE}
        data = at(await context.api.get(path, page), "data")
        listed = records_at(data, "list")
        if listed and listed == before:
            raise StopError("TikTok's next page is the one before: the list loops. Report it.", source=VENDOR)
        yield listed, text_at(data, "page_info", "total_number")
        if number >= _number(at(data, "page_info", "total_page")):
            return
        number, before = number + 1, listed


def _day(row: Record, about: Record, read: DayRead, value: str) -> Record:
    """Return a day of a campaign as one flat record: its key, its figures as sent, and the advertiser."""
    figures, day = at(row, "metrics"), text_at(row, "dimensions", "stat_time_day")[:10]
    return {
        "stat_time_day": day,
        "campaign_id": text_at(row, "dimensions", "campaign_id"),
        "campaign_name": text_at(figures, "campaign_name"),
        **_fields(figures, FIGURES),
        "value_metric": value,
        "value": _fields(figures, (value,))[value],
        "account_name": about["name"],
        "currency": about["currency"],
        "timezone": about["timezone"],
        "settled": read.is_settled(day),
    }


def _value(context: Context) -> str:
    return context.text("value_metric") or "total_complete_payment_rate"


def _fields(node: object, names: tuple[str, ...]) -> Record:
    found = node if isinstance(node, dict) else {}
    return {name: found.get(name) for name in names}


def _json(names: object) -> str:
    return orjson.dumps(names).decode()


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


SOURCE = TikTokAdsSource
