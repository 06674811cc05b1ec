"""LinkedIn's reports: how they are asked for, and their rows as flat records."""

from datetime import date
from urllib.parse import quote

from connectors.day_reading import DayRead, Days, Record
from connectors.json_value import at, text_at

MOST_ROWS = 15_000  # of one report; there are no pages, and what is beyond is cut off

FIGURES = (
    "impressions",
    "clicks",
    "landingPageClicks",
    "costInLocalCurrency",
    "externalWebsiteConversions",
    "externalWebsitePostViewConversions",
    "conversionValueInLocalCurrency",
    "oneClickLeads",
    "videoViews",
    "totalEngagements",
)
BESIDE = ("account_name", "currency", "settled")


def report_address(account: str, days: Days, pivot: str) -> str:
    """Return the address of a report by day.

    Brackets, commas and colons are the grammar of these parameters and must not be encoded; colons of a name must be.
    """
    urn = quote(f"urn:li:sponsoredAccount:{account}", safe="")
    return (
        f"/adAnalytics?q=analytics&pivot={pivot}&timeGranularity=DAILY"
        f"&dateRange=(start:{_parts(days.first)},end:{_parts(days.last)})"
        f"&accounts=List({urn})&fields={','.join((*FIGURES, 'dateRange', 'pivotValues'))}"
    )


def day_record(row: Record, about: object, read: DayRead) -> Record:
    """Return a day of a campaign as one flat record: its key, its figures as sent, and the account."""
    year, month, day = (text_at(row, "dateRange", "start", part) for part in ("year", "month", "day"))
    date = f"{year:0>4}-{month:0>2}-{day:0>2}"
    return {
        "date": date,
        "campaign_id": _campaign(row),
        **fields_of(row, FIGURES),
        "account_name": text_at(about, "name"),
        "currency": text_at(about, "currency"),
        "settled": read.is_settled(date),
    }


def fields_of(node: object, names: tuple[str, ...]) -> Record:
    """Return fields by name; LinkedIn leaves out empty ones."""
    found = node if isinstance(node, dict) else {}
    return {name: found.get(name) for name in names}


def _campaign(row: Record) -> str:
    """Return the number of the campaign: a row may name more than one thing."""
    urns = at(row, "pivotValues")
    named = [str(one) for one in urns] if isinstance(urns, list) else []
    found = next((one for one in named if one.startswith("urn:li:sponsoredCampaign:")), "")
    return found.rpartition(":")[2]


def _parts(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"
