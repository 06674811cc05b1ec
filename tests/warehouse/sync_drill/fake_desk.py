"""The drill desk's API: pages of tickets and agents, a log of changes with deletes, and pages that go wrong."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
SINCE = datetime(2025, 12, 1, tzinfo=UTC)


class FakeDesk(FakeVendor):
    """Tickets with a version each, newest change last in the log."""

    vendor: ClassVar[str] = "drill"
    page: ClassVar[int] = 20

    def __init__(self, tickets: int = 210, agents: int = 30) -> None:
        super().__init__()
        self.tickets: dict[int, Record] = {}
        self.agents: list[JsonValue] = [{"id": number, "name": f"Agent {number}"} for number in range(agents)]
        self.log: list[tuple[datetime, int]] = []  # when which ticket changed, was added or deleted
        self.empty_pages = 0  # pages to come that hold nothing although more follow
        self.forbidden: str = ""  # a path that the sign-in may not see
        span = (NOW - SINCE) / max(1, tickets)
        for number in range(tickets):
            self.put(number, SINCE + span * number, SINCE + span * number)

    def put(self, number: int, created: datetime, moment: datetime, **more: JsonValue) -> None:
        """Add a ticket, or change it."""
        version = int(str(self.tickets.get(number, {}).get("version", 0))) + 1
        self.tickets[number] = {
            "id": number,
            "version": version,
            "created": _stamp(created),
            "subject": f"Question {number}, version {version}",
            "status": "open" if number % 3 else "solved",
            "seconds": number % 50,
            "via": {"channel": "mail"},
            **more,
        }
        self.log.append((moment, number))

    def remove(self, number: int, moment: datetime) -> None:
        """Delete a ticket."""
        del self.tickets[number]
        self.log.append((moment, number))

    def truth(self, stream: str) -> list[Record]:
        """Return what a complete read must give."""
        return list(self.tickets.values()) if stream == "tickets" else [one for one in self.agents if _is_record(one)]  # type: ignore[misc]

    def answer(self, asked: Asked) -> Told:
        """Answer one request."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        path = asked.path.removeprefix("/api")
        if self.forbidden and path.startswith(self.forbidden):
            return Told(403, {"error": "forbidden"})
        if self.empty_pages and path != "/totals":
            self.empty_pages -= 1
            follows = f"{path}?{_joined(asked)}&nothing={self.empty_pages}"
            return Told(200, {"tickets": [], "agents": [], "next": follows, "more": True})
        match path:
            case "/agents":
                return self._paged("agents", self.agents, asked, "/agents?after=", repeats=True)
            case "/tickets":
                return self._window(asked)
            case "/changes":
                return self._changes(asked)
            case "/totals":
                return Told(200, self._totals(asked))
            case _:
                return Told(404, {"error": path})

    def _window(self, asked: Asked) -> Told:
        start, end = asked.one("from"), asked.one("until")
        found: list[JsonValue] = [one for one in self.tickets.values() if start <= str(one["created"]) < end]
        return self._paged("tickets", found, asked, f"/tickets?from={start}&until={end}&after=", repeats=False)

    def _changes(self, asked: Asked) -> Told:
        after = asked.one("after")
        if after:
            position = int(after)
        else:
            position = next(
                (at for at, (moment, _) in enumerate(self.log) if _stamp(moment) >= asked.one("since")), len(self.log)
            )
        some = [number for _, number in self.log[position : position + self.page]]
        reached = position + len(some)
        if self.looping and reached < len(self.log):
            reached = position
        found: list[JsonValue] = [self.tickets[number] for number in dict.fromkeys(some) if number in self.tickets]
        gone: list[JsonValue] = [{"id": number} for number in dict.fromkeys(some) if number not in self.tickets]
        return Told(
            200,
            {
                "tickets": found,
                "gone": gone,
                "next": f"/changes?since={asked.one('since')}&after={reached}",
                "more": reached < len(self.log),
            },
        )

    def _paged(self, name: str, found: list[JsonValue], asked: Asked, first: str, *, repeats: bool) -> Told:
        position = asked.number("after")
        following = position + self.page - (1 if repeats else 0)  # the boundary comes twice
        if self.looping and position:
            following = position
        more = position + self.page < len(found)
        return Told(200, {name: found[position : position + self.page], "next": f"{first}{following}", "more": more})

    def _totals(self, asked: Asked) -> Record:
        start, end = asked.one("from"), asked.one("until")
        found = [one for one in self.tickets.values() if start <= str(one["created"]) < end]
        return {"records": len(found), "seconds": float(sum(int(str(one["seconds"])) for one in found))}


def some_time(days: float) -> datetime:
    """Return an instant so many days after now."""
    return NOW + timedelta(days=days)


def _is_record(one: JsonValue) -> bool:
    return isinstance(one, dict) and one.get("id") is not None


def _joined(asked: Asked) -> str:
    return "&".join(f"{name}={values[0]}" for name, values in asked.query.items() if name != "nothing")


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
