"""Who pays at the fake Stripe on a day, and how much a month: read off its store, as a person would."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

_MONTHS = {"month": Fraction(1), "year": Fraction(12), "week": Fraction(12, 52)}
Stores = Mapping[str, Sequence[Mapping[str, Any]]]


def paying(stores: Stores, day: date) -> set[str]:
    """Return the customers that have a subscription when a day ends, one that is not tried out for nothing."""
    return {one["customer"] for one in _running(stores, day) if one["status"] != "trialing"}


def monthly_revenue(stores: Stores, day: date) -> float:
    """Return the monthly recurring revenue in euros when a day ends; other currencies have no rates here."""
    euros = (one for one in _running(stores, day) if one["currency"] == "eur" and one["status"] != "trialing")
    return float(sum(_cents(one, _later(stores, one, day)) for one in euros) / 100)


def _end(day: date) -> float:
    return datetime.combine(day + timedelta(days=1), time(), UTC).timestamp()


def _running(stores: Stores, day: date) -> list[Mapping[str, Any]]:
    return [
        one
        for one in stores["subscriptions"]
        if one["start_date"] < _end(day) and (one["ended_at"] is None or one["ended_at"] >= _end(day))
    ]


def _later(stores: Stores, subscription: Mapping[str, Any], day: date) -> int | None:
    """Return the quantity from before a change that came after the day."""
    for event in stores["events"]:
        if event["data"]["object"]["id"] == subscription["id"] and event["created"] >= _end(day):
            return int(event["data"]["previous_attributes"]["quantity"])
    return None


def _cents(subscription: Mapping[str, Any], quantity: int | None) -> Fraction:
    total = Fraction(0)
    for item in subscription["items"]["data"]:
        price = item["price"]
        if price["recurring"]["usage_type"] == "metered":
            continue
        units = quantity or item["quantity"]
        if price["transform_quantity"]:
            units = -(-units // price["transform_quantity"]["divide_by"])
        total += Fraction(price["unit_amount_decimal"]) * units / _MONTHS[price["recurring"]["interval"]]
    for one in subscription["discounts"]:
        coupon = one["source"]["coupon"]
        share = 1 - Fraction(coupon["percent_off"] or 0) / 100
        total = total * share - (coupon["amount_off"] or 0)
    return total
