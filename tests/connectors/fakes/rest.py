"""An invented shop with a REST API of the usual kinds: orders by cursor, customers by links, requests by numbers."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

DEFINITION = """
name: shop
label: Lantern Shop
base_url: https://api.shop.example/v1
auth: {kind: header, header: X-Shop-Key, value: "Key {key}"}
headers: {X-Shop-Version: "3"}
streams:
  orders:
    path: /orders
    params: {expand: customer}
    records: data.items
    key: id
    updated: updated_at
    paging: {kind: cursor, parameter: after, next: data.next, more: data.more, size_parameter: limit, size: 20}
    since: {parameter: updated_since, overlap_minutes: 5, oldest_first: true}
    reads: Orders with their customers
    map:
      entity: deal
      columns:
        source_id: id
        account_id: customer.id
        owner_id: staff.0.name
        deal_status: {from: state, values: {paid: won, cancelled: lost, waiting: open}}
        amount_original: total.amount
        currency_original: total.currency
        created_at: created_at
        closed_at: closed_at
        source_updated_at: updated_at
  customers:
    path: /customers
    key: [id]
    deletes: full_diff
    paging: {kind: link, size_parameter: per_page, size: 25}
    map:
      entity: account
      columns: {source_id: id, account: name, domain: web, country: country}
  requests:
    path: /requests
    records: requests
    key: number
    updated: changed
    paging: {kind: page, size_parameter: size, size: 30}
    since: {parameter: since, format: epoch, overlap_minutes: 10}
    map:
      entity: ticket
      timezone: UTC
      columns:
        subject: about
        ticket_status: status
        account_id: customer
        created_at: {from: opened, format: unix}
        source_updated_at: {from: changed, format: unix}
"""


class FakeRest(FakeVendor):
    """Serves 90 orders, 60 customers and 70 requests."""

    vendor: ClassVar[str] = "rest"
    prefix: ClassVar[str] = "/shop"
    config: ClassVar[dict[str, JsonValue]] = {"definition": DEFINITION}
    credentials: ClassVar[dict[str, str]] = {"key": "first-key"}
    renewed: ClassVar[dict[str, str]] = {"key": "second-key"}

    def __init__(self) -> None:
        super().__init__()
        self.stores: dict[str, list[Record]] = {
            "orders": [_order(number) for number in range(1, 91)],
            "customers": [_customer(number) for number in range(1, 61)],
            "requests": [_request(number) for number in range(1, 71)],
        }

    def token_of(self, asked: Asked) -> str:
        """Return the key."""
        return asked.headers.get("x-shop-key", "").removeprefix("Key ")

    def answer(self, asked: Asked) -> Told:
        """Return a page."""
        if self.token_of(asked) not in ("first-key", "second-key") or asked.headers.get("x-shop-version") != "3":
            return self.unauthorised()
        match asked.path:
            case "/v1/orders":
                return self._orders(asked)
            case "/v1/customers":
                return self._customers(asked)
            case "/v1/requests":
                return self._requests(asked)
            case _:
                return Told(404, {"message": "no such list"})

    def truth(self, stream: str) -> list[Record]:
        """Return what the shop has."""
        return self.stores[stream]

    def change(self, stream: str) -> bool:
        """Change one record and add another, half an hour before now."""
        store, moment = self.stores[stream], self.now - timedelta(minutes=30)
        if stream == "orders":
            store[3] |= {"state": "cancelled", "updated_at": _iso(moment)}
            store.append(_order(500) | {"updated_at": _iso(moment)})
        elif stream == "customers":
            store[3] |= {"name": "Renamed"}
            store.append(_customer(500))
        else:
            store[3] |= {"status": "solved", "changed": int(moment.timestamp())}
            store.append(_request(500) | {"changed": int(moment.timestamp())})
        return True

    def spoil(self, stream: str) -> bool:
        """Give an order a day that does not exist."""
        if stream == "orders":
            self.stores["orders"][5]["created_at"] = "2026-02-31T00:00:00Z"
        return stream == "orders"

    def _orders(self, asked: Asked) -> Told:
        since, start = asked.one("updated_since"), asked.number("after")
        found = sorted(self.stores["orders"], key=lambda one: str(one["updated_at"]))
        found = [one for one in found if str(one["updated_at"]) >= since]
        end = start + asked.number("limit", 20)
        following = str(0 if self.looping else end)
        data = {"items": found[start:end], "next": following, "more": self.looping or end < len(found)}
        return Told(200, {"data": data})

    def _customers(self, asked: Asked) -> Told:
        page, size = asked.number("page", 1), asked.number("per_page", 25)
        rows = self.stores["customers"][(page - 1) * size : page * size]
        if page * size >= len(self.stores["customers"]) and not self.looping:
            return Told(200, rows)
        following = 1 if self.looping else page + 1
        link = f'<https://api.shop.example/v1/customers?page={following}&per_page={size}>; rel="next"'
        return Told(200, rows, {"Link": f'<https://api.shop.example/v1/customers>; rel="first", {link}'})

    def _requests(self, asked: Asked) -> Told:
        page, size = 1 if self.looping else asked.number("page", 1), asked.number("size", 30)
        found = [one for one in self.stores["requests"] if int(str(one["changed"])) >= asked.number("since")]
        return Told(200, {"requests": found[(page - 1) * size : page * size]})


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(number: int) -> datetime:
    return datetime(2025, 12, 2, 9, tzinfo=UTC) + timedelta(hours=21 * number)


def _order(number: int) -> Record:
    state = ("paid", "waiting", "cancelled")[number % 3]
    created = _moment(number % 100)
    return {
        "id": f"A{number:04}",
        "state": state,
        "customer": {"id": number % 60 + 1, "name": f"Customer {number % 60 + 1}"},
        "staff": [{"name": "Ines Calder"}] if number % 4 else [],
        "total": {"amount": f"{number * 3}.{number % 100:02}", "currency": "EUR" if number % 5 else "JPY"},
        "created_at": _iso(created),
        "closed_at": None if state == "waiting" else _iso(created + timedelta(hours=5)),
        "updated_at": _iso(created + timedelta(hours=6)),
    }


def _customer(number: int) -> Record:
    return {"id": number, "name": f"Customer {number}", "web": f"customer{number}.example", "country": "GR"}


def _request(number: int) -> Record:
    opened = int(_moment(number % 100).timestamp())
    return {
        "number": number,
        "about": f"Where is parcel {number}?",
        "status": "open" if number % 2 else "solved",
        "customer": number % 60 + 1,
        "opened": opened,
        "changed": opened + 7200,
    }
