"""What every generator of the demo uses: records, chances that depend on a name only, and moments as text."""

import math
import random
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from connectors.json_value import JsonValue

Record = dict[str, JsonValue]


def seeded(*parts: object) -> random.Random:
    """Return chances that are the same for the same parts on every machine."""
    return random.Random("/".join(str(part) for part in parts))  # noqa: S311


def poisson(chance: random.Random, mean: float) -> int:
    """Return how often something happens that happens `mean` times on average."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        number += 1
        product *= chance.random()
    return number


def stamp(moment: datetime | None) -> str | None:
    """Return a moment in UTC as an API writes it."""
    return None if moment is None else f"{moment.isoformat()[:19]}Z"


def day_text(day: date | None) -> str | None:
    """Return a day as an API writes it."""
    return None if day is None else day.isoformat()


def seen(moment: datetime | None, until: datetime) -> datetime | None:
    """Return a moment that has come by `until`, else nothing."""
    return moment if moment is not None and moment < until else None


def passed(day: date | None, until: datetime) -> date | None:
    """Return a day that had begun (in UTC) before `until`, else nothing."""
    return day if day is not None and day < until.date() else None


def noon(day: date) -> datetime:
    """Return the middle of a day in UTC, for things of which only the day is known."""
    return datetime.combine(day, time(12), UTC)


@lru_cache(maxsize=4096)
def midnight(timezone: str, day: date) -> datetime:
    """Return the start of a local day in UTC."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def month_start(day: date, later: int = 0) -> date:
    """Return the first day of the month that is `later` months after a day's."""
    number = day.year * 12 + day.month - 1 + later
    return date(number // 12, number % 12 + 1, 1)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last of a shorter month."""
    start = month_start(day, months)
    last = (month_start(start, 1) - timedelta(days=1)).day
    return start.replace(day=min(day.day, last))
