"""Whether a rule fires in a period, from the metric's values alone; pure.

A missing value says nothing: it neither fires nor ends what fires.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TypeAlias

from api.alerts.records import Against, Direction, Grain, Rule

Values: TypeAlias = Mapping[date, float | None]  # by the first day of the period

SAME_WEEKDAYS = 12  # weeks that a day is compared with
LEAST_WEEKDAYS = 6
# 1.4826 times the median absolute deviation is the standard deviation of a normal distribution.
_TO_DEVIATION = 1.4826
# Days that are nearly alike make every wiggle unusual: a spread under 2 % of the median counts as 2 %.
_LEAST_SPREAD = 0.02


@dataclass(frozen=True)
class Judged:
    """How a period stands: its value, what it was compared with, and how far it lies from that.

    `distance` is the change, the distance in usual spreads, or the days without data; None for a threshold.
    """

    period: date
    fires: bool
    value: float
    compared: float | None = None
    distance: float | None = None


@dataclass(frozen=True)
class Fired:
    """A run of periods in which a rule would have fired, by their first days, and the first of their values."""

    first_on: date
    last_on: date
    judged: Judged


def judge(rule: Rule, values: Values, period: date, *, in_points: bool = False) -> Judged | None:
    """Return how a period stands, None if that cannot be told; `in_points` tells changes as differences."""
    if rule.kind == "stale":
        return _staleness(rule, values, period)
    value = values.get(period)
    if value is None:
        return None
    match rule.kind:
        case "threshold":
            fires = value > rule.amount if rule.direction == "above" else value < rule.amount
            return Judged(period, fires, value)
        case "change":
            return _change(rule, values, period, value, in_points=in_points)
        case "anomaly":
            return _anomaly(rule, values, period, value)


def earlier(period: date, grain: Grain, against: Against) -> date:
    """Return the first day of the period that another is compared with; days and weeks keep their weekday."""
    if grain == "month":
        year, month = divmod(period.year * 12 + period.month - 1 - (1 if against == "period_before" else 12), 12)
        return date(year, month + 1, 1)
    if against == "year_before":
        return period - timedelta(days=364)
    return period - timedelta(days=1 if grain == "day" else 7)


def runs(rule: Rule, values: Values, periods: Iterable[date], *, in_points: bool = False) -> list[Fired]:
    """Return each time that a rule would have fired in some periods, given in their order."""
    found: list[Fired] = []
    is_open = False
    for period in periods:
        judged = judge(rule, values, period, in_points=in_points)
        if judged is None:
            continue
        if not judged.fires:
            is_open = False
        elif is_open:
            found[-1] = Fired(found[-1].first_on, period, found[-1].judged)
        else:
            found.append(Fired(period, period, judged))
            is_open = True
    return found


def _change(rule: Rule, values: Values, period: date, value: float, *, in_points: bool) -> Judged | None:
    before = values.get(earlier(period, rule.grain, rule.against))
    if before is None or (before == 0 and not in_points):
        return None
    change = value - before if in_points else (value - before) / abs(before)
    return Judged(period, _goes(change, rule.amount, rule.direction), value, before, change)


def _anomaly(rule: Rule, values: Values, period: date, value: float) -> Judged | None:
    """Compare a day with the same weekday of the weeks before: robust, since one odd day moves no median."""
    days = (period - timedelta(days=7 * week) for week in range(1, SAME_WEEKDAYS + 1))
    history = [known for day in days if (known := values.get(day)) is not None]
    if len(history) < LEAST_WEEKDAYS:
        return None
    middle = median(history)
    spread = max(_TO_DEVIATION * median(abs(one - middle) for one in history), _LEAST_SPREAD * abs(middle))
    if spread == 0:
        return None
    distance = (value - middle) / spread
    return Judged(period, _goes(distance, rule.amount, rule.direction), value, middle, distance)


def _staleness(rule: Rule, values: Values, today: date) -> Judged | None:
    """Count the days since the last one that has a value."""
    last = max((day for day, value in values.items() if value is not None and day <= today), default=None)
    if last is None:
        return None
    days = (today - last).days
    return Judged(last, days > rule.amount, float(days), distance=float(days))


def _goes(distance: float, amount: float, direction: Direction) -> bool:
    # 0.3 - 0.2 is a little less than 0.1; whoever writes 10 % means it.
    reached = abs(distance) >= amount - 1e-9
    match direction:
        case "above":
            return reached and distance > 0
        case "below":
            return reached and distance < 0
        case "either":
            return reached
