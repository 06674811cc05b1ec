"""The periods that a report asks for: the reader's, an item's own, and the one that it is compared with; pure.

The viewer's `src/ranges.ts` is the twin of this module.
"""

from datetime import date, timedelta
from typing import Literal, TypeAlias

from looker_templates.parts import Period, Unit

Days: TypeAlias = tuple[date, date]
Comparison = Literal["previous_period", "previous_year"]

ALL_TIME: Days = (date(2000, 1, 1), date(2050, 12, 31))
"""Looker Studio always sends a range; this one holds every day of the calendar."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def earlier_range(start: date, end: date, compare: Comparison = "previous_period") -> Days:
    """Give the period of the same length that ends the day before, or the same days of the year before."""
    if compare == "previous_year":
        return _year_before(start), _year_before(end)
    return start - timedelta(days=1) - (end - start), start - timedelta(days=1)


def own_range(period: Period, end: date) -> Days:
    """Give an item's own period, whole units, the last one as far as the page's period goes."""
    first = unit_start(end, period.unit)
    after = add_units(first, period.unit, 1)
    until = add_units(after, period.unit, period.next) - timedelta(days=1) if period.next else end
    return (add_units(first, period.unit, 1 - period.last) if period.last else after), until


def unit_start(day: date, unit: Unit) -> date:
    """Give the first day of the unit that a day is in; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def add_units(first: date, unit: Unit, count: int) -> date:
    """Move the first day of a unit by whole units."""
    if unit in ("day", "week"):
        return first + timedelta(days=count * (7 if unit == "week" else 1))
    year, month = divmod(first.year * 12 + first.month - 1 + count * _MONTHS[unit], 12)
    return date(year, month + 1, 1)


def _year_before(day: date) -> date:
    """Give the same day of the year before; of a leap day the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
