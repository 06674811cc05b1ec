"""A help desk at Template, invented: tickets by cursor, its sign-in and its errors."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

_PAGE = 25  # records of a page, so that a small desk has several


class FakeTemplate(FakeVendor):
    """Serves 80 tickets."""

    vendor: ClassVar[str] = "template"
    config: ClassVar[dict[str, JsonValue]] = {"subdomain": "northwind"}
    credentials: ClassVar[dict[str, str]] = {"key": "first-key"}
    renewed: ClassVar[dict[str, str]] = {"key": "second-key"}

    def __init__(self) -> None:
        super().__init__()
        self.tickets = [_ticket(number) for number in range(1, 81)]

    def answer(self, asked: Asked) -> Told:
        """Return what Template answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        match asked.path:
            case "/api/v1/account":
                return Told(200, {"id": "acc-1", "name": "Northwind Desk"})
            case "/api/v1/tickets":
                return self._tickets(asked)
            case _:
                return Told(404, {"message": "not found"})

    def truth(self, stream: str) -> list[Record]:
        """Return what there is."""
        del stream
        return self.tickets

    def change(self, stream: str) -> bool:
        """Close one ticket and open another, some minutes before now."""
        del stream
        moment = _iso(self.now - timedelta(minutes=20))
        self.tickets[3] |= {"status": "done", "solved_at": moment, "updated_at": moment}
        self.tickets.append(_ticket(500) | {"created_at": moment, "updated_at": moment})
        return True

    def spoil(self, stream: str) -> bool:
        """Give a ticket a day of creation that does not exist."""
        del stream
        self.tickets[5]["created_at"] = "2026-02-31T08:00:00Z"
        return True

    def _tickets(self, asked: Asked) -> Told:
        found = sorted(self.tickets, key=lambda one: str(one["updated_at"]))
        found = [one for one in found if str(one["updated_at"]) >= asked.one("updated_since")]
        start = asked.number("after")
        end = start + min(asked.number("limit", _PAGE), _PAGE)
        following = start if self.looping else end
        has_more = end < len(found) or self.looping
        return Told(200, {"tickets": found[start:end], "next": str(following) if has_more else None})


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _ticket(number: int) -> Record:
    created = datetime(2025, 12, 2, 8, 30, tzinfo=UTC) + timedelta(hours=29 * (number % 100))
    done = number % 3 == 0
    return {
        "id": number,
        "subject": f"Question {number}",
        "status": "done" if done else "open",
        "priority": ("low", "normal", "high")[number % 3],
        "company_id": f"co-{number % 7}",
        "requester": {"id": f"p-{number % 11}"},
        "created_at": _iso(created),
        "solved_at": _iso(created + timedelta(hours=7)) if done else None,
        "updated_at": _iso(created + timedelta(hours=8)),
        "deleted": number % 40 == 0,
    }
