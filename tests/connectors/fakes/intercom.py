"""A workspace at Intercom, invented: searches with two operators, a list and a scroll of companies, and its errors."""

from collections.abc import Callable
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import at, records_at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.intercom_records import TEAMS, admins, companies, contacts, conversations

_MOST = 20  # records of a page, so that a small workspace has several
_OPERATORS: dict[str, Callable[[int, int], bool]] = {
    ">": lambda value, than: value > than,
    "<": lambda value, than: value < than,
    "=": lambda value, than: value == than,
}


class FakeIntercom(FakeVendor):
    """Serves 95 conversations, 40 contacts, 50 companies and 4 teammates."""

    vendor: ClassVar[str] = "intercom"
    config: ClassVar[dict[str, JsonValue]] = {"region": "us", "account_id": "quay1234", "category_attribute": "Topic"}

    def __init__(self) -> None:
        super().__init__()
        self.total = 50  # companies that the list says there are
        self.ordered = True  # what is searched comes in the order that was asked for
        self.scrolling: list[int] = []  # the place of the open scroll
        self.without: set[str] = set()  # lists that the plan does not have
        self.stores: dict[str, list[Record]] = {
            "conversations": conversations(),
            "contacts": contacts(),
            "companies": companies(),
            "admins": admins(),
        }

    def answer(self, asked: Asked) -> Told:
        """Return what Intercom answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if asked.path in self.without:
            return self._error(403, "api_plan_restricted", "Active subscription needed.")
        answers: dict[tuple[str, str], Callable[[Asked], Told]] = {
            ("GET", "/me"): lambda _: Told(200, _ME),
            ("GET", "/admins"): lambda _: Told(200, {"type": "admin.list", "admins": self.stores["admins"]}),
            ("GET", "/teams"): lambda _: Told(200, {"type": "team.list", "teams": TEAMS}),
            ("POST", "/conversations/search"): lambda one: self._search(one, "conversations", "conversations"),
            ("POST", "/contacts/search"): lambda one: self._search(one, "contacts", "data"),
            ("POST", "/companies/list"): self._companies,
            ("GET", "/companies/scroll"): self._scroll,
        }
        if (asked.method, asked.path) not in answers:
            return self._error(404, "not_found", "The requested resource was not found")
        return answers[asked.method, asked.path](asked)

    def unauthorised(self) -> Told:
        """Return how Intercom refuses a token."""
        return self._error(401, "unauthorized", "Access Token Invalid")

    def too_many(self) -> Told:
        """Return how Intercom says that there were too many requests."""
        return self._error(429, "rate_limit_exceeded", "Exceeded rate limit")

    def truth(self, stream: str) -> list[Record]:
        """Return all records of a stream as a read gives them."""
        names: dict[str, JsonValue] = {str(one["id"]): one["name"] for one in TEAMS}
        if stream == "conversations":
            return [
                one
                | {
                    "team_name": names.get(str(one["team_assignee_id"])),
                    "url": f"https://app.intercom.com/a/inbox/quay1234/inbox/conversation/{one['id']}",
                }
                for one in self.stores[stream]
            ]
        if stream == "admins":
            return [one | {"team_name": names.get(str(at(one, "team_ids", 0)))} for one in self.stores[stream]]
        return self.stores[stream]

    def change(self, stream: str) -> bool:
        """Change one record and add another, some minutes ago."""
        moment, store = int(self.now.timestamp()) - 240, self.stores[stream]
        store[2] |= {"updated_at": moment, **_CHANGES[stream]}
        store.append(store[1] | {"id": "99990", "created_at": moment, "updated_at": moment})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a record a moment of creation that is none."""
        self.stores[stream][2]["created_at"] = "yesterday"
        return stream != "admins"

    def conversation(self, number: str) -> Record:
        """Return a conversation, to change it."""
        return next(one for one in self.stores["conversations"] if one["id"] == number)

    def _error(self, status: int, code: str, said: str) -> Told:
        errors: list[JsonValue] = [{"code": code, "message": said}]
        return Told(status, {"type": "error.list", "request_id": "b1e2", "errors": errors})

    def _search(self, asked: Asked, store: str, name: str) -> Told:
        query = asked.json["query"]
        filters = records_at(query, "value")
        if at(query, "operator") != "AND" or any(one["operator"] not in _OPERATORS for one in filters):
            return self._error(400, "parameter_invalid", "Invalid search")
        listed = [one for one in self.stores[store] if all(_holds(one, wanted) for wanted in filters)]
        by = str(at(asked.json, "sort", "field"))
        listed.sort(key=lambda one: (_whole(one[by]), str(one["id"])))
        assert at(asked.json, "sort", "order") == "ascending"
        if not self.ordered:
            listed.reverse()
        most = min(_MOST, _whole(at(asked.json, "pagination", "per_page")) or 20)
        first = int(str(at(asked.json, "pagination", "starting_after") or 0))
        pages: Record = {"type": "pages", "page": first // most + 1, "per_page": most}
        pages["total_pages"] = -(-len(listed) // most)
        if first + most < len(listed) or self.looping:
            following = str(most if self.looping else first + most)
            pages["next"] = {"page": first // most + 2, "starting_after": following}
        kind = "conversation.list" if store == "conversations" else "list"
        body: Record = {"type": kind, "pages": pages, "total_count": len(listed)}
        return Told(200, body | {name: list[JsonValue](listed[first : first + most])})

    def _companies(self, asked: Asked) -> Told:
        number, most = asked.number("page", 1), min(_MOST, asked.number("per_page", 15))
        assert asked.number("per_page") <= 60
        store = self.stores["companies"]
        total = -(-len(store) // most)
        first = 0 if self.looping else (number - 1) * most
        pages: Record = {"type": "pages", "next": None, "page": number, "per_page": most}
        pages["total_pages"] = number + 1 if self.looping else total
        listed: list[JsonValue] = [*store[first : first + most]]
        return Told(200, {"type": "list", "data": listed, "pages": pages, "total_count": self.total})

    def _scroll(self, asked: Asked) -> Told:
        if not asked.one("scroll_param"):
            if self.scrolling:
                return self._error(400, "scroll_exists", "scroll already exists for this workspace")
            self.scrolling.append(0)
        place = self.scrolling[0]
        self.scrolling[0] += _MOST
        listed: list[JsonValue] = [*self.stores["companies"][place : place + _MOST]]
        if not listed:
            self.scrolling.clear()
        return Told(
            200, {"type": "list", "data": listed, "pages": None, "total_count": None, "scroll_param": "6935-ab"}
        )


_ME: Record = {
    "type": "admin",
    "id": "701",
    "name": "Teammate 1",
    "app": {"type": "app", "id_code": "quay1234", "name": "Quayside", "timezone": "Europe/Athens", "region": "US"},
}
_CHANGES: dict[str, Record] = {
    "conversations": {"state": "open", "open": True},
    "contacts": {"name": "Another Name"},
    "companies": {"name": "Another Name"},
    "admins": {"name": "Another Name"},
}


def _holds(record: Record, wanted: Record) -> bool:
    holds = _OPERATORS[str(wanted["operator"])]
    return holds(_whole(record[str(wanted["field"])]), _whole(wanted["value"]))


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
