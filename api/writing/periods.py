"""Periods of goals: weeks, months, quarters and years by the first day of each; pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

GoalGrain: TypeAlias = Literal["week", "month", "quarter", "year"]
GRAINS: tuple[GoalGrain, ...] = get_args(GoalGrain)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_start(day: date, grain: GoalGrain, week_start: int = 0) -> date:
    """Return the first day of the period that a day is in; `week_start` counts from Monday."""
    if grain == "week":
        return day - timedelta(days=(day.weekday() - week_start) % 7)
    months = _MONTHS[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def next_start(first: date, grain: GoalGrain, count: int = 1) -> date:
    """Return the first day of the period that many periods later."""
    if grain == "week":
        return first + timedelta(days=7 * count)
    year, month = divmod(first.year * 12 + first.month - 1 + count * _MONTHS[grain], 12)
    return date(year, month + 1, 1)


def periods_between(first: date, last: date, grain: GoalGrain) -> Iterator[date]:
    """Give the first day of every period from one to another, both included."""
    while first <= last:
        yield first
        first = next_start(first, grain)


def year_later(first: date, grain: GoalGrain) -> date:
    """Return the same period of the next year; of weeks the one 52 weeks later."""
    return next_start(first, grain, {"week": 52, "month": 12, "quarter": 4, "year": 1}[grain])


def period_name(first: date, grain: GoalGrain) -> str:
    """Return what people call a period, such as `Oct 2026` or `Q4 2026`."""
    match grain:
        case "week":
            return f"week of {first.day} {first:%b %Y}"
        case "month":
            return f"{first:%b %Y}"
        case "quarter":
            return f"Q{(first.month + 2) // 3} {first.year}"
        case "year":
            return str(first.year)
