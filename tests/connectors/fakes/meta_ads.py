"""A fake of Meta's Marketing API: one ad account, its campaigns, and insights with overlapping actions."""

import json
from datetime import UTC, date, datetime
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.figures import chance_of, days_between, runs_on

ACCOUNT, OTHER = "318005551212", "318005550000"
_STATUSES = ("ACTIVE", "PAUSED", "DELETED")
_EVERY = {"ACTIVE", "PAUSED", "ARCHIVED", "DELETED", "IN_PROCESS", "WITH_ISSUES"}
_MOST = 40  # records of a page, whatever was asked for


class FakeMeta(FakeVendor):
    """An account in Hungarian forints: budgets are counted in whole forints, spend has decimals."""

    vendor: ClassVar[str] = "meta"
    config: ClassVar[dict[str, JsonValue]] = {"account_id": ACCOUNT}
    since: ClassVar[datetime] = datetime(2026, 1, 20, tzinfo=UTC)

    def __init__(self) -> None:
        super().__init__()
        self.most_days = 99  # of one report
        self.account: Record = {
            "id": f"act_{ACCOUNT}",
            "account_id": ACCOUNT,
            "name": "Quayside Soap",
            "currency": "HUF",
            "timezone_name": "Europe/Budapest",
            "account_status": 1,
            "created_time": "2021-05-04T09:00:00+0200",
        }
        self.campaigns = [self._campaign(number) for number in range(3)]
        self.days = [
            self._day(day, number)
            for day in days_between(self.since.date(), self.now.date())
            for number in range(3)
            if runs_on(day, number)
        ]

    def _campaign(self, number: int) -> Record:
        budget: Record = {"lifetime_budget": "900000"} if number == 1 else {"daily_budget": str(15_000 + number)}
        return {
            "id": str(120_330 + number),
            "name": f"Soap {number}",
            "objective": "OUTCOME_SALES",
            "status": "PAUSED" if number == 1 else "ACTIVE",
            "effective_status": _STATUSES[number],
            "start_time": "2025-11-03T08:00:00+0100",
            "updated_time": "2026-02-01T10:30:00+0100",
            **budget,
        }

    def _day(self, day: date, number: int) -> Record:
        clicks = chance_of("meta", day, number).randint(2, 80)
        bought = clicks // 9
        kinds = ("omni_purchase", "purchase") if bought else ()  # the same sales under two names
        sales: list[JsonValue] = [{"action_type": kind, "value": str(bought)} for kind in kinds]
        values: list[JsonValue] = [{"action_type": kind, "value": f"{bought * 4100.5:.2f}"} for kind in kinds]
        others: list[JsonValue] = [{"action_type": "lead", "value": "2"}, {"action_type": "link_click", "value": "9"}]
        return {
            "date_start": day.isoformat(),
            "date_stop": day.isoformat(),
            "campaign_id": str(120_330 + number),
            "campaign_name": f"Soap {number}",
            "account_name": "Quayside Soap",
            "account_currency": "HUF",
            "objective": "OUTCOME_SALES",
            "attribution_setting": "7d_click_1d_view",
            "impressions": str(clicks * 40),
            "reach": str(clicks * 31),
            "clicks": str(clicks),
            "inline_link_clicks": str(clicks - 1),
            "spend": f"{clicks * 57.33:.2f}",
            "actions": [*sales, *others],
            "action_values": values,
        }

    def unauthorised(self) -> Told:
        """Refuse a token."""
        return meta_error(400, 190, "Error validating access token: Session has expired.", subcode=463)

    def too_many(self) -> Told:
        """Say that a limit is reached."""
        return meta_error(400, 80000, "There have been too many calls from this ad-account.", subcode=2446079)

    def down(self) -> Told:
        """Say that there is a passing trouble."""
        return meta_error(500, 2, "An unexpected error has occurred. Please retry your request later.", transient=True)

    def answer(self, asked: Asked) -> Told:
        """Serve accounts, campaigns and insights."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        version, _, rest = asked.path.removeprefix("/").partition("/")
        if version != "v26.0":
            return meta_error(400, 2635, "You are calling a deprecated version of the Ads API.")
        match rest.split("/"):
            case ["me", "adaccounts"]:
                other = self.account | {"account_id": OTHER, "id": f"act_{OTHER}", "name": "Quayside Candles"}
                return self._page(asked, [self.account, other])
            case [node] if node == f"act_{ACCOUNT}":
                return Told(200, _chosen(self.account, asked))
            case [node, "campaigns"] if node == f"act_{ACCOUNT}":
                wanted = set(json.loads(asked.one("effective_status", '["ACTIVE", "PAUSED"]')))
                return self._page(asked, [one for one in self.campaigns if one["effective_status"] in wanted])
            case [node, "insights"] if node == f"act_{ACCOUNT}":
                return self._insights(asked)
            case _:
                return meta_error(400, 100, "Unsupported get request. Object does not exist.", subcode=33)

    def _insights(self, asked: Asked) -> Told:
        span = json.loads(asked.one("time_range"))
        rows = [one for one in self.days if span["since"] <= str(one["date_start"]) <= span["until"]]
        if asked.one("level") == "account":
            sums: Record = {name: str(sum(int(str(one[name])) for one in rows)) for name in ("impressions", "clicks")}
            spent = f"{sum(float(str(one['spend'])) for one in rows):.2f}"
            return self._page(asked, [{**sums, "spend": spent}] if rows else [])
        if asked.one("time_increment") != "1" or asked.one("level") != "campaign":
            return meta_error(400, 100, "Invalid parameter")
        if (date.fromisoformat(span["until"]) - date.fromisoformat(span["since"])).days >= self.most_days:
            return meta_error(500, 1, "Please reduce the amount of data you're asking for, then retry your request")
        shown = _filtered(asked.one("filtering"))
        states = {one["id"]: one["effective_status"] for one in self.campaigns}
        return self._page(asked, [one for one in rows if states.get(one["campaign_id"], "ACTIVE") in shown])

    def _page(self, asked: Asked, records: list[Record]) -> Told:
        """Return a page; the link to the next one carries the token, as Meta's do."""
        size, start = min(asked.number("limit", 25), _MOST), asked.number("after")
        some = [_chosen(one, asked) for one in records[start : start + size]]
        after = str(start if self.looping else start + size)
        paging: Record = {"cursors": {"before": str(start), "after": after}}
        if start + size < len(records):
            paging["next"] = f"{self.address}{asked.path}?access_token={asked.token}&after={after}"
        return Told(200, {"data": some, "paging": paging}, {"X-App-Usage": '{"call_count":11,"total_time":4}'})

    def truth(self, stream: str) -> list[Record]:
        """Return the records of a complete read."""
        if stream == "ad_accounts":
            return [{"id": ACCOUNT, "name": self.account["name"], "timezone_name": "Europe/Budapest"}]
        if stream == "campaigns":
            return [{"id": one["id"], "effective_status": one["effective_status"]} for one in self.campaigns]
        return [
            {name: one[name] for name in ("date_start", "campaign_id", "spend", "impressions", "actions")}
            for one in self.days
        ]

    def change(self, stream: str) -> bool:
        """Change what is newest, and add one."""
        if stream == "ad_accounts":
            self.account["name"] = "Quayside Soap and Sons"
        elif stream == "campaigns":
            self.campaigns[0]["effective_status"] = "ARCHIVED"
            self.campaigns.append(self._campaign(0) | {"id": "120999", "name": "Soap again"})
        else:
            old = next(one for one in self.days if one["date_start"] == "2026-03-06")
            old["spend"] = "99.99"
            self.days.append(old | {"campaign_id": "120999"})
        return True

    def spoil(self, stream: str) -> bool:
        """Give an amount that is none."""
        if stream != "campaign_days":
            return False
        self.days[2]["spend"] = "much"
        return True


def meta_error(status: int, code: int, message: str, *, subcode: int | None = None, transient: bool = False) -> Told:
    """Return an error as Meta writes it."""
    error: Record = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Axy3MadeUpTrace"}
    error |= {"error_subcode": subcode} if subcode is not None else {}
    return Told(status, {"error": error | ({"is_transient": True} if transient else {})})


def _chosen(record: Record, asked: Asked) -> Record:
    """Return the fields that were asked for; empty ones are left out."""
    named = [*asked.one("fields").split(","), "id", "date_start", "date_stop"]
    return {name: value for name, value in record.items() if name in named and value not in (None, [])}


def _filtered(filtering: str) -> set[str]:
    for one in json.loads(filtering) if filtering else []:
        if one["field"] == "campaign.effective_status" and one["operator"] == "IN":
            return set(one["value"]) & _EVERY
    return {"ACTIVE", "PAUSED"}
