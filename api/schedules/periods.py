"""Which days a scheduled report is about, seen from the day on which it goes out; pure.

Every period ends on a day that is over: what is still going on would be wrong as soon as it is read.
"""

from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from api.writing.periods import next_start, period_start
from looker_templates import Days

PeriodName: TypeAlias = Literal[
    "yesterday",
    "last_full_week",
    "last_7_days",
    "last_28_days",
    "last_full_month",
    "month_to_date",
    "last_full_quarter",
    "year_to_date",
]
PERIODS: tuple[PeriodName, ...] = get_args(PeriodName)
_ROLLING = {"yesterday": 1, "last_7_days": 7, "last_28_days": 28}


def days_of(period: PeriodName, today: date, first_weekday: int = 0) -> Days:
    """Return the first and the last day of a period; `first_weekday` counts from Monday."""
    yesterday = today - timedelta(days=1)
    if period in _ROLLING:
        return today - timedelta(days=_ROLLING[period]), yesterday
    match period:
        case "month_to_date":
            return yesterday.replace(day=1), yesterday
        case "year_to_date":
            return yesterday.replace(month=1, day=1), yesterday
        case "last_full_week":
            first = period_start(today, "week", first_weekday)
            return first - timedelta(days=7), first - timedelta(days=1)
        case "last_full_quarter":
            first = period_start(today, "quarter")
            return next_start(first, "quarter", -1), first - timedelta(days=1)
        case _:
            first = period_start(today, "month")
            return next_start(first, "month", -1), first - timedelta(days=1)
