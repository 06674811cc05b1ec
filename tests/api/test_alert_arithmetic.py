"""When a rule fires, against values that were worked out by hand."""

from datetime import date, timedelta

import pytest

from api.alerts.judging import Judged, Values, earlier, judge, runs
from api.alerts.measuring import finished
from api.alerts.records import Against, Direction, Grain, Rule

THURSDAY = date(2026, 11, 12)
# In order: 90 96 98 99 100 100 100 100 101 102 104 110, so the median is 100. Distances from it, in order:
# 0 0 0 0 1 1 2 2 4 4 10 10, so their median is 1.5, and a usual distance is 1.4826 * 1.5 = 2.2239.
HISTORY = (100, 104, 96, 102, 98, 100, 110, 90, 101, 99, 100, 100)


def thursdays(value: float | None, history: tuple[float | None, ...] = HISTORY) -> Values:
    """Give a Thursday and those before it; the days between are far off, and must not count."""
    days: dict[date, float | None] = {THURSDAY - timedelta(days=at): 5_000 for at in range(1, 90)}
    days |= {THURSDAY - timedelta(days=7 * (at + 1)): one for at, one in enumerate(history)}
    return {**days, THURSDAY: value}


def one(rule: Rule, values: Values, period: date = THURSDAY, *, in_points: bool = False) -> Judged:
    found = judge(rule, values, period, in_points=in_points)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("value", "direction", "distance", "fires"),
    [
        (110, "either", 10 / 2.2239, True),
        (110, "above", 10 / 2.2239, True),
        (110, "below", 10 / 2.2239, False),
        (107, "either", 7 / 2.2239, False),
        (92, "below", -8 / 2.2239, True),
        (100, "either", 0, False),
    ],
)
def test_an_unusual_day_is_far_from_the_same_weekdays(
    value: float, direction: Direction, distance: float, fires: bool
) -> None:
    found = one(Rule("anomaly", 3.5, direction), thursdays(value))
    assert found.distance == pytest.approx(distance)
    assert (found.compared, found.fires) == (100, fires)


def test_days_that_are_all_alike_count_two_per_cent_as_usual() -> None:
    alike = (200.0,) * 12
    assert one(Rule("anomaly", 3.5, "either"), thursdays(212, alike)).distance == pytest.approx(12 / 4)
    assert one(Rule("anomaly", 3.5, "either"), thursdays(214, alike)).fires is True
    assert judge(Rule("anomaly", 3.5, "either"), thursdays(9, (0.0,) * 12), THURSDAY) is None


def test_too_little_history_says_nothing() -> None:
    rule = Rule("anomaly", 3.5, "either")
    assert judge(rule, thursdays(500, (100.0,) * 5 + (None,) * 7), THURSDAY) is None
    assert one(rule, thursdays(500, (100.0,) * 6 + (None,) * 6)).fires is True
    assert judge(rule, thursdays(None), THURSDAY) is None


def test_a_threshold_is_crossed_not_touched() -> None:
    for value, above, below in ((79.9, False, True), (80, False, False), (80.1, True, False), (0, False, True)):
        assert one(Rule("threshold", 80, "above"), {THURSDAY: value}).fires is above
        assert one(Rule("threshold", 80, "below"), {THURSDAY: value}).fires is below
    assert judge(Rule("threshold", 80, "below"), {THURSDAY: None}, THURSDAY) is None


def test_a_change_is_a_share_or_points() -> None:
    fell = {date(2026, 10, 1): 120.0, date(2026, 9, 1): 150.0, date(2025, 10, 1): 100.0}
    october = date(2026, 10, 1)
    found = one(Rule("change", 0.2, "below", "month"), fell, october)
    assert found.distance == pytest.approx(-0.2)
    assert (found.compared, found.fires) == (150, True)
    assert one(Rule("change", 0.2, "above", "month"), fell, october).fires is False
    grew = one(Rule("change", 0.2, "above", "month", "year_before"), fell, october)
    assert grew.distance == pytest.approx(0.2)
    assert grew.fires is True
    rate = {THURSDAY: 0.71, date(2026, 11, 11): 0.81}
    points = one(Rule("change", 0.1, "below"), rate, in_points=True)
    assert points.distance == pytest.approx(-0.1)
    assert points.fires is True
    assert judge(Rule("change", 0.2, "above"), {THURSDAY: 5, date(2026, 11, 11): 0}, THURSDAY) is None


def test_staleness_counts_the_days_since_the_last_value() -> None:
    values = {THURSDAY - timedelta(days=4): 3.0, THURSDAY - timedelta(days=1): None}
    found = one(Rule("stale", 3), values)
    assert (found.period, found.value, found.fires) == (THURSDAY - timedelta(days=4), 4, True)
    assert one(Rule("stale", 4), values).fires is False
    assert judge(Rule("stale", 1), {THURSDAY: None}, THURSDAY) is None


def test_what_lasts_is_one_time_and_a_missing_value_ends_nothing() -> None:
    days = [THURSDAY + timedelta(days=at) for at in range(8)]
    values = dict(zip(days, (9, 3, None, 2, 8, 8, 1, 9), strict=True))
    found = runs(Rule("threshold", 5, "below"), values, days)
    assert [(one.first_on, one.last_on, one.judged.value) for one in found] == [
        (days[1], days[3], 3),
        (days[6], days[6], 1),
    ]


@pytest.mark.parametrize(
    ("grain", "against", "expected"),
    [
        ("day", "period_before", date(2026, 2, 28)),
        ("day", "year_before", date(2025, 3, 2)),  # a Sunday as well
        ("week", "period_before", date(2026, 2, 22)),
        ("month", "period_before", date(2026, 2, 1)),
        ("month", "year_before", date(2025, 3, 1)),
    ],
)
def test_periods_are_compared_with_the_ones_before(grain: Grain, against: Against, expected: date) -> None:
    assert earlier(date(2026, 3, 1), grain, against) == expected


def test_only_periods_that_are_over_are_judged() -> None:
    first, until = date(2026, 10, 1), date(2026, 10, 31)
    assert finished("month", first, until, 0) == [first]
    assert finished("month", first, until - timedelta(days=1), 0) == []
    weeks = finished("week", first, until, 6)  # that begin on Sunday: the first one begins before
    assert (weeks[0], weeks[-1]) == (date(2026, 10, 4), date(2026, 10, 25))
    assert len(finished("day", first, until, 0)) == 31
