"""A fake of LinkedIn's advertising API: monthly versions, lists in brackets, cost with noise, quotas of a day."""

import re
from datetime import UTC, date, datetime
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between, runs_on

ACCOUNT = "512345678"
_LIVING = {f"2025{month:02}" for month in (11, 12)} | {f"2026{month:02}" for month in range(1, 12)}
_PAGE = 2  # campaigns of a page, whatever was asked for
_DATES = re.compile(r"\(start:\(year:(\d+),month:(\d+),day:(\d+)\),end:\(year:(\d+),month:(\d+),day:(\d+)\)\)")


class FakeLinkedIn(FakeVendor):
    """An account in dollars with three campaigns."""

    vendor: ClassVar[str] = "linkedin"
    prefix: ClassVar[str] = "/linkedin"
    config: ClassVar[dict[str, JsonValue]] = {"account_id": ACCOUNT}
    since: ClassVar[datetime] = datetime(2026, 1, 20, tzinfo=UTC)
    most_rows: int = 15_000

    def __init__(self) -> None:
        super().__init__()
        self.account: Record = {
            "id": int(ACCOUNT),
            "name": "Beacon Tools",
            "currency": "USD",
            "status": "ACTIVE",
            "type": "BUSINESS",
        }
        self.campaigns = [self._campaign(number) for number in range(3)]
        self.days = [
            self._day(day, number)
            for day in days_between(self.since.date(), self.now.date())
            for number in range(3)
            if runs_on(day, number)
        ]

    def _campaign(self, number: int) -> Record:
        total: Record = {"totalBudget": {"amount": "1500.5", "currencyCode": "USD"}} if number == 1 else {}
        return {
            "id": 88_100 + number,
            "name": f"Tools {number}",
            "status": ("ACTIVE", "PAUSED", "ARCHIVED")[number],
            "objectiveType": "LEAD_GENERATION",
            "account": f"urn:li:sponsoredAccount:{ACCOUNT}",
            "campaignGroup": "urn:li:sponsoredCampaignGroup:701",
            "dailyBudget": {"amount": "35.00", "currencyCode": "USD"},
            "runSchedule": {"start": 1_762_128_000_000},
            "changeAuditStamps": {"lastModified": {"time": 1_769_941_800_000}},
            **total,
        }

    def _day(self, day: date, number: int) -> Record:
        clicks = chance_of("linkedin", day, number).randint(1, 60)
        start: Record = {"year": day.year, "month": day.month, "day": day.day}
        return {
            "dateRange": {"start": start, "end": dict(start)},
            "pivotValues": ["urn:li:sponsoredCampaignGroup:701", f"urn:li:sponsoredCampaign:{88_100 + number}"],
            "impressions": clicks * 110,
            "clicks": clicks,
            "landingPageClicks": clicks - 1,
            "costInLocalCurrency": f"{clicks * 4.13:.2f}00000000000335346",
            "externalWebsiteConversions": clicks // 8,
            "externalWebsitePostViewConversions": clicks // 20,
            "conversionValueInLocalCurrency": f"{clicks // 8 * 19.9}",
            "oneClickLeads": clicks // 12,
            "videoViews": 0,
            "totalEngagements": clicks + 3,
        }

    def unauthorised(self) -> Told:
        """Refuse a token."""
        return linkedin_error(401, "EXPIRED_ACCESS_TOKEN", 65602)

    def too_many(self) -> Told:
        """Say that the quota is used up."""
        return linkedin_error(429, "TOO_MANY_REQUESTS", 101)

    def answer(self, asked: Asked) -> Told:
        """Serve accounts, campaigns and reports."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        version = asked.headers.get("linkedin-version")
        if version not in _LIVING or asked.headers.get("x-restli-protocol-version") != "2.0.0":
            return linkedin_error(426, "NONEXISTENT_VERSION", None)
        match asked.path.split("/")[1:]:
            case ["rest", "adAccounts"] if asked.one("q") == "search":
                return self._page(asked, [self.account])
            case ["rest", "adAccounts", number] if number == ACCOUNT:
                return Told(200, self.account)
            case ["rest", "adAccounts", number, "adCampaigns"] if number == ACCOUNT:
                return self._page(asked, self.campaigns)
            case ["rest", "adAnalytics"] if asked.one("accounts") == f"List(urn:li:sponsoredAccount:{ACCOUNT})":
                return self._report(asked)
            case _:
                return linkedin_error(403, "ACCESS_DENIED", 100)

    def _page(self, asked: Asked, records: list[Record]) -> Told:
        start = int(asked.one("pageToken", "p0").removeprefix("p"))
        follows = start + _PAGE
        metadata: Record = {}
        if follows < len(records):
            metadata["nextPageToken"] = f"p{start if self.looping and start else follows}"
        if self.looping:
            metadata["nextPageToken"] = "p0"
        return Told(200, {"elements": records[start:follows], "metadata": metadata})

    def _report(self, asked: Asked) -> Told:
        found = _DATES.fullmatch(asked.one("dateRange"))
        fields = asked.one("fields").split(",")
        if found is None or len(fields) > 22:
            return linkedin_error(400, "ILLEGAL_ARGUMENT", None)
        year, month, day, *end = (int(one) for one in found.groups())
        first, last = date(year, month, day), date(end[0], end[1], end[2])
        rows = [one for one in self.days if first <= day_of(one) <= last]
        if asked.one("pivot") == "ACCOUNT":
            rows = [{**one, "pivotValues": [f"urn:li:sponsoredAccount:{ACCOUNT}"]} for one in rows]
        elements = [{name: row[name] for name in fields if name in row} for row in rows][: self.most_rows]
        return Told(200, {"paging": {"start": 0, "count": 10, "links": []}, "elements": elements})

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read."""
        if stream == "ad_accounts":
            return [{"id": int(ACCOUNT), "name": self.account["name"]}]
        if stream == "campaigns":
            return [{"id": one["id"], "status": one["status"]} for one in self.campaigns]
        return [
            {
                "date": day_of(one).isoformat(),
                "campaign_id": campaign_of(one),
                "costInLocalCurrency": one["costInLocalCurrency"],
                "clicks": one["clicks"],
            }
            for one in self.days
        ]

    def change(self, stream: str) -> bool:
        """Change what is newest, and add one."""
        if stream == "ad_accounts":
            self.account["name"] = "Beacon Tools International"
        elif stream == "campaigns":
            self.campaigns[0]["status"] = "PAUSED"
            self.campaigns.append(self._campaign(0) | {"id": 88_199, "name": "Tools again"})
        else:
            old = next(one for one in self.days if day_of(one) == date(2026, 3, 25))
            old["externalWebsiteConversions"] = 55
            self.days.append(old | {"pivotValues": ["urn:li:sponsoredCampaign:88199"]})
        return True

    def spoil(self, stream: str) -> bool:
        """Give an amount that is none."""
        if stream != "campaign_days":
            return False
        self.days[2]["costInLocalCurrency"] = "NaN?"
        return True


def day_of(row: Record) -> date:
    """Return the day of a row."""
    span = row["dateRange"]
    assert isinstance(span, dict)
    start = span["start"]
    assert isinstance(start, dict)
    return date(int(str(start["year"])), int(str(start["month"])), int(str(start["day"])))


def campaign_of(row: Record) -> str:
    """Return the campaign of a row, which is named last."""
    urns = row["pivotValues"]
    assert isinstance(urns, list)
    return str(urns[-1]).rpartition(":")[2]


def linkedin_error(status: int, code: str, service: int | None) -> Told:
    """Return an error as LinkedIn writes it."""
    body: Record = {"status": status, "code": code, "message": "Invented for a test."}
    return Told(status, body | ({"serviceErrorCode": service} if service else {}), {"X-LI-UUID": "AAYmadeup=="})
