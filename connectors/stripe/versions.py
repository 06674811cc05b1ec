"""Versions of subscription items: Stripe holds only what is true now, its events tell what was true before.

A version's key is the item's id and the second from which it is true. `starts` holds, for each item that has changed,
from when its present version is true.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.stripe.api import Record, whole_at

_PAID = ("active", "past_due", "trialing", "canceled")
_AT_ONCE = 60  # seconds in which a new subscription's own items are made
Starts = dict[str, int]


def version_of(subscription: Record, item: Record, start: int, end: int | None) -> Record:
    """Return the record of a version: from `start` (epoch seconds) up to `end`, while it is true None."""
    return {
        "id": f"{text_at(item, 'id')}@{start}",
        "valid_from": start,
        "valid_to": end,
        "subscription_item": item,
        "subscription": {name: value for name, value in subscription.items() if name != "items"},
        "bill": str(sum((_bill(one) for one in items_of(subscription)), Decimal(0))),
    }


def items_of(subscription: Mapping[str, JsonValue]) -> list[Record]:
    """Return the items of a subscription."""
    return records_at(subscription, "items", "data")


def present_versions(subscription: Record, starts: Starts) -> list[Record]:
    """Return the versions of a subscription that are true now, or were the last."""
    return [version_of(subscription, item, _start(subscription, item, starts), None) for item in items_of(subscription)]


def past_versions(events: Sequence[Record], starts: Starts) -> list[Record]:
    """Return the versions that events ended, and move `starts`; an event that was read before does nothing."""
    found = []
    for event in events:
        now, created = at(event, "data", "object"), whole_at(event, "created")
        before = _before(now, at(event, "data", "previous_attributes"))
        if not isinstance(now, dict) or before is None:
            continue
        present = {text_at(item, "id"): _worth(now, item) for item in items_of(now)}
        for item in items_of(before):
            name, start = text_at(item, "id"), _start(before, item, starts)
            if created > start and present.get(name) != _worth(before, item):
                found.append(version_of(before, item, start, created))
                starts[name] = created
    return found


def _start(subscription: Mapping[str, JsonValue], item: Record, starts: Starts) -> int:
    known = starts.get(text_at(item, "id"))
    if known is not None:
        return known
    made = whole_at(item, "created")
    # An item that came with the subscription began with it, perhaps back-dated; a later one when it was added.
    is_first = made <= whole_at(subscription, "created") + _AT_ONCE
    return (whole_at(subscription, "start_date") or made) if is_first else made


def _before(now: object, previous: object) -> Record | None:
    """Return the object as it was: what has changed is told with its old value, lists as a whole."""
    if not isinstance(now, dict) or not isinstance(previous, dict):
        return None
    merged: Record = dict(now)
    for name, old in previous.items():
        inner = _before(now.get(name), old)
        merged[name] = old if inner is None else inner
    return merged


def _worth(subscription: Mapping[str, JsonValue], item: Record) -> tuple[str, ...]:
    """Return what a version is told apart by: price, quantity, discounts and whether it is paid for."""
    status = text_at(subscription, "status")
    price = at(item, "price") or at(item, "plan")
    return (
        "paid" if status in _PAID else status,
        text_at(price, "id"),
        text_at(item, "quantity"),
        *(_discount_id(one) for owner in (subscription, item) for one in _list(owner, "discounts")),
        text_at(subscription, "discount", "id"),
    )


def _discount_id(discount: JsonValue) -> str:
    return discount if isinstance(discount, str) else text_at(discount, "id")


def _list(owner: Mapping[str, JsonValue], name: str) -> list[JsonValue]:
    found = owner.get(name)
    return found if isinstance(found, list) else []


def _bill(item: Record) -> Decimal:
    """Return what an item adds to a bill, in minor units."""
    price = text_at(item, "price", "unit_amount_decimal") or text_at(item, "price", "unit_amount")
    try:
        return Decimal(price or 0) * Decimal(text_at(item, "quantity") or 1)
    except InvalidOperation:
        return Decimal(0)
