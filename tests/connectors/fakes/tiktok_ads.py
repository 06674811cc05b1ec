"""A fake of TikTok's Business API: it answers 200 to everything, and a code says what went wrong."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between, runs_on

ADVERTISER, OTHER = "7011223344556677001", "7011223344556677002"
_PAGE = 25  # records of a page, whatever was asked for
_METRICS = {"spend", "impressions", "clicks", "conversion", "reach", "video_play_actions", "engagements"}
_METRICS |= {"campaign_name", "total_complete_payment_rate"}


class FakeTikTok(FakeVendor):
    """An advertiser in yen with three campaigns."""

    vendor: ClassVar[str] = "tiktok"
    config: ClassVar[dict[str, JsonValue]] = {"account_id": ADVERTISER}
    credentials: ClassVar[dict[str, str]] = {
        "access_token": "first-token",
        "advertiser_ids": f"['{ADVERTISER}', '{OTHER}']",
    }
    renewed: ClassVar[dict[str, str]] = {"access_token": "second-token", "advertiser_ids": ADVERTISER}
    since: ClassVar[datetime] = datetime(2026, 1, 20, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.moving = 0  # how many more reads see another number of rows on each page
        self.advertiser: Record = {
            "advertiser_id": ADVERTISER,
            "name": "Paper Kites",
            "currency": "JPY",
            "timezone": "Asia/Tokyo",
            "status": "STATUS_ENABLE",
            "create_time": 1_612_137_600,
        }
        self.campaigns = [self._campaign(number) for number in range(3)]
        self.days = [
            self._day(day, number)
            for day in days_between(self.since.date(), self.now.date() + timedelta(days=1))
            for number in range(3)
            if runs_on(day, number)
        ]

    def _campaign(self, number: int) -> Record:
        return {
            "campaign_id": str(17_900 + number),
            "campaign_name": f"Kites {number}",
            "objective_type": "WEB_CONVERSIONS",
            "operation_status": "ENABLE",
            "secondary_status": ("CAMPAIGN_STATUS_ENABLE", "CAMPAIGN_STATUS_DISABLE", "CAMPAIGN_STATUS_DELETE")[number],
            "budget": (4000.0, 250000.0, 0.0)[number],
            "budget_mode": ("BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL", "BUDGET_MODE_INFINITE")[number],
            "create_time": "2025-10-02 03:04:05",
            "modify_time": "2026-02-01 10:30:00",
        }

    def _day(self, day: date, number: int) -> Record:
        clicks = chance_of("tiktok", day, number).randint(0, 70)
        return {
            "dimensions": {"campaign_id": str(17_900 + number), "stat_time_day": f"{day} 00:00:00"},
            "metrics": {
                "campaign_name": f"Kites {number}",
                "spend": str(clicks * 31) if clicks else "-",
                "impressions": str(clicks * 300),
                "clicks": str(clicks),
                "conversion": str(clicks // 11),
                "reach": str(clicks * 211),
                "video_play_actions": str(clicks * 120),
                "engagements": str(clicks + 4),
                "total_complete_payment_rate": str(clicks // 11 * 980),
            },
        }

    def token_of(self, asked: Asked) -> str:
        """Return the token, which has a header of its own."""
        return asked.headers.get("access-token", "")

    def unauthorised(self) -> Told:
        """Refuse a token."""
        return coded(40105, "Access token is incorrect or has been revoked.")

    def too_many(self) -> Told:
        """Say that there were too many requests."""
        return coded(40100, "Too many requests. Please retry in some time.")

    def down(self) -> Told:
        """Say that the service has a problem."""
        return coded(50000, "System error")

    def answer(self, asked: Asked) -> Told:
        """Serve advertisers, campaigns and reports."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        match asked.path:
            case "/open_api/v1.3/advertiser/info/":
                return self._advertisers(json.loads(asked.one("advertiser_ids")))
            case "/open_api/v1.3/campaign/get/":
                return self._campaigns(asked)
            case "/open_api/v1.3/report/integrated/get/":
                return self._report(asked)
            case _:
                return coded(40002, "Path is wrong.")

    def _advertisers(self, numbers: list[str]) -> Told:
        known = {ADVERTISER: self.advertiser, OTHER: self.advertiser | {"advertiser_id": OTHER, "name": "Paper Boats"}}
        if not set(numbers) <= set(known):
            return coded(40001, "You don't have permission to the advertiser.")
        listed: list[JsonValue] = [known[one] for one in numbers]
        return coded(0, "OK", {"list": listed})

    def _campaigns(self, asked: Asked) -> Told:
        wanted = json.loads(asked.one("filtering", "{}")).get("secondary_status")
        everything = wanted == "CAMPAIGN_STATUS_ALL"
        shown = [one for one in self.campaigns if everything or one["secondary_status"] != "CAMPAIGN_STATUS_DELETE"]
        return self._page(asked, shown)

    def _report(self, asked: Asked) -> Told:
        first, last = date.fromisoformat(asked.one("start_date")), date.fromisoformat(asked.one("end_date"))
        metrics = json.loads(asked.one("metrics"))
        if (last - first).days >= 30 or not set(metrics) <= _METRICS or asked.one("report_type") != "BASIC":
            return coded(40002, "Invalid parameters: at most 30 days with stat_time_day.")
        rows = [one for one in self.days if first <= day_of(one) <= last]
        if asked.one("data_level") == "AUCTION_ADVERTISER":
            return self._page(asked, [_summed(rows, metrics)] if rows else [])
        return self._page(asked, [{**one, "metrics": _some(one, metrics)} for one in rows])

    def _page(self, asked: Asked, records: list[Record]) -> Told:
        number = asked.number("page", 1)
        start = 0 if self.looping else (number - 1) * _PAGE
        total = len(records)
        if self.moving and number > 1:
            self.moving -= 1
            total += 1
        info: Record = {
            "page": number,
            "page_size": _PAGE,
            "total_page": -(-len(records) // _PAGE) + 9 * self.looping,
            "total_number": total,
        }
        listed: list[JsonValue] = [*records[start : start + _PAGE]]
        return coded(0, "OK", {"list": listed, "page_info": info})

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read."""
        if stream == "advertisers":
            return [{"advertiser_id": ADVERTISER, "name": self.advertiser["name"]}]
        if stream == "campaigns":
            return [{"campaign_id": one["campaign_id"], "budget": one["budget"]} for one in self.campaigns]
        return [
            {
                "stat_time_day": day_of(one).isoformat(),
                "campaign_id": campaign_of(one),
                "spend": metrics_of(one)["spend"],
                "currency": "JPY",
            }
            for one in self.days
        ]

    def change(self, stream: str) -> bool:
        """Change what is newest, and add one."""
        if stream == "advertisers":
            self.advertiser["name"] = "Paper Kites Ltd"
        elif stream == "campaigns":
            self.campaigns[0]["budget"] = 4400.0
            self.campaigns.append(self._campaign(0) | {"campaign_id": "17999", "campaign_name": "Kites again"})
        else:
            old = next(one for one in self.days if day_of(one) == date(2026, 3, 26))
            metrics_of(old)["spend"] = "77"
            self.days.append({**old, "dimensions": {"campaign_id": "17999", "stat_time_day": "2026-03-26 00:00:00"}})
        return True

    def spoil(self, stream: str) -> bool:
        """Give an amount that is none."""
        if stream != "campaign_days":
            return False
        metrics_of(self.days[2])["spend"] = "1,5 yen"
        return True


def coded(code: int, message: str, data: Record | None = None) -> Told:
    """Return an envelope; its status is 200 always."""
    return Told(200, {"code": code, "message": message, "request_id": "2026MADEUP0001", "data": data or {}})


def metrics_of(row: Record) -> Record:
    """Return the figures of a row."""
    found = row["metrics"]
    assert isinstance(found, dict)
    return found


def day_of(row: Record) -> date:
    """Return the day of a row."""
    found = row["dimensions"]
    assert isinstance(found, dict)
    return date.fromisoformat(str(found["stat_time_day"])[:10])


def campaign_of(row: Record) -> JsonValue:
    """Return the campaign of a row."""
    found = row["dimensions"]
    assert isinstance(found, dict)
    return found["campaign_id"]


def _some(row: Record, metrics: list[str]) -> Record:
    return {name: value for name, value in metrics_of(row).items() if name in metrics}


def _summed(rows: list[Record], metrics: list[str]) -> Record:
    sums = {name: sum(int(str(metrics_of(one)[name]).replace("-", "0")) for one in rows) for name in metrics}
    return {"dimensions": {"advertiser_id": ADVERTISER}, "metrics": {name: str(value) for name, value in sums.items()}}
