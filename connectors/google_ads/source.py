"""The Google Ads source: one customer account, its campaigns, and their figures by day and device."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import Auth
from connectors.day_reading import DayRead, DayRules, Days, Record, days_of
from connectors.errors import MissingScopeError, StopError
from connectors.google import google_account, understand_google
from connectors.google_ads.queries import ACCOUNTS, CAMPAIGNS, CUSTOMER, account_totals, campaign_days
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, SyncMode, Totals, Window
from connectors.vendor import Rate, Share, Vendor

ADDRESS = "https://googleads.googleapis.com"
VERSION = "v26"

ACCOUNT_FIELDS = ("id", "descriptiveName", "currencyCode", "timeZone", "status")
CAMPAIGN_FIELDS = ("id", "name", "status", "advertisingChannelType")
FIGURES = (
    "impressions",
    "clicks",
    "costMicros",
    "conversions",
    "conversionsValue",
    "viewThroughConversions",
    "engagements",
)
BESIDE = ("campaign_name", "account_name", "currency", "timezone", "settled")
ACCOUNT = Stream(
    "customers",
    ("id",),
    ("ad_account",),
    mode=SyncMode.FULL,
    reads="The advertising account itself",
    fields=ACCOUNT_FIELDS,
)
CAMPAIGN_LIST = Stream(
    "campaigns",
    ("id",),
    ("campaign",),
    mode=SyncMode.FULL,
    reads="Campaigns, removed ones too",
    fields=(*CAMPAIGN_FIELDS, "amountMicros", "period", "currency"),
)
DAYS = Stream(
    "campaign_days",
    ("date", "campaign_id", "device"),
    ("ad_performance_day",),
    lookback=timedelta(days=30),
    window=timedelta(days=30),
    reads="Cost, clicks and conversions of each campaign by day and device",
    fields=(*FIGURES, *BESIDE),
)
RULES = DayRules(history=timedelta(days=11 * 365))  # Google keeps figures by day for eleven years


class GoogleAdsSettings(BaseModel):
    """What a connection to Google Ads knows beside its account."""

    model_config = ConfigDict(extra="forbid")

    login_customer_id: str = Field(
        default="",
        pattern=r"^\d*$",
        title="Manager account",
        description="Digits of the manager account through which the account is reached; empty for direct access.",
    )
    api_version: str = Field(
        default=VERSION,
        pattern=r"^v\d{1,3}$",
        title="API version",
        description="Version of the Google Ads API; each lives for about a year.",
    )


class GoogleAdsSource:
    """Campaigns of one Google Ads account."""

    id = "google_ads"
    label = "Google Ads"
    staging = Path(__file__).parent / "staging"
    vendor = Vendor("google", "Google Ads", rates=(Rate(10, 1.0, Share.APP),), understand=understand_google)
    auths: tuple[Auth, ...] = (google_account("https://www.googleapis.com/auth/adwords"),)
    settings: type[BaseModel] = GoogleAdsSettings

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API in its version."""
        del credentials
        return f"{ADDRESS}/{config.get('api_version') or VERSION}"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of an account."""
        del context
        return ACCOUNT, CAMPAIGN_LIST, DAYS

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the accounts that have campaigns, those below managers too."""
        listed = await context.api.get("/customers:listAccessibleCustomers")
        found: dict[str, Account] = {}
        for name in _texts(at(listed, "resourceNames")):
            root = name.removeprefix("customers/")
            try:
                below = await _search(context, root, ACCOUNTS, login=root)
            except (MissingScopeError, StopError):
                continue  # one account that is closed must not hide the others
            for row in below:
                account = _account_of(row, root)
                # Direct access is better than access through a manager, which may end.
                if account is not None and (account.id not in found or account.id == root):
                    found[account.id] = account
        return tuple(found.values())

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the account, its campaigns, or their days."""
        if stream.name != DAYS.name:
            rows = await _search(context, _customer(context), CUSTOMER if stream == ACCOUNT else CAMPAIGNS)
            yield Batch([_node(row, stream) for row in rows], Cursor(), done=True, expected=len(rows))
            return
        about = await _about(context)
        read = DayRead(context, stream, cursor, window, RULES, text_at(about, "timeZone"))

        async def fetch(days: Days) -> AsyncIterator[list[Record]]:
            rows = await _search(context, _customer(context), campaign_days(days))
            yield [_day(row, about, read) for row in rows]

        async for batch in read.batches(fetch):
            yield batch

    async def totals(self, context: Context, stream: Stream, window: Window) -> Totals | None:
        """Return cost, clicks and impressions of the whole account, by the names that records have."""
        if stream.name != DAYS.name:
            return None
        rows = await _search(context, _customer(context), account_totals(days_of(window)))
        names = ("impressions", "clicks", "costMicros")
        return Totals(sums={name: sum(float(text_at(row, "metrics", name) or 0) for row in rows) for name in names})


async def _search(context: Context, customer: str, query: str, login: str = "") -> list[Record]:
    """Return the rows of a query. The answer is a list of chunks, each with some of the rows."""
    manager = login or context.text("login_customer_id")
    chunks = await context.api.post(
        f"/customers/{customer}/googleAds:searchStream",
        {"query": " ".join(query.split())},
        headers={"login-customer-id": manager} if manager else None,
    )
    return [row for chunk in (chunks if isinstance(chunks, list) else []) for row in records_at(chunk, "results")]


async def _about(context: Context) -> Record:
    rows = await _search(context, _customer(context), CUSTOMER)
    found = at(rows, 0, "customer")
    if not isinstance(found, dict):
        raise StopError("Google Ads told nothing of the account. Choose it again.", source="google")
    return found


def _customer(context: Context) -> str:
    # People write the number with hyphens; the API wants digits.
    return re.sub(r"\D", "", context.text("account_id"))


def _account_of(row: Record, root: str) -> Account | None:
    client = at(row, "customerClient")
    if not isinstance(client, dict) or client.get("manager"):
        return None
    number = text_at(client, "id")
    return Account(
        number,
        text_at(client, "descriptiveName") or number,
        text_at(client, "currencyCode") or None,
        text_at(client, "timeZone") or None,
        {"login_customer_id": root} if root != number else {},
    )


def _node(row: Record, stream: Stream) -> Record:
    """Return the account or a campaign as sent; every field is there, since Google leaves out empty ones."""
    if stream == ACCOUNT:
        return _fields(at(row, "customer"), ACCOUNT_FIELDS)
    budget = _fields(at(row, "campaignBudget"), ("amountMicros", "period"))
    return {
        **_fields(at(row, "campaign"), CAMPAIGN_FIELDS),
        **budget,
        "currency": text_at(row, "customer", "currencyCode"),
    }


def _day(row: Record, about: Record, read: DayRead) -> Record:
    """Return a day of a campaign as one flat record: its key, its figures as sent, and the account."""
    date = text_at(row, "segments", "date")
    return {
        "date": date,
        "campaign_id": text_at(row, "campaign", "id"),
        "device": text_at(row, "segments", "device"),
        "campaign_name": text_at(row, "campaign", "name"),
        **_fields(at(row, "metrics"), FIGURES),
        "account_name": about.get("descriptiveName"),
        "currency": about.get("currencyCode"),
        "timezone": about.get("timeZone"),
        "settled": read.is_settled(date),
    }


def _fields(node: object, names: Sequence[str]) -> Record:
    found = node if isinstance(node, dict) else {}
    return {name: found.get(name) for name in names}


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


SOURCE = GoogleAdsSource
