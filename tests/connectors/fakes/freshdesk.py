"""A help desk at Freshdesk, invented: bare arrays, pages in the header Link, a last page, a trash and its errors."""

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.freshdesk_records import GROUPS, agents, companies, contacts, iso, ratings, tickets

_MOST = 20  # records of a page, so that a small desk has several
_LISTED: dict[str, Callable[[Record], bool]] = {
    "": lambda one: not one.get("deleted") and not one.get("spam"),
    "deleted": lambda one: bool(one.get("deleted")),
    "spam": lambda one: bool(one.get("spam")),
}


class FakeFreshdesk(FakeVendor):
    """Serves 100 tickets, 40 contacts, 35 companies, 5 agents and 45 ratings."""

    vendor: ClassVar[str] = "freshdesk"
    config: ClassVar[dict[str, JsonValue]] = {"subdomain": "harbour", "category_field": "cf_topic"}
    credentials: ClassVar[dict[str, str]] = {"api_key": "fd-key-0001"}
    renewed: ClassVar[dict[str, str]] = {"api_key": "fd-key-0002"}

    def __init__(self) -> None:
        super().__init__()
        self.last_page = 300
        self.ordered = True  # tickets come in the order that was asked for
        self.strict = False  # `updated_since` means after, not from
        self.flagged = True  # tickets in the trash say so themselves
        self.filters = True  # the parameter `filter` is known
        self.without: set[str] = set()  # lists that the plan does not have
        self.stores: dict[str, list[Record]] = {
            "tickets": tickets(),
            "companies": companies(),
            "contacts": contacts(),
            "agents": agents(),
            "satisfaction_ratings": ratings(),
        }

    def token_of(self, asked: Asked) -> str:
        """Return the key, which is the user of HTTP Basic."""
        try:
            return base64.b64decode(asked.token).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""

    def is_signed_in(self, asked: Asked) -> bool:
        """Say whether the key is accepted."""
        keys = {self.credentials["api_key"], self.renewed["api_key"]}
        return asked.headers.get("authorization", "").startswith("Basic ") and self.token_of(asked) in keys

    def unauthorised(self) -> Told:
        """Return how Freshdesk refuses a key."""
        said = "You have to be logged in to perform this action."
        return Told(401, {"code": "invalid_credentials", "message": said})

    def too_many(self) -> Told:
        """Return how Freshdesk says that there were too many requests."""
        return Told(429, {"message": "You have exceeded the limit of requests per minute"})

    def answer(self, asked: Asked) -> Told:
        """Return what Freshdesk answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        path = asked.path.removeprefix("/api/v2/")
        if path in self.without:
            said = "The feature is not supported in your plan."
            return Told(403, {"code": "require_feature", "message": said})
        answers: dict[str, Callable[[Asked], list[Record]]] = {
            "tickets": self._tickets,
            "companies": lambda _: self.stores["companies"],
            "contacts": self._contacts,
            "agents": lambda _: self.stores["agents"],
            "groups": lambda _: GROUPS,
            "surveys/satisfaction_ratings": self._ratings,
        }
        if path not in answers:
            return Told(404, b"")
        number = asked.number("page", 1)
        if number > self.last_page:
            errors = [{"field": "page", "message": "You cannot access tickets beyond the last page", "code": "invalid"}]
            return Told(400, {"description": "Validation failed", "errors": errors})
        return self._page(asked, path, answers[path](asked), number)

    def truth(self, stream: str) -> list[Record]:
        """Return all records of a stream as a read gives them."""
        names: dict[object, JsonValue] = {one["id"]: one["name"] for one in GROUPS}
        if stream == "tickets":
            return [self._read(one, names.get(one["group_id"])) for one in self.stores[stream]]
        if stream == "agents":
            return [one | {"group_name": names.get(at(one, "group_ids", 0))} for one in self.stores[stream]]
        if stream == "contacts":
            return [one | ({"state": "deleted"} if one.get("deleted") else {}) for one in self.stores[stream]]
        return self.stores[stream]

    def change(self, stream: str) -> bool:
        """Change one record and add another, some minutes ago."""
        if stream == "satisfaction_ratings":
            moment = iso(self.now - timedelta(minutes=5))
            self.stores[stream].append(
                self.stores[stream][3] | {"id": 49999, "created_at": moment, "updated_at": moment}
            )
            return True
        moment = iso(self.now - timedelta(minutes=4))
        store = self.stores[stream]
        store[3] |= {"updated_at": moment, **_CHANGES[stream]}
        store.append(store[2] | {"id": 99990, "created_at": moment, "updated_at": moment})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a record a day of creation that does not exist."""
        self.stores[stream][2]["created_at"] = "2026-02-31T08:00:00Z"
        return True

    def ticket(self, number: int) -> Record:
        """Return a ticket, to change it."""
        return next(one for one in self.stores["tickets"] if one["id"] == number)

    def _read(self, ticket: Record, group: JsonValue) -> Record:
        listed = "deleted" if ticket.get("deleted") else "spam" if ticket.get("spam") else "all"
        url = f"https://harbour.freshdesk.com/a/tickets/{ticket['id']}"
        return ticket | {"group_name": group, "listed": listed, "url": url}

    def _tickets(self, asked: Asked) -> list[Record]:
        listed = [one for one in self.stores["tickets"] if _LISTED[asked.one("filter") if self.filters else ""](one)]
        since = asked.one("updated_since")
        if since:
            listed = [one for one in listed if str(one["updated_at"]) >= since + ("!" if self.strict else "")]
        else:
            month = iso(self.now - timedelta(days=30))
            listed = [one for one in listed if str(one["created_at"]) >= month]
        by = asked.one("order_by", "created_at")
        ordered = sorted(listed, key=lambda one: (str(one[by]), one["id"]), reverse=asked.one("order_type") != "asc")
        if not self.ordered:
            ordered.sort(key=lambda one: int(str(one["id"])) * 37 % 101)
        if not self.flagged:
            ordered = [{k: v for k, v in one.items() if k not in ("deleted", "spam")} for one in ordered]
        if "stats" in asked.one("include").split(","):
            return ordered
        return [{name: value for name, value in one.items() if name != "stats"} for one in ordered]

    def _contacts(self, asked: Asked) -> list[Record]:
        gone = asked.one("state") == "deleted"
        since = asked.one("_updated_since")
        listed = [one for one in self.stores["contacts"] if bool(one.get("deleted")) == gone]
        return sorted((one for one in listed if str(one["updated_at"]) >= since), key=lambda one: str(one["name"]))

    def _ratings(self, asked: Asked) -> list[Record]:
        since = asked.one("created_since")
        return [one for one in reversed(self.stores["satisfaction_ratings"]) if str(one["created_at"]) >= since]

    def _page(self, asked: Asked, path: str, listed: list[Record], number: int) -> Told:
        most = min(_MOST, asked.number("per_page", 30))
        first = 0 if self.looping else (number - 1) * most
        more = first + most < len(listed) or self.looping
        headers = {"X-RateLimit-Total": "200", "X-RateLimit-Remaining": "180", "X-RateLimit-Used-CurrentRequest": "1"}
        if more:
            headers["Link"] = f'<{self.address}/api/v2/{path}?page={number + 1}>; rel="next"'
        return Told(200, listed[first : first + most], headers)


_CHANGES: dict[str, Record] = {
    "tickets": {"status": 2, "priority": 4},
    "companies": {"name": "Another Name"},
    "contacts": {"name": "Another Name"},
    "agents": {"occasional": True},
}
