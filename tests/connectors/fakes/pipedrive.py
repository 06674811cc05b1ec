"""A company at Pipedrive: lists of version 2 by cursor, archived and deleted deals, users of version 1."""

import base64
import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import text_at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

_START = datetime(2025, 12, 1, 8, tzinfo=UTC)
_PAGE = 40  # smaller than what may be asked for, so that a small company has pages
_STATUSES = ("open", "won", "lost", "open")


def stamp(moment: datetime) -> str:
    """Return a moment as version 2 writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(number: int, hours: float = 0) -> str:
    return stamp(_START + timedelta(hours=9 * number + hours))


def organization(number: int) -> Record:
    """Return an organisation. Half of them were imported at once and have one and the same time."""
    return {
        "id": number,
        "name": f"Company {number}",
        "owner_id": 1 + number % 3,
        "website": f"https://www.company{number}.example/" if number % 2 else None,
        "employee_count": 10 * number,
        "address": {"value": "Volos, Greece", "country": "Greece", "locality": "Volos", "admin_area_level_1": None},
        "add_time": _moment(number),
        "update_time": _moment(1) if number < 50 else _moment(number, 1),
        "is_deleted": False,
    }


def person(number: int) -> Record:
    """Return a person with two addresses, the second one primary."""
    return {
        "id": number,
        "name": f"Person {number}",
        "org_id": 1 + number % 99,
        "emails": [
            {"value": f"old{number}@example.org", "primary": False, "label": "home"},
            {"value": f"Person{number}@company.example", "primary": True, "label": "work"},
        ],
        "job_title": "Buyer",
        "marketing_status": ("subscribed", "unsubscribed", None)[number % 3],
        "add_time": _moment(number),
        "update_time": _moment(number, 1),
        "is_deleted": False,
    }


def deal(number: int) -> Record:
    """Return a deal: open, won or lost by its number; every eleventh is archived."""
    status = _STATUSES[number % 4]
    return {
        "id": number,
        "title": f"Deal {number}",
        "value": 12000000.5 if number == 9 else 100.25 * number,
        "currency": ("EUR", "JPY", "KWD")[number % 3],
        "status": status,
        "probability": 35 if number % 8 == 0 else None,
        "stage_id": 11 + number % 2,
        "pipeline_id": 1,
        "org_id": 1 + number % 99,
        "person_id": 1 + number % 99,
        "owner_id": 1 + number % 3,
        "add_time": _moment(number),
        "update_time": _moment(number, 30),
        "won_time": _moment(number, 20) if status == "won" else None,
        "lost_time": _moment(number, 20) if status == "lost" else None,
        "close_time": _moment(number, 20) if status != "open" else None,
        "expected_close_date": "2026-02-20",
        "lost_reason": "Price" if status == "lost" else None,
        "is_deleted": False,
        "is_archived": number % 11 == 0,
        "custom_fields": {"d4de1c1518b4531717c676029a45911c340390a6": {"value": 2, "currency": "EUR"}},
    }


MAKERS: dict[str, tuple[Callable[[int], Record], int]] = {
    "organizations": (organization, 99),
    "persons": (person, 120),
    "deals": (deal, 130),
}


class FakePipedrive(FakeVendor):
    """Company 815, acme.pipedrive.com."""

    vendor: ClassVar[str] = "pipedrive"
    credentials: ClassVar[dict[str, str]] = {"access_token": "v1-first", "api_domain": "https://acme.pipedrive.com"}
    renewed: ClassVar[dict[str, str]] = {"access_token": "v1-second", "api_domain": "https://acme.pipedrive.com"}
    api_token: ClassVar[str] = "personal-token"

    def __init__(self) -> None:
        super().__init__()
        self.refusal: Told | None = None  # in the place of every answer
        self.ends_at = True  # an older version of the API does not know updated_until
        self.users: list[Record] = [
            {
                "id": number,
                "name": f"User {number}",
                "email": f"User{number}@agency.example",
                "active_flag": number != 3,
                "created": "2025-11-01 09:00:00",
                "modified": f"2025-12-0{number} 10:00:00",
            }
            for number in (1, 2, 3)
        ]
        self.records: dict[str, dict[int, Record]] = {
            name: {number: make(number) for number in range(1, count + 1)} for name, (make, count) in MAKERS.items()
        }

    def token_of(self, asked: Asked) -> str:
        return asked.headers.get("x-api-token", "") or asked.token

    def is_signed_in(self, asked: Asked) -> bool:
        return self.token_of(asked) == self.api_token or super().is_signed_in(asked)

    def answer(self, asked: Asked) -> Told:
        if asked.path == "/oauth/token":
            token = (self.renewed if asked.form.get("refresh_token") else self.credentials) | {"expires_in": "3599"}
            return Told(200, token | {"refresh_token": "815:refresh", "token_type": "Bearer"})
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if self.refusal is not None:
            return self.refusal
        match asked.path.removeprefix("/api"):
            case "/v1/users":
                return self.success(self.users)
            case "/v1/users/me":
                me: Record = {"id": 1, "company_id": 815, "company_name": "Acme", "default_currency": "EUR"}
                return self.success(me | {"timezone_name": "Europe/Athens"})
            case "/v2/stages":
                return self.success(
                    [
                        {"id": 12, "name": "Proposal", "pipeline_id": 1, "order_nr": 7, "deal_probability": 60},
                        {"id": 11, "name": "Contact made", "pipeline_id": 1, "order_nr": 2, "deal_probability": 20},
                        {"id": 21, "name": "Elsewhere", "pipeline_id": 2, "order_nr": 1, "deal_probability": 100},
                    ]
                )
            case "/v2/pipelines":
                return self.success([{"id": 1, "name": "Sales"}, {"id": 2, "name": "Renewals"}])
            case "/v2/deals" | "/v2/deals/archived" as path:
                archived = path.endswith("archived")
                statuses = asked.one("status", "open,won,lost").split(",")
                kept = [one for one in self.records["deals"].values() if one["is_archived"] is archived]
                return self._list(asked, [one for one in kept if one["status"] in statuses])
            case path if path.endswith("/changelog"):
                return self._changelog(int(path.split("/")[3]))
            case "/v2/organizations" | "/v2/persons" as path:
                return self._list(asked, list(self.records[path.rpartition("/")[2]].values()))
        return Told(404, {"success": False, "error": "Unknown method ."})

    def _changelog(self, number: int) -> Told:
        """Answer with what changed of a deal, newest first: even ones are in their first stage."""
        moment = f"{_START + timedelta(hours=9 * number + 2):%Y-%m-%d %H:%M:%S}"
        value: Record = {"field_key": "value", "old_value": "1", "new_value": "2", "time": moment}
        stage: Record = {"field_key": "stage_id", "old_value": "11", "new_value": "12", "time": moment}
        return self.success([value, stage] if number % 2 else [value])

    def success(self, data: object, following: str | None = None) -> Told:
        """Return Pipedrive's envelope."""
        return Told(200, {"success": True, "data": data, "additional_data": {"next_cursor": following}})

    def unauthorised(self) -> Told:
        return Told(401, {"success": False, "error": "unauthorized access", "errorCode": 401})

    def too_many(self) -> Told:
        body = {"success": False, "error": "Rate limit exceeded", "error_info": "Please wait", "code": 429}
        return Told(429, body, {"x-ratelimit-limit": "80", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"})

    def _list(self, asked: Asked, found: list[Record]) -> Told:
        limit = min(asked.number("limit", 100), _PAGE)
        assert asked.number("limit") <= 500
        assert asked.one("sort_by") == "update_time"
        if since := asked.one("updated_since"):
            found = [one for one in found if text_at(one, "update_time") >= since]
        if (until := asked.one("updated_until")) and self.ends_at:
            found = [one for one in found if text_at(one, "update_time") < until]
        found.sort(key=lambda one: (text_at(one, "update_time"), int(text_at(one, "id"))))
        cursor = asked.one("cursor")
        begin = int(base64.b64decode(cursor)) if cursor else 0
        end = begin + limit
        following = base64.b64encode(str(begin if self.looping and begin else end).encode()).decode()
        return self.success(found[begin:end], following if end < len(found) else None)

    def truth(self, stream: str) -> list[Record]:
        if stream == "users":
            return copy.deepcopy(self.users)
        found = copy.deepcopy(list(self.records[stream].values()))
        for one in found:
            if stream == "organizations":
                one["owner_name"] = f"User {one['owner_id']}"
            if stream == "deals":
                is_first = one["stage_id"] == 11
                one["stage_name"] = "Contact made" if is_first else "Proposal"
                one["stage_order"] = 1 if is_first else 2
                one["stage_probability"] = 20 if is_first else 60
                one["pipeline_name"] = "Sales"
        return found

    def touch(self, stream: str, number: int, **fields: JsonValue) -> None:
        """Change a record now."""
        self.records[stream][number] |= {**fields, "update_time": stamp(self.now)}

    def change(self, stream: str) -> bool:
        if stream == "users":
            self.users[0] = self.users[0] | {"name": "User 1", "email": "new@agency.example"}
            return True
        make, count = MAKERS[stream]
        self.touch(stream, 1)
        self.records[stream][count + 1000] = make(count + 1000)
        self.touch(stream, count + 1000)
        return True

    def spoil(self, stream: str) -> bool:
        if stream not in ("persons", "deals"):
            return False
        self.records[stream][1]["add_time"] = "2026-02-31T10:00:00Z"
        return True
