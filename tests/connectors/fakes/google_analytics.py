"""A fake of the Google Analytics APIs: properties of accounts, and reports whose rows can move to another source."""

from datetime import UTC, date, datetime
from typing import ClassVar

from connectors import JsonValue
from connectors.google_analytics.report import record_id
from tests.connectors.fake_vendor import Asked, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between
from tests.connectors.fakes.google import FakeGoogle, google_error

PROPERTY, OTHER = "271828182", "271828183"
_CHANNELS = (
    ("google", "organic", "(organic)", "Organic Search", "/help/returns", "GR", "mobile"),
    ("newsletter", "email", "march", "Email", "/products/lamps", "DE", "desktop"),
    ("(direct)", "(none)", "(direct)", "Direct", "", "(not set)", "tablet"),
)
_DIMENSIONS = (
    "sessionSource",
    "sessionMedium",
    "sessionCampaignName",
    "sessionDefaultChannelGroup",
    "landingPage",
    "countryId",
    "deviceCategory",
)
_TYPES = {"userEngagementDuration": "TYPE_SECONDS", "purchaseRevenue": "TYPE_CURRENCY", "keyEvents": "TYPE_FLOAT"}


class FakeAnalytics(FakeGoogle):
    """A property in Athens that counts in euros, with three ways in a day."""

    config: ClassVar[dict[str, JsonValue]] = {"account_id": PROPERTY}
    since: ClassVar[datetime] = datetime(2026, 2, 10, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.most_rows = 250_000
        self.flags: Record = {}
        self.rows = [
            self._row(day, channel) for day in days_between(self.since.date(), self.now.date()) for channel in _CHANNELS
        ]

    def _row(self, day: date, channel: tuple[str, ...]) -> Record:
        sessions = chance_of("ga4", day, channel).randint(4, 400)
        return {
            "date": f"{day:%Y%m%d}",
            **dict(zip(_DIMENSIONS, channel, strict=True)),
            "sessions": str(sessions),
            "engagedSessions": str(sessions // 2),
            "totalUsers": str(sessions - 1),
            "newUsers": str(sessions // 3),
            "screenPageViews": str(sessions * 3),
            "userEngagementDuration": str(sessions * 41),
            "keyEvents": f"{sessions // 9}",
            "transactions": str(sessions // 20),
            "purchaseRevenue": f"{sessions // 20 * 17.995:.6f}".rstrip("0"),
        }

    def answer(self, asked: Asked) -> Told:
        """Serve account summaries, a property, and its reports."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        match asked.path:
            case "/v1beta/accountSummaries":
                return self._summaries(asked)
            case path if path == f"/v1beta/properties/{PROPERTY}" and asked.method == "GET":
                return Told(200, {"name": f"properties/{PROPERTY}", "timeZone": "Europe/Athens", "currencyCode": "EUR"})
            case path if path == f"/v1beta/properties/{PROPERTY}:runReport" and asked.method == "POST":
                return self._report(asked.json)
            case _:
                return google_error(403, "PERMISSION_DENIED", "User does not have sufficient permissions.")

    def _summaries(self, asked: Asked) -> Told:
        """Return one account on each page."""
        number = int(asked.one("pageToken") or 0)
        one = ((PROPERTY, "Harbour Lamps", "Web shop"), (OTHER, "Quayside Soap", "Site"))[number]
        summary: Record = {
            "account": f"accounts/{number}",
            "displayName": one[1],
            "propertySummaries": [{"property": f"properties/{one[0]}", "displayName": one[2]}],
        }
        return Told(200, {"accountSummaries": [summary]} | ({"nextPageToken": "1"} if number == 0 else {}))

    def _report(self, body: Record) -> Told:
        span = body["dateRanges"]
        assert isinstance(span, list)
        assert isinstance(span[0], dict)
        first, last = (str(span[0][name]).replace("-", "") for name in ("startDate", "endDate"))
        rows = [one for one in self.rows if first <= str(one["date"]) <= last]
        dimensions, metrics = _names(body["dimensions"]), _names(body["metrics"])
        if len(dimensions) > 9 or len(metrics) > 10:
            return google_error(400, "INVALID_ARGUMENT", "Too many dimensions or metrics.")
        if not dimensions and rows:
            rows = [{name: str(sum(float(str(one[name])) for one in rows)) for name in metrics}]
        start = 0 if self.looping else int(str(body["offset"]))
        size = min(int(str(body["limit"])), self.most_rows)
        answer: Record = {
            "dimensionHeaders": [{"name": name} for name in dimensions],
            "metricHeaders": [{"name": name, "type": _TYPES.get(name, "TYPE_INTEGER")} for name in metrics],
            "rowCount": 10**9 if self.looping else len(rows),
            "metadata": {"currencyCode": "EUR", "timeZone": "Europe/Athens", **self.flags},
            "kind": "analyticsData#runReport",
        }
        some = [_written(one, dimensions, metrics) for one in rows[start : start + size]]
        return Told(200, answer | ({"rows": some} if some else {}))

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read. Their ids are digests, made from what they hold."""
        return [{"id": record_id(one), "date": iso(one), "sessions": one["sessions"]} for one in self.rows]

    def change(self, stream: str) -> bool:
        """Count a newest row's visits for another source."""
        self.rows[-1] |= {"sessionSource": "partner.example", "sessionMedium": "referral"}
        self.rows[-2]["sessions"] = "999"
        return True

    def spoil(self, stream: str) -> bool:
        """Give a number that is none."""
        self.rows[1]["sessions"] = "many"
        return True


def iso(row: Record) -> str:
    """Return the day of a row as records have it."""
    day = str(row["date"])
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _names(value: JsonValue) -> list[str]:
    assert isinstance(value, list)
    return [str(one["name"]) for one in value if isinstance(one, dict)]


def _written(row: Record, dimensions: list[str], metrics: list[str]) -> Record:
    return {
        "dimensionValues": [{"value": row[name]} for name in dimensions],
        "metricValues": [{"value": row[name]} for name in metrics],
    }
