"""A fake of the Google Ads API: accounts below a manager, and a small part of its query language."""

import re
from datetime import UTC, date, datetime
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between, runs_on
from tests.connectors.fakes.google import FakeGoogle

CUSTOMER, MANAGER, CLOSED = "4815162342", "9001002003", "7007007007"
CHUNK = 60  # rows of one chunk of a stream
_TEXT_NUMBERS = {"impressions", "clicks", "cost_micros", "view_through_conversions", "engagements", "id"}
_DEVICES = ("MOBILE", "DESKTOP")
_TYPES = ("SEARCH", "PERFORMANCE_MAX", "VIDEO")


class FakeGoogleAds(FakeGoogle):
    """One account in euros below a manager, three campaigns, two devices; one more account is closed."""

    config: ClassVar[dict[str, JsonValue]] = {"account_id": CUSTOMER, "login_customer_id": MANAGER}
    since: ClassVar[datetime] = datetime(2026, 1, 20, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.customer: Record = {
            "customer.id": CUSTOMER,
            "customer.descriptive_name": "Harbour Lamps",
            "customer.currency_code": "EUR",
            "customer.time_zone": "Europe/Athens",
            "customer.status": "ENABLED",
        }
        self.campaigns = [self._campaign(number) for number in range(3)]
        self.days = [
            self._day(day, number, device)
            for day in days_between(self.since.date(), self.now.date())
            for number in range(3)
            if runs_on(day, number)
            for device in _DEVICES
        ]

    def _campaign(self, number: int) -> Record:
        return {
            "campaign.id": str(2100 + number),
            "campaign.name": f"Lamps {number}",
            "campaign.status": ("ENABLED", "PAUSED", "REMOVED")[number],
            "campaign.advertising_channel_type": _TYPES[number],
            "campaign_budget.amount_micros": str((number + 1) * 12_345_678),
            "campaign_budget.period": "CUSTOM_PERIOD" if number == 2 else "DAILY",
        }

    def _day(self, day: date, number: int, device: str) -> Record:
        chance = chance_of("google", day, number, device)
        clicks = chance.randint(3, 90)
        return {
            "segments.date": day.isoformat(),
            "segments.device": device,
            "campaign.id": str(2100 + number),
            "campaign.name": f"Lamps {number}",
            "metrics.impressions": str(clicks * 21),
            "metrics.clicks": str(clicks),
            "metrics.cost_micros": str(clicks * chance.randint(310_001, 989_999)),
            "metrics.conversions": round(clicks / 7, 4),
            "metrics.conversions_value": round(clicks * 3.37, 6),
            "metrics.view_through_conversions": str(clicks % 4),
            "metrics.engagements": str(clicks + 2),
        }

    def answer(self, asked: Asked) -> Told:
        """Serve the list of accounts and searchStream."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        version, _, rest = asked.path.removeprefix("/").partition("/")
        if version != "v26":
            return _failure(400, "INVALID_ARGUMENT", "requestError", "UNSUPPORTED_VERSION")
        if rest == "customers:listAccessibleCustomers" and asked.method == "GET":
            return Told(200, {"resourceNames": [f"customers/{CLOSED}", f"customers/{MANAGER}"]})
        found = re.fullmatch(r"customers/(\d+)/googleAds:searchStream", rest)
        if found is None or asked.method != "POST":
            return Told(404, b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", {"Content-Type": "text/html"})
        return self._search(found[1], asked)

    def _search(self, customer: str, asked: Asked) -> Told:
        login = asked.headers.get("login-customer-id", customer)
        if customer == CLOSED:
            return _failure(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED")
        if customer not in (CUSTOMER, MANAGER) or login != MANAGER:
            return _failure(403, "PERMISSION_DENIED", "authorizationError", "USER_PERMISSION_DENIED")
        query = str(asked.json["query"])
        selected = [one.strip() for one in re.findall(r"SELECT (.*?) FROM", query)[0].split(",")]
        rows = self._rows(query)
        unknown = [name for name in selected if rows and all(name not in row for row in rows)]
        if unknown:
            return _failure(400, "INVALID_ARGUMENT", "queryError", "UNRECOGNIZED_FIELD")
        results = [_nested(row, selected) for row in rows]
        chunks = [results[start : start + CHUNK] for start in range(0, len(results), CHUNK)]
        mask = ",".join(_camel(name) for name in selected)
        return Told(
            200,
            [
                {"results": chunk, "fieldMask": mask, "requestId": f"req-{number}", "queryResourceConsumption": "311"}
                for number, chunk in enumerate(chunks)
            ],
        )

    def _rows(self, query: str) -> list[Record]:
        table = re.findall(r"FROM (\w+)", query)[0]
        if table == "customer_client":
            return self._clients()
        dates = re.search(r"segments\.date BETWEEN '(\S+)' AND '(\S+)'", query)
        if dates is None:
            return [self.customer] if table == "customer" else [one | self.customer for one in self.campaigns]
        rows = [one for one in self.days if dates[1] <= str(one["segments.date"]) <= dates[2]]
        if table == "campaign":
            return rows
        names = ("metrics.impressions", "metrics.clicks", "metrics.cost_micros")
        return [{name: str(sum(int(str(row[name])) for row in rows)) for name in names}] if rows else []

    def _clients(self) -> list[Record]:
        own = {name.replace("customer.", "customer_client."): value for name, value in self.customer.items()}
        manager = own | {"customer_client.id": MANAGER, "customer_client.descriptive_name": "Agency"}
        return [manager | {"customer_client.manager": True}, own | {"customer_client.manager": False}]

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read."""
        if stream == "customers":
            return [{"id": CUSTOMER, "descriptiveName": self.customer["customer.descriptive_name"]}]
        if stream == "campaigns":
            return [
                {"id": one["campaign.id"], "name": one["campaign.name"], "status": one["campaign.status"]}
                for one in self.campaigns
            ]
        return [
            {
                "date": one["segments.date"],
                "campaign_id": one["campaign.id"],
                "device": one["segments.device"],
                "costMicros": one["metrics.cost_micros"],
                "conversions": one["metrics.conversions"],
                "currency": "EUR",
            }
            for one in self.days
        ]

    def change(self, stream: str) -> bool:
        """Change what is newest, and add one."""
        if stream == "customers":
            self.customer["customer.descriptive_name"] = "Harbour Lamps and Lights"
        elif stream == "campaigns":
            self.campaigns[0]["campaign.status"] = "PAUSED"
            self.campaigns.append(self._campaign(0) | {"campaign.id": "2199", "campaign.name": "Lamps again"})
        else:
            old = next(one for one in self.days if one["segments.date"] == "2026-03-05")
            old["metrics.conversions"] = 41.25
            self.days.append(old | {"campaign.id": "2199", "metrics.cost_micros": "990000"})
        return True

    def spoil(self, stream: str) -> bool:
        """Give an amount that is none."""
        if stream != "campaign_days":
            return False
        self.days[3]["metrics.cost_micros"] = "a lot"
        return True


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _nested(row: Record, selected: list[str]) -> Record:
    """Return a row as the API writes it: camel case, resources as objects, empty values left out."""
    found: dict[str, JsonValue] = {}
    for name in selected:
        resource, field = name.split(".")
        part = found.setdefault(_camel(resource), {"resourceName": f"customers/{CUSTOMER}/{_camel(resource)}s/1"})
        assert isinstance(part, dict)
        if row.get(name) is not None:
            part[_camel(field)] = row[name]
    return found


def _failure(code: int, status: str, kind: str, reason: str) -> Told:
    failure = {
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": [{"errorCode": {kind: reason}, "message": "Invented for a test."}],
        "requestId": "hQ3xMadeUpRequest",
    }
    error = {"code": code, "message": "Request failed.", "status": status, "details": [failure]}
    return Told(code, [{"error": error}])
