"""A plain model of daily counts: a weekday pattern on a damped trend, and how wrong it was on days it had not seen.

The pattern is the median of each weekday's share of the week around it. The trend is exponential smoothing of what is
left (Holt's linear trend, damped by Gardner and McKenzie); its two weights are those with the smallest error one day
ahead. Nothing here is random: the same days give the same forecast.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

MIN_HISTORY = 56
WINDOW = 365  # days that are learnt from; older ones say little of next week
BACKTEST_DAYS = 56
_ORIGIN_STEP = 7  # a back-test forecasts a week, then learns it and goes on
_MIN_TRAINING = 28
_WEEK = 7
_DAMPING = 0.97
_LEVEL_WEIGHTS = (0.05, 0.1, 0.2, 0.4)
_TREND_WEIGHTS = (0.0, 0.02, 0.1)
_COVERAGE = 0.9  # share of days that the interval is made to hold


@dataclass(frozen=True)
class Point:
    """A forecast of one day; `actual` is set where the day was known but held back."""

    day: int  # index in the series; days after its end are forecasts
    trained: int  # days of the series that it was made from
    value: float
    low: float
    high: float
    actual: float | None = None


@dataclass(frozen=True)
class _Fit:
    level: float
    slope: float
    factors: tuple[float, ...]  # by day index modulo 7

    def ahead(self, day: int, steps: int) -> float:
        damped = sum(_DAMPING**step for step in range(1, steps + 1))
        return max(0.0, (self.level + self.slope * damped) * self.factors[day % _WEEK])


@dataclass(frozen=True)
class _Miss:
    origin: int
    day: int
    value: float
    actual: float

    @property
    def scaled(self) -> float:
        # The spread of a count grows with the root of its size.
        return abs(self.value - self.actual) / math.sqrt(max(self.value, 1.0))


def forecast(history: Sequence[float], horizon: int) -> list[Point]:
    """Return the back-test of the last days and `horizon` days ahead; nothing for fewer than 56 days of history."""
    if len(history) < MIN_HISTORY:
        return []
    misses = _backtest(history)
    points = [_tested(miss, _spread([one for one in misses if one.origin != miss.origin] or misses)) for miss in misses]
    fit, spread = _fit(history), _spread(misses)
    for steps in range(1, horizon + 1):
        day = len(history) + steps - 1
        points.append(_point(day, len(history), fit.ahead(day, steps), spread))
    return points


def _backtest(history: Sequence[float]) -> list[_Miss]:
    first = max(len(history) - BACKTEST_DAYS, _MIN_TRAINING)
    misses = []
    for origin in range(first, len(history), _ORIGIN_STEP):
        fit = _fit(history[:origin])
        for day in range(origin, min(origin + _ORIGIN_STEP, len(history))):
            misses.append(_Miss(origin, day, fit.ahead(day, day - origin + 1), history[day]))
    return misses


def _spread(misses: Sequence[_Miss]) -> float:
    """Return the size that the wanted share of scaled errors stays below, with linear interpolation."""
    ordered = sorted(miss.scaled for miss in misses)
    place = _COVERAGE * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _tested(miss: _Miss, spread: float) -> Point:
    return replace(_point(miss.day, miss.origin, miss.value, spread), actual=miss.actual)


def _point(day: int, trained: int, value: float, spread: float) -> Point:
    # Errors were measured up to a week ahead; further out they grow as those of a walk do.
    half = spread * math.sqrt(max(value, 1.0)) * math.sqrt(max(1.0, (day - trained + 1) / _WEEK))
    return Point(day, trained, value, max(0.0, value - half), value + half)


def _fit(history: Sequence[float]) -> _Fit:
    start = max(0, len(history) - WINDOW)
    factors = _weekday_factors(history, start)
    best: tuple[float, float, float] | None = None
    for level_weight in _LEVEL_WEIGHTS:
        for trend_weight in _TREND_WEIGHTS:
            found = _smooth(history, start, factors, level_weight, trend_weight)
            if best is None or found[0] < best[0]:
                best = found
    assert best is not None
    return _Fit(best[1], best[2], factors)


def _weekday_factors(history: Sequence[float], start: int) -> tuple[float, ...]:
    ratios: list[list[float]] = [[] for _ in range(_WEEK)]
    for day in range(start + 3, len(history) - 3):
        around = sum(history[day - 3 : day + 4]) / _WEEK
        if around > 0:
            ratios[day % _WEEK].append(history[day] / around)
    factors = [median(found) if found else 1.0 for found in ratios]
    mean = sum(factors) / _WEEK
    return tuple(factor / mean for factor in factors) if mean > 0 else (1.0,) * _WEEK


def _smooth(
    history: Sequence[float], start: int, factors: Sequence[float], level_weight: float, trend_weight: float
) -> tuple[float, float, float]:
    """Return the squared error one day ahead, the last level and the last slope."""
    burn_in = start + 2 * _WEEK
    level, slope, error = sum(history[start:burn_in]) / (2 * _WEEK), 0.0, 0.0
    for day in range(burn_in, len(history)):
        factor = factors[day % _WEEK]
        expected = level + _DAMPING * slope
        error += (history[day] - expected * factor) ** 2
        if factor < 0.05:  # a day without business says nothing of the level
            continue
        before = level
        level = expected + level_weight * (history[day] / factor - expected)
        slope = _DAMPING * slope + trend_weight * (level - before - _DAMPING * slope)
    return error, level, slope
