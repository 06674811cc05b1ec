"""What an invented software house has at Stripe: its customers, what they subscribe to, and every bill since then."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from connectors import JsonValue
from tests.connectors.fake_vendor import Record

PLAIN = 30  # subscriptions that are only there to fill pages
PRODUCTS: dict[str, str] = {"prod_team": "Team", "prod_calls": "Calls"}


def second(text: str) -> int:
    """Return the epoch second of a day or a moment, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def customer(name: str, created: str, **more: JsonValue) -> Record:
    """Return a customer."""
    return {
        "id": f"cus_{name}",
        "object": "customer",
        "address": {"city": "Aalborg", "country": "DK", "line1": None, "line2": None, "postal_code": None},
        "created": second(created),
        "currency": "eur",
        "delinquent": False,
        "description": None,
        "email": f"billing@{name}.example",
        "metadata": {},
        "name": f"{name.title()} Works",
        "preferred_locales": ["da"],
        **more,
    }


def price(name: str, amount: int | None, every: str = "month", **more: JsonValue) -> Record:
    """Return a price; with `usage` or parts of a cent as given."""
    recurring: Record = {"interval": every, "interval_count": 1, "meter": None, "usage_type": "licensed"}
    return {
        "id": f"price_{name}",
        "object": "price",
        "billing_scheme": "per_unit",
        "currency": "eur",
        "lookup_key": None,
        "nickname": None,
        "product": "prod_team",
        "recurring": recurring | cast("Record", more.pop("recurring", {})),
        "transform_quantity": None,
        "type": "recurring",
        "unit_amount": amount,
        "unit_amount_decimal": None if amount is None else str(amount),
        **more,
    }


def item(name: str, created: str, of: Record, quantity: int | None = 1, **more: JsonValue) -> Record:
    """Return an item of a subscription."""
    return {
        "id": f"si_{name}",
        "object": "subscription_item",
        "created": second(created),
        "current_period_start": second("2026-03-01"),
        "current_period_end": second("2026-04-01"),
        "discounts": [],
        "metadata": {},
        "price": of,
        "quantity": quantity,
        "subscription": f"sub_{name.partition('_')[0]}",
        **more,
    }


def subscription(name: str, created: str, *items: Record, **more: JsonValue) -> Record:
    """Return a subscription of the customer with the same name."""
    return {
        "id": f"sub_{name}",
        "object": "subscription",
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "created": second(created),
        "currency": "eur",
        "customer": f"cus_{name}",
        "discounts": [],
        "ended_at": None,
        "items": {"object": "list", "has_more": False, "data": list(items)},
        "metadata": {},
        "start_date": second(created),
        "status": "active",
        "trial_end": None,
        **more,
    }


def discount(name: str, end: int | None = None, **coupon: JsonValue) -> Record:
    """Return a discount with its coupon."""
    full: Record = {
        "id": f"co_{name}",
        "object": "coupon",
        "amount_off": None,
        "currency": None,
        "duration": "forever",
        "percent_off": None,
        "valid": True,
        **coupon,
    }
    return {"id": f"di_{name}", "object": "discount", "end": end, "source": {"type": "coupon", "coupon": full}}


def subscriptions() -> list[Record]:
    """Return the subscriptions: each special one has a name for what is special, the rest are numbered."""
    team, day = price("team", 1000), "2025-12-10T09:00:00"
    yearly, weekly = price("year", 120_000, "year"), price("week", 1200, "week")
    special = [
        subscription("yearly", day, item("yearly", day, yearly, 3)),
        subscription("weekly", day, item("weekly", day, weekly)),
        subscription(
            "coupon", day, item("coupon", day, price("fifty", 5000)), discounts=[discount("fifth", percent_off=20.0)]
        ),
        subscription("yen", day, item("yen", day, price("yen", 5000, currency="jpy")), currency="jpy"),
        subscription("dinar", day, item("dinar", day, price("dinar", 12_345, currency="kwd")), currency="kwd"),
        subscription("upgrade", day, item("upgrade", day, team, 8)),
        subscription(
            "gone",
            day,
            item("gone", day, team, 2),
            status="canceled",
            canceled_at=second("2026-02-10T12:00:00"),
            ended_at=second("2026-02-15T09:00:00"),
            cancellation_details={"comment": None, "feedback": "too_expensive", "reason": "cancellation_requested"},
        ),
        subscription("trial", day, item("trial", day, team), status="trialing", trial_end=second("2026-04-10")),
        subscription(
            "meter",
            day,
            item("meter", day, price("calls", 10, product="prod_calls", recurring={"usage_type": "metered"}), None),
        ),
        subscription(
            "cents", day, item("cents", day, {**price("cents", None), "unit_amount_decimal": "0.5"}, quantity=1000)
        ),
        subscription(
            "shared",
            day,
            item("shared", day, price("thirty", 3000)),
            item("shared_b", day, team),
            discounts=[discount("four", amount_off=400, currency="eur")],
        ),
        subscription("packs", day, item("packs", day, _packs(), 11)),
    ]
    days = [f"2026-01-{number % 27 + 1:02}T09:00:00" for number in range(PLAIN)]
    names = [f"p{number:02}" for number in range(PLAIN)]
    return special + [
        subscription(name, begun, item(name, begun, team)) for name, begun in zip(names, days, strict=True)
    ]


def _packs() -> Record:
    return {**price("packs", 700), "transform_quantity": {"divide_by": 5, "round": "up"}}


def invoice(name: str, created: int, amount: int, *, paid: bool, **more: JsonValue) -> Record:
    """Return an invoice of `amount` before tax with tax of a quarter, due two weeks later."""
    total = amount + amount // 4
    return {
        "id": f"in_{name}",
        "object": "invoice",
        "amount_due": total,
        "amount_paid": total if paid else 0,
        "amount_remaining": 0 if paid else total,
        "created": created,
        "currency": "eur",
        "customer": f"cus_{name.partition('_')[0]}",
        "due_date": created + 14 * 86_400,
        "effective_at": created,
        "number": f"A-{name}",
        "parent": {
            "type": "subscription_details",
            "subscription_details": {"metadata": {}, "subscription": f"sub_{name.partition('_')[0]}"},
            "quote_details": None,
        },
        "shipping_cost": None,
        "status": "paid" if paid else "open",
        "status_transitions": {
            "finalized_at": created,
            "marked_uncollectible_at": None,
            "paid_at": created + 3 * 86_400 if paid else None,
            "voided_at": None,
        },
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": total,
        "total_excluding_tax": amount,
        **more,
    }


def charge(name: str, created: int, amount: int, **more: JsonValue) -> Record:
    """Return a payment; its fee is kept back in the same currency."""
    fee: Record = {"id": f"txn_{name}", "object": "balance_transaction", "currency": "eur", "fee": amount // 50 + 25}
    return {
        "id": f"ch_{name}",
        "object": "charge",
        "amount": amount,
        "amount_captured": amount,
        "amount_refunded": 0,
        "balance_transaction": fee,
        "captured": True,
        "created": created,
        "currency": "eur",
        "customer": f"cus_{name.partition('_')[0]}",
        "payment_intent": f"pi_{name}",
        "payment_method_details": {"type": "card"},
        "refunded": False,
        "status": "succeeded",
        **more,
    }


def bills(subscriptions: Sequence[Record]) -> dict[str, list[Record]]:
    """Return three months of bills, of which some of March are open, their payments, and a few refunds and disputes."""
    found: dict[str, list[Record]] = {
        name: [] for name in ("invoices", "charges", "invoice_payments", "refunds", "credit_notes", "disputes")
    }
    for number, one in enumerate(subscriptions):
        for month in ("2026-01", "2026-02", "2026-03"):
            name, created = f"{str(one['id']).removeprefix('sub_')}_{month}", second(f"{month}-05T08:00:00")
            paid = not (month == "2026-03" and number % 5 == 0)
            found["invoices"].append(invoice(name, created, 1000 + 8 * number, paid=paid))
            if paid:
                total = int(str(found["invoices"][-1]["total"]))
                found["charges"].append(charge(name, created + 3 * 86_400, total))
                payment: Record = {"type": "payment_intent", "payment_intent": f"pi_{name}"}
                link: Record = {"id": f"inpay_{name}", "object": "invoice_payment", "created": created}
                found["invoice_payments"].append({**link, "invoice": f"in_{name}", "payment": payment})
    for number, paid_by in enumerate(found["charges"][:14]):
        moment = int(str(paid_by["created"])) + 86_400
        same: Record = {"charge": paid_by, "currency": "eur", "created": moment}
        same["payment_intent"] = paid_by["payment_intent"]
        refund: Record = {"id": f"re_{number:02}", "object": "refund", "amount": 500, "status": "succeeded"}
        found["refunds"].append(refund | same)
        status = ("lost", "won", "needs_response")[number % 3]
        dispute: Record = {"id": f"du_{number:02}", "object": "dispute", "amount": 1250, "status": status}
        found["disputes"].append(dispute | same)
        if number % 2 == 0:
            billed = str(paid_by["id"]).replace("ch_", "in_", 1)
            found["credit_notes"].append(_note(number, billed, str(paid_by["customer"]), moment))
    return found


def _note(number: int, invoice: str, customer: str, created: int) -> Record:
    return {
        "id": f"cn_{number:02}",
        "object": "credit_note",
        "created": created,
        "currency": "eur",
        "customer": customer,
        "effective_at": created,
        "invoice": invoice,
        "number": f"A-CN-{number:02}",
        "refunds": [{"amount_refunded": 500, "refund": f"re_{number:02}"}],
        "status": "issued",
        "subtotal": 400,
        "subtotal_excluding_tax": 400,
        "total": 500,
        "total_excluding_tax": 400,
    }
