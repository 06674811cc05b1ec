"""A fake of the Search Console API: sites, and searches by day, page and device that end where the final days end."""

from datetime import UTC, date, datetime
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between
from tests.connectors.fakes.google import FakeGoogle, google_error

SITE, PREFIX = "sc-domain:lamps.example", "https://shop.lamps.example/"
FINAL = date(2026, 3, 28)  # two days before the present day in California
_PAGES = ("https://lamps.example/help/returns", "https://lamps.example/products/a", "https://lamps.example/")


class FakeSearchConsole(FakeGoogle):
    """A domain with three pages and two devices."""

    config: ClassVar[dict[str, JsonValue]] = {"account_id": SITE}
    since: ClassVar[datetime] = datetime(2026, 2, 20, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.most_rows = 25_000
        self.rows = [
            self._row(day, page, device)
            for day in days_between(self.since.date(), FINAL)
            for page in _PAGES
            for device in ("DESKTOP", "MOBILE")
        ]

    def _row(self, day: date, page: str, device: str) -> Record:
        shown = chance_of("search", day, page, device).randint(5, 900)
        clicks = shown // 13
        return {
            "keys": [day.isoformat(), page, device],
            "clicks": clicks,
            "impressions": shown,
            "ctr": clicks / shown,
            "position": 1 + (shown % 50) / 7,
        }

    def answer(self, asked: Asked) -> Told:
        """Serve sites and their searches."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if asked.path == "/webmasters/v3/sites":
            sites = [(SITE, "siteOwner"), (PREFIX, "siteFullUser"), ("https://other.example/", "siteUnverifiedUser")]
            return Told(200, {"siteEntry": [{"siteUrl": site, "permissionLevel": level} for site, level in sites]})
        if asked.path == f"/webmasters/v3/sites/{SITE}/searchAnalytics/query" and asked.method == "POST":
            return self._query(asked.json)
        if asked.path == f"/webmasters/v3/sites/{PREFIX}/searchAnalytics/query":
            return Told(200, {"responseAggregationType": "byPage"})
        return google_error(403, "PERMISSION_DENIED", "User does not have sufficient permission for site.")

    def _query(self, body: Record) -> Told:
        if body["dimensions"] != ["date", "page", "device"] or body["dataState"] != "final":
            return google_error(400, "INVALID_ARGUMENT", "Invalid dimensions.")
        span = str(body["startDate"]), str(body["endDate"])
        rows = [one for one in self.rows if span[0] <= day_of(one) <= span[1]]
        start = 0 if self.looping else int(str(body["startRow"]))
        some = rows[start : start + min(int(str(body["rowLimit"])), self.most_rows)]
        return Told(200, {"responseAggregationType": "byPage"} | ({"rows": some} if some else {}))

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read."""
        return [
            {
                **dict(zip(("date", "page", "device"), keys_of(one), strict=True)),
                "clicks": one["clicks"],
                "position": one["position"],
            }
            for one in self.rows
        ]

    def change(self, stream: str) -> bool:
        """Change what is newest, and add one."""
        self.rows[-1]["clicks"] = 41
        self.rows.append({**self.rows[-1], "keys": [FINAL.isoformat(), "https://lamps.example/blog/new", "MOBILE"]})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a number that is none."""
        self.rows[1]["impressions"] = "lots"
        return True


def keys_of(row: Record) -> list[JsonValue]:
    """Return the keys of a row."""
    found = row["keys"]
    assert isinstance(found, list)
    return found


def day_of(row: Record) -> str:
    """Return the day of a row."""
    return str(keys_of(row)[0])
