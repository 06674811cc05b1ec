"""A help desk at Zendesk, invented: exports by cursor and by time, groups, ratings, deletes, merges and its errors."""

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import records_at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes.zendesk_records import GROUPS, iso, organizations, ratings, seconds, tickets, users

_FIRST = 1764600000  # a moment in seconds before the first organisation
_MOST = 40  # records of a page, so that a small desk has several


class FakeZendesk(FakeVendor):
    """Serves 110 tickets, 45 users, 70 organisations and 60 ratings, up to the afternoon of 29 March 2026."""

    vendor: ClassVar[str] = "zendesk"
    config: ClassVar[dict[str, JsonValue]] = {"subdomain": "tideline", "category_field": "4402"}

    def __init__(self) -> None:
        super().__init__()
        self.beside = False  # metric sets come beside the tickets, not inside
        self.empty_first = False  # the first page of an export is empty but has a next one
        self.forbidden: set[str] = set()  # paths that the person who signed in may not see
        self.absent: set[str] = set()  # paths that the plan does not have
        self.stores: dict[str, list[Record]] = {
            "tickets": tickets(),
            "users": users(),
            "organizations": organizations(),
            "satisfaction_ratings": ratings(),
        }

    def answer(self, asked: Asked) -> Told:
        """Return what Zendesk answers."""
        path = asked.path.removesuffix(".json")
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if path in self.forbidden:
            return Told(403, {"error": "Forbidden", "description": "You do not have access to this page."})
        answers: dict[str, Callable[[Asked], Told]] = {
            "/api/v2/incremental/tickets/cursor": self._tickets,
            "/api/v2/incremental/users/cursor": lambda one: self._export(one, "users", _updated),
            "/api/v2/incremental/organizations": self._organizations,
            "/api/v2/satisfaction_ratings": self._ratings,
            "/api/v2/groups": self._groups,
        }
        if path not in answers or path in self.absent:
            return Told(404, {"error": "RecordNotFound", "description": "Not found"})
        return answers[path](asked)

    def unauthorised(self) -> Told:
        """Return how Zendesk refuses a token."""
        return Told(401, {"error": "invalid_token", "error_description": "The access token provided is invalid."})

    def too_many(self) -> Told:
        """Return how Zendesk says that there were too many requests."""
        return Told(429, {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests exceeded"})

    def truth(self, stream: str) -> list[Record]:
        """Return all records of a stream as Zendesk has them, with the names of their groups."""
        field = {"tickets": "group_id", "users": "default_group_id"}.get(stream)
        if field is None:
            return self.stores[stream]
        names = {one["id"]: one["name"] for one in GROUPS}
        return [one | {"group_name": names.get(one[field])} for one in self.stores[stream]]

    def change(self, stream: str) -> bool:
        """Change one record and add another, some minutes ago."""
        store, moment = self.stores[stream], self.now - timedelta(minutes=5)
        changed = store[-1] if stream == "satisfaction_ratings" else store[6]
        changed |= {"updated_at": iso(moment), **_CHANGES[stream]}
        added = store[7] | {"id": 990001, "created_at": iso(moment), "updated_at": iso(moment)}
        if stream == "tickets":
            changed["generated_timestamp"] = added["generated_timestamp"] = seconds(moment)
        store.append(added)
        return True

    def spoil(self, stream: str) -> bool:
        """Give a record a day of creation that does not exist."""
        self.stores[stream][9]["created_at"] = "2026-02-31T08:00:00Z"
        return True

    def reopen(self, number: int) -> None:
        """Open a solved ticket again."""
        ticket = next(one for one in self.stores["tickets"] if one["id"] == number)
        moment = self.now - timedelta(minutes=10)
        metrics = ticket["metric_set"]
        assert isinstance(metrics, dict)
        ticket |= {
            "status": "open",
            "updated_at": iso(moment),
            "generated_timestamp": seconds(moment),
            "metric_set": metrics | {"reopens": 1, "status_updated_at": iso(moment)},
        }

    def delete(self, number: int) -> None:
        """Delete a ticket."""
        ticket = next(one for one in self.stores["tickets"] if one["id"] == number)
        moment = self.now - timedelta(minutes=9)
        ticket |= {"status": "deleted", "updated_at": iso(moment), "generated_timestamp": seconds(moment)}

    def _tickets(self, asked: Asked) -> Told:
        if self.empty_first and not asked.one("cursor"):
            body: Record = {"tickets": [], "after_cursor": _cursor(asked.number("start_time"), 0)}
            return Told(200, body | {"end_of_stream": False})
        told = self._export(asked, "tickets", _generated)
        included = asked.one("include").split(",")
        if told.status != 200:
            return told
        assert isinstance(told.body, dict)
        listed = records_at(told.body, "tickets")
        bare = [{name: value for name, value in one.items() if name != "metric_set"} for one in listed]
        more: Record = {"groups": [*GROUPS]} if "groups" in included else {}
        if "metric_sets" in included and self.beside:
            more |= {"tickets": [*bare], "metric_sets": [one["metric_set"] for one in listed]}
        elif "metric_sets" not in included:
            more["tickets"] = [*bare]
        return Told(200, told.body | more)

    def _export(self, asked: Asked, name: str, moment: Callable[[Record], int]) -> Told:
        start = (asked.number("start_time"), 0)
        if asked.one("cursor"):
            start = _position(asked.one("cursor"))
        elif asked.number("start_time") > seconds(self.now) - 60:
            said = "Too recent start_time. Use a start_time older than 60 seconds"
            return Told(422, {"error": "StartTimeTooRecent", "description": said})
        ordered = sorted(self.stores[name], key=lambda one: (moment(one), one["id"]))
        rest = [one for one in ordered if (moment(one), one["id"]) > start]
        most = min(_MOST, asked.number("per_page", 1000))
        page, following = rest[:most], asked.one("cursor") or None
        if page:
            following = _cursor(moment(page[-1]), page[-1]["id"])
        if self.looping:
            following = _cursor(0, 0)
        ended = len(rest) <= most and not self.looping
        after = f"{self.address}{asked.path}?cursor={following}"
        return Told(
            200,
            {
                name: page,
                "after_cursor": following,
                "after_url": after,
                "before_cursor": None,
                "before_url": None,
                "end_of_stream": ended,
            },
        )

    def _organizations(self, asked: Asked) -> Told:
        start = asked.number("start_time")
        if self.empty_first and start < _FIRST:
            link = f"{self.address}{asked.path}?start_time={_FIRST}"
            body: Record = {"organizations": [], "count": 0, "end_time": None, "next_page": link}
            return Told(200, body | {"end_of_stream": False})
        ordered = sorted(self.stores["organizations"], key=lambda one: (_updated(one), one["id"]))
        rest = [one for one in ordered if _updated(one) >= start]
        page = rest[:_MOST]
        end = _updated(page[-1]) if page else None
        if self.looping:
            end = start
        return Told(
            200,
            {
                "organizations": page,
                "count": len(page),
                "end_time": end,
                "next_page": f"{self.address}{asked.path}?start_time={end}",
                "end_of_stream": len(rest) <= _MOST and not self.looping,
            },
        )

    def _ratings(self, asked: Asked) -> Told:
        start = asked.number("start_time")
        listed = [one for one in self.stores["satisfaction_ratings"] if _created(one) >= start]
        return self._paged(asked, "satisfaction_ratings", listed)

    def _groups(self, asked: Asked) -> Told:
        return self._paged(asked, "groups", GROUPS, most=2)

    def _paged(self, asked: Asked, name: str, listed: Sequence[Record], most: int = 25) -> Told:
        size = min(asked.number("page[size]", 100), most)
        first = int(base64.b64decode(asked.one("page[after]") or "MA=="))
        more = first + size < len(listed)
        following = base64.b64encode(str(0 if self.looping else first + size).encode()).decode()
        link = f"{self.address}{asked.path}?page[after]={following}&page[size]={size}"
        meta = {"has_more": more or self.looping, "after_cursor": following, "before_cursor": None}
        return Told(200, {name: listed[first : first + size], "meta": meta, "links": {"next": link if more else None}})


_CHANGES: dict[str, Record] = {
    "tickets": {"status": "open", "priority": "urgent"},
    "users": {"name": "Another Name"},
    "organizations": {"name": "Another Name"},
    "satisfaction_ratings": {"score": "good"},
}


def _cursor(moment: int, number: JsonValue) -> str:
    return base64.b64encode(f"{moment}.0||{number}".encode()).decode()


def _position(cursor: str) -> tuple[int, int]:
    moment, _, number = base64.b64decode(cursor).decode().partition("||")
    return int(float(moment)), int(number)


def _generated(record: Record) -> int:
    moment = record["generated_timestamp"]
    assert isinstance(moment, int)
    return moment


def _updated(record: Record) -> int:
    return seconds(_moment(record["updated_at"]))


def _created(record: Record) -> int:
    return seconds(_moment(record["created_at"]))


def _moment(value: JsonValue) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return datetime(2026, 2, 28, tzinfo=UTC)  # a spoiled record lies somewhere
