"""Invented exchange rates for the demo's currencies, one for each working day, the same on every machine."""

import csv
import io
import math
from datetime import date, timedelta

from connectors.demo.records import days_between, month_start, seeded
from connectors.demo.timeline import Timeline

PROVIDER = "demo (invented)"
_BASE = "EUR"
_USUAL = {"USD": 1.09, "GBP": 0.855}  # of one euro
_EARLIER = 38  # months; the oldest customers came that long before the first month


def rates_csv(timeline: Timeline, last: date, after: date | None = None) -> str:
    """Return a file of rates up to a day: all of them, or those after a day that is known already."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("date", "base", "currency", "rate", "provider"))
    first = month_start(timeline.start, -_EARLIER) if after is None else after + timedelta(days=1)
    for day in days_between(first, last):
        if day.weekday() < 5:
            for currency in _USUAL:
                writer.writerow((day.isoformat(), _BASE, currency, f"{rate_on(currency, day):.4f}", PROVIDER))
    return text.getvalue()


def rate_on(currency: str, day: date) -> float:
    """Return how much of a currency one euro buys on a day."""
    number = day.toordinal()
    slow, quick = math.sin(number / 211 + len(currency)), math.sin(number / 47 + ord(currency[0]))
    return _USUAL[currency] * (1 + 0.035 * slow + 0.012 * quick + seeded(currency, day).gauss(0, 0.0015))


def exchanged(amount: float, currency: str, wanted: str, day: date) -> float:
    """Return an amount in another currency, at the rates of a day."""
    if currency == wanted:
        return amount
    return (
        amount / (1 if currency == _BASE else rate_on(currency, day)) * (1 if wanted == _BASE else rate_on(wanted, day))
    )
