"""What is asked of Google Analytics, and its rows as flat records."""

import hashlib

from connectors.day_reading import Days, Record
from connectors.json_value import JsonValue, at, records_at, text_at

PAGE = 100_000  # rows of one answer

DIMENSIONS = (
    "date",
    "sessionSource",
    "sessionMedium",
    "sessionCampaignName",
    "sessionDefaultChannelGroup",
    "landingPage",
    "countryId",
    "deviceCategory",
)
METRICS = (
    "sessions",
    "engagedSessions",
    "totalUsers",
    "newUsers",
    "screenPageViews",
    "userEngagementDuration",
    "keyEvents",
    "transactions",
    "purchaseRevenue",
)
BESIDE = ("currency", "timezone", "sampled", "thresholded", "other_row")
# The property's own sums of these must be those of its rows. Visits and users are estimates, which differ by a little
# for each set of dimensions, so comparing them would always find something.
ADDITIVE = ("screenPageViews", "keyEvents", "transactions", "purchaseRevenue")


def asked(days: Days, dimensions: tuple[str, ...], metrics: tuple[str, ...], offset: int = 0) -> Record:
    """Return the body of a report. Rows come in a fixed order, or pages would overlap."""
    return {
        "dateRanges": [{"startDate": days.first.isoformat(), "endDate": days.last.isoformat()}],
        "dimensions": [{"name": name} for name in dimensions],
        "metrics": [{"name": name} for name in metrics],
        "orderBys": [{"dimension": {"dimensionName": name}} for name in dimensions],
        "limit": PAGE,
        "offset": offset,
        "returnPropertyQuota": True,
    }


def records_in(answer: object, about: object) -> list[Record]:
    """Return the rows of an answer, each with what the answer says of all of them. `rows` is missing without any."""
    metadata = at(answer, "metadata")
    beside: Record = {
        "currency": text_at(metadata, "currencyCode") or text_at(about, "currencyCode"),
        "timezone": text_at(metadata, "timeZone") or text_at(about, "timeZone"),
        "sampled": bool(records_at(metadata, "samplingMetadatas")),
        "thresholded": at(metadata, "subjectToThresholding") is True,
        "other_row": at(metadata, "dataLossFromOtherRow") is True,
    }
    names = [text_at(one, "name") for part in ("dimensionHeaders", "metricHeaders") for one in records_at(answer, part)]
    return [_record(dict(zip(names, _values(row), strict=False)), beside) for row in records_at(answer, "rows")]


def sums_in(answer: object) -> dict[str, float]:
    """Return the figures of a report without dimensions; nothing where the property had no visits."""
    names = [text_at(one, "name") for one in records_at(answer, "metricHeaders")]
    row = next(iter(records_at(answer, "rows")), None)
    figures = [] if row is None else _values(row)
    return {name: float(str(value)) for name, value in zip(names, figures, strict=False)}


def _values(row: Record) -> list[JsonValue]:
    return [one.get("value") for part in ("dimensionValues", "metricValues") for one in records_at(row, part)]


def record_id(row: Record) -> str:
    """Return the key of a row: its day and a digest of its dimensions, some of which may be empty."""
    named = "\x1f".join(text_at(row, name) for name in DIMENSIONS[1:])
    return f"{_iso(text_at(row, 'date'))}-{hashlib.blake2b(named.encode(), digest_size=8).hexdigest()}"


def _record(row: Record, beside: Record) -> Record:
    figures = {name: row.get(name) for name in (*DIMENSIONS, *METRICS)}
    return {"id": record_id(row), **figures, "date": _iso(text_at(row, "date")), **beside}


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
