"""Invented figures by day for the fakes of advertising and analytics: the same ones in every run."""

import random
from collections.abc import Iterator
from datetime import date, timedelta


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last."""
    while first <= last:
        yield first
        first += timedelta(days=1)


def chance_of(*parts: object) -> random.Random:
    """Return chance that is the same for the same parts."""
    return random.Random("|".join(str(part) for part in parts))


def runs_on(day: date, number: int) -> bool:
    """Say whether campaign `number` was shown on a day: not every campaign is on every day."""
    return (day.toordinal() + number) % 5 != 0
