"""An invented software house's Stripe: lists newest first, events, objects by id, expansion, deletes and its errors."""

from collections.abc import Sequence
from typing import ClassVar, cast

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes import stripe_records as made

_MOST = 12  # objects of a page, so that a small account has several
_EXPANDABLE = ("discounts", "charge", "balance_transaction")


class FakeStripe(FakeVendor):
    """Serves 42 customers with 43 subscription items and their bills, up to the afternoon of 30 March 2026."""

    vendor: ClassVar[str] = "stripe"
    credentials: ClassVar[dict[str, str]] = {"key": "rk_live_imagined"}
    config: ClassVar[dict[str, JsonValue]] = {"account_id": "acct_imagined"}

    def __init__(self) -> None:
        super().__init__()
        self.limited = 0  # so many requests are refused without a word on how long to wait
        self.lacking: set[str] = set()  # lists that the key may not read
        self.absent: set[str] = set()  # lists that there are not
        self.gone: set[str] = set()
        self.stores: dict[str, list[Record]] = {"subscriptions": made.subscriptions(), "products": _products()}
        self.stores["customers"] = [
            made.customer(str(one["customer"]).removeprefix("cus_"), "2025-12-09")
            for one in self.stores["subscriptions"]
        ]
        self.stores |= made.bills(self.stores["subscriptions"])
        self.stores["events"] = []
        self.upgrade("sub_upgrade", 5, 8, "2026-03-10T10:00:00")

    def is_signed_in(self, asked: Asked) -> bool:
        """Say whether the request carries the restricted key."""
        return asked.token == "rk_live_imagined" and asked.token not in self.refused

    def unauthorised(self) -> Told:
        """Return how Stripe refuses a key."""
        return _error(401, "api_key_expired", "Expired API Key provided: rk_live_********ined")

    def too_many(self) -> Told:
        """Return how Stripe says that there were too many requests."""
        return Told(*_limit())

    def answer(self, asked: Asked) -> Told:
        """Return what Stripe answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if not asked.headers.get("stripe-version", "").startswith("2026-"):
            return _error(400, "", "This account's own version is older: pin one.")
        if self.limited:
            self.limited -= 1
            return self.too_many()
        kind, _, name = asked.path.removeprefix("/v1/").partition("/")
        if kind in self.lacking:
            said = "The provided key 'rk_live_****' does not have the required permissions on account 'acct_imagined'."
            return _error(403, "", f"{said} Having the 'rak_{kind}_read' permission would allow this to continue.")
        if kind in self.absent:
            return _error(404, "", f"Unrecognized request URL (GET: {asked.path}).")
        if kind == "account":
            return Told(body={"id": "acct_imagined", "object": "account", **_ACCOUNT})
        if kind == "accounts":
            return Told(body=_listed([{"id": "acct_other", "object": "account", **_ACCOUNT}], more=False))
        if kind not in self.stores:
            return _error(404, "", f"Unrecognized request URL (GET: {asked.path}).")
        return self._object(asked, kind, name) if name else self._list(asked, kind)

    def truth(self, stream: str) -> list[Record]:
        """Return what a complete read must give; of subscriptions the versions."""
        if stream != "subscriptions":
            linked = self._invoice_by_charge() if stream in ("charges", "refunds", "disputes") else {}
            rows = [one for one in self.stores[stream] if one["id"] not in self.gone]
            return [{**one, "invoice": linked[_charge_of(one)]} if linked else one for one in rows]
        items = [(one, item) for one in self.stores["subscriptions"] for item in _items(one)]
        changed, began = made.second("2026-03-10T10:00:00"), made.second("2025-12-10T09:00:00")
        versions: list[Record] = [
            {"id": f"{item['id']}@{one['start_date']}", "valid_from": one["start_date"], "valid_to": None}
            for one, item in items
            if item["id"] != "si_upgrade"
        ]
        return [
            *versions,
            {"id": f"si_upgrade@{began}", "valid_from": began, "valid_to": changed},
            {"id": f"si_upgrade@{changed}", "valid_from": changed, "valid_to": None},
        ]

    def change(self, stream: str) -> bool:
        """Change an object and add another; events tell of both."""
        if stream == "subscriptions":
            self.upgrade("sub_p01", 1, 4, "2026-03-30T14:00:00")
            new = made.subscription("fresh", "2026-03-30T14:10:00", made.item("fresh", "2026-03-30T14:10:00", _team()))
            self.stores[stream].append(new)
            self.tell("customer.subscription.created", new, "2026-03-30T14:10:00")
            return True
        found = self.stores[stream]
        touched = {**found[-1], "status": "void"} if stream != "customers" else {**found[-1], "name": "Renamed"}
        found[-1] = touched
        new = {**touched, "id": f"{touched['id']}_more", "created": made.second("2026-03-30T14:10:00")}
        found.append(new)
        kind = {"customers": "customer", "disputes": "charge.dispute"}.get(stream, stream.removesuffix("s"))
        for one in (touched, new):
            self.tell(f"{kind}.updated", one, "2026-03-30T14:10:00")
        return True

    def spoil(self, stream: str) -> bool:
        """Give an object a moment that is none."""
        if stream == "subscriptions":
            return False
        self.stores[stream][3]["due_date" if stream == "invoices" else "created"] = "the 31st of February"
        return True

    def tell(self, kind: str, about: Record, moment: str, previous: Record | None = None) -> None:
        """Add an event."""
        body: Record = {"object": _shown(about, set())}
        if previous is not None:
            body["previous_attributes"] = previous
        number = len(self.stores["events"])
        event: Record = {"id": f"evt_{number:04}", "object": "event", "type": kind, "created": made.second(moment)}
        self.stores["events"].append({**event, "api_version": "2024-06-20", "data": body})

    def upgrade(self, name: str, before: int, after: int, moment: str) -> None:
        """Change the quantity of a subscription's first item; the event holds both."""
        found = next(one for one in self.stores["subscriptions"] if one["id"] == name)
        old = [{**item, "quantity": before} for item in _items(found)]
        new = [{**item, "quantity": after} for item in _items(found)]
        found["items"] = _listed(new, more=False)
        previous: Record = {"items": {"data": cast("JsonValue", old)}, "quantity": before}
        self.tell("customer.subscription.updated", found, moment, previous)

    def delete_customer(self, name: str, moment: str) -> None:
        """Delete a customer: no list shows it any more."""
        self.gone.add(name)
        self.tell("customer.deleted", next(one for one in self.stores["customers"] if one["id"] == name), moment)

    def _object(self, asked: Asked, kind: str, name: str) -> Told:
        if name in self.gone:
            return Told(body={"id": name, "object": kind.removesuffix("s"), "deleted": True})
        found = next((one for one in self.stores[kind] if one["id"] == name), None)
        if found is None:
            return _error(404, "resource_missing", f"No such {kind.removesuffix('s')}: '{name}'")
        return Told(body=_shown(found, _expanded(asked)))

    def _list(self, asked: Asked, kind: str) -> Told:
        rows = [one for one in self.stores[kind] if one["id"] not in self.gone and _fits(one, asked)]
        rows.sort(key=lambda one: (_created(one), str(one["id"])), reverse=True)
        after = "" if self.looping else asked.one("starting_after")
        if after:
            place = next((number for number, one in enumerate(rows) if one["id"] == after), None)
            if place is None:
                return _error(400, "resource_missing", f"No such {kind.removesuffix('s')}: '{after}'")
            rows = rows[place + 1 :]
        size = min(_MOST, asked.number("limit", 10))
        wanted = {name.removeprefix("data.") for name in _expanded(asked)}
        return Told(body=_listed([_shown(one, wanted) for one in rows[:size]], more=len(rows) > size))

    def _invoice_by_charge(self) -> dict[str, JsonValue]:
        invoices = {
            cast("Record", one["payment"])["payment_intent"]: one["invoice"] for one in self.stores["invoice_payments"]
        }
        return {str(one["id"]): invoices.get(one["payment_intent"]) for one in self.stores["charges"]}


_ACCOUNT: Record = {
    "business_profile": {"name": "Imagined Software"},
    "default_currency": "eur",
    "settings": {"dashboard": {"display_name": "Imagined", "timezone": "Europe/Copenhagen"}},
}


def _products() -> list[Record]:
    return [{"id": one, "object": "product", "name": name, "created": 1} for one, name in made.PRODUCTS.items()]


def _team() -> Record:
    return made.price("team", 1000)


def _items(subscription: Record) -> list[Record]:
    return cast("list[Record]", cast("Record", subscription["items"])["data"])


def _charge_of(one: Record) -> str:
    charge = one.get("charge", one)
    return str(charge["id"]) if isinstance(charge, dict) else str(charge)


def _created(one: Record) -> int:
    created = one["created"]
    return created if isinstance(created, int) else 0


def _fits(one: Record, asked: Asked) -> bool:
    created, kind = _created(one), str(one.get("type", ""))
    types = asked.query.get("types[]") or [asked.one("type")]
    payment = one.get("payment")
    intent = payment.get("payment_intent") if isinstance(payment, dict) else one.get("payment_intent")
    wanted = asked.one("payment[payment_intent]") or asked.one("payment_intent")
    return (
        (not asked.one("created[gte]") or created >= asked.number("created[gte]") or isinstance(one["created"], str))
        and (not asked.one("created[lt]") or created < asked.number("created[lt]"))
        and (not asked.one("created[lte]") or created <= asked.number("created[lte]"))
        and any(kind.startswith(name.removesuffix("*")) if name.endswith("*") else name in ("", kind) for name in types)
        and (not wanted or intent == wanted)
        and asked.one("invoice") in ("", one.get("invoice"))
        and asked.one("status", "all") in ("all", one.get("status"))
        and (one.get("object") != "subscription" or bool(asked.one("status")) or one["status"] != "canceled")
    )


def _expanded(asked: Asked) -> set[str]:
    return set(asked.query.get("expand[]", []))


def _shown(one: Record, expanded: set[str]) -> Record:
    """Return an object with ids in the place of what was not asked for in full."""
    shown = dict(one)
    for name in _EXPANDABLE:
        if name in shown and not any(wanted.partition(".")[0] == name for wanted in expanded):
            shown[name] = _id_of(shown[name])
    if isinstance(shown.get("items"), dict):
        full = any(wanted.startswith("items.data.discounts") for wanted in expanded)
        items = [{**item, "discounts": _coupons_by_id(item["discounts"], full=full)} for item in _items(shown)]
        shown["items"] = _listed(items, more=False)
    return shown


def _coupons_by_id(discounts: JsonValue, *, full: bool) -> JsonValue:
    """Return an item's discounts as ids or in full, their coupons as ids: Stripe expands four levels and no more."""
    listed = cast("list[Record]", discounts)
    if not full:
        return [_id_of(one) for one in listed]
    coupons = [cast("Record", one["source"])["coupon"] for one in listed]
    return [
        {**one, "source": {"type": "coupon", "coupon": _id_of(coupon)}}
        for one, coupon in zip(listed, coupons, strict=True)
    ]


def _id_of(value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_id_of(one) for one in value]
    return value["id"] if isinstance(value, dict) else value


def _listed(rows: Sequence[Record], *, more: bool) -> Record:
    return {"object": "list", "has_more": more, "data": cast("JsonValue", list(rows))}


def _error(status: int, code: str, message: str) -> Told:
    error = {"type": "invalid_request_error", "message": message} | ({"code": code} if code else {})
    return Told(status, {"error": error}, {"Request-Id": "req_imagined"})


def _limit() -> tuple[int, Record, dict[str, str]]:
    body: Record = {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests"}}
    return 429, body, {"Stripe-Rate-Limited-Reason": "global-rate"}
