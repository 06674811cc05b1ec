"""The seasonal model on series whose answer is known, and the forecast points of a workspace."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import NOW, Row, sync_rows
from warehouse import WorkspaceDatabase
from warehouse.seasonal_model import MIN_HISTORY, Point, forecast
from warehouse.state import read_settings, write_settings

WEEK = (1.2, 1.1, 1.0, 1.0, 0.9, 0.5, 0.3)


def series(days: int, of_day: Callable[[int], float]) -> list[float]:
    return [of_day(day) for day in range(days)]


def ahead(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if point.actual is None]


def test_a_week_that_repeats_is_forecast_exactly() -> None:
    points = forecast(series(140, lambda day: 70 * WEEK[day % 7]), 60)
    for point in points:
        assert point.value == pytest.approx(70 * WEEK[point.day % 7], rel=0.02)
    assert [point.day for point in ahead(points)] == list(range(140, 200))
    tested = [point for point in points if point.actual is not None]
    assert [point.day for point in tested] == list(range(84, 140))
    assert {point.trained for point in tested} == set(range(84, 140, 7))


def test_a_trend_goes_on_for_a_while_and_then_levels_off() -> None:
    points = ahead(forecast(series(365, lambda day: (100 + 0.5 * day) * WEEK[day % 7]), 60))
    level = [point.value / WEEK[point.day % 7] for point in points]
    assert level[6] > 100 + 0.5 * 360
    assert level[6] - level[0] > level[59] - level[53] >= 0


def test_fewer_than_56_days_give_no_forecast() -> None:
    assert forecast(series(MIN_HISTORY - 1, lambda _: 10), 60) == []
    points = forecast(series(MIN_HISTORY, lambda _: 10), 60)
    assert (len(ahead(points)), len(points) - len(ahead(points))) == (60, 28)


def test_nothing_stays_nothing_and_no_value_is_negative() -> None:
    assert {(point.value, point.low, point.high) for point in forecast([0.0] * 90, 5)} == {(0.0, 0.0, 0.0)}
    falling = forecast(series(120, lambda day: max(0.0, 60 - day)), 60)
    assert min(min(point.value, point.low) for point in falling) >= 0


def test_the_interval_holds_about_nine_days_in_ten() -> None:
    chance = random.Random(3)
    inside = tested = 0
    for _ in range(10):
        made = series(200, lambda day: max(0.0, round(80 * WEEK[day % 7] + chance.gauss(0, 8))))
        for point in forecast(made, 1):
            if point.actual is not None:
                tested += 1
                inside += point.low <= point.actual <= point.high
    assert tested == 560
    assert 0.83 <= inside / tested <= 0.96


def test_a_backtest_knows_nothing_of_the_days_that_it_is_tested_on() -> None:
    calm = series(112, lambda day: 50 * WEEK[day % 7])
    shocked = [*calm[:105], *(value * 3 for value in calm[105:])]
    first, second = forecast(calm, 1), forecast(shocked, 1)
    values = [(point.day, point.value) for point in first if point.actual is not None]
    assert values == [(point.day, point.value) for point in second if point.actual is not None]
    assert ahead(second)[0].value > ahead(first)[0].value
    assert ahead(second)[0].high - ahead(second)[0].low > ahead(first)[0].high - ahead(first)[0].low


TODAY = NOW.date()


def tickets(days: int, until: int = 1) -> list[Row]:
    """Return two tickets on weekdays and one at weekends, the last `until` days before today."""
    made: list[Row] = []
    for number in range(days):
        on = TODAY - timedelta(days=until + number)
        made += [{"created_at": f"{on} 09:00:00", "channel": "chat"}] * (2 if on.isoweekday() < 6 else 1)
    return made


def test_forecast_points_of_a_workspace(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    with database.writing() as cursor:
        write_settings(cursor, replace(read_settings(cursor), tickets_per_agent_day=1.5))
    agents: list[Row] = [
        {"agent": "Ada", "staff_role": "agent", "active_from": "2024-01-01"},
        {
            "agent": "Bob",
            "staff_role": "agent",
            "active_from": "2024-01-01",
            "active_to": str(TODAY + timedelta(days=3)),
        },
        {"agent": "Bot", "staff_role": "agent", "is_bot": True},
        {"agent": "Cid", "staff_role": "csm"},
    ]
    report = sync_rows(database, tmp_path, {"ticket": tickets(100), "user_agent": agents})
    assert report.build_problems == ()
    assert rows(
        """select metric_id, is_backtest, count(*), min(forecast_on), max(forecast_on), min(trained_through),
                  max(trained_through), min(history_days), max(history_days), count(actual_value), sum(tested_days)
           from normalised.forecast_point group by all order by 2"""
    ) == [
        ("tickets_created", False, 60, TODAY, TODAY + timedelta(59), *[TODAY - timedelta(1)] * 2, 100, 100, 0, None),
        ("tickets_created", True, 56, TODAY - timedelta(56), TODAY - timedelta(1), TODAY - timedelta(57),
         TODAY - timedelta(8), 44, 93, 56, 56),
    ]  # fmt: skip
    found = rows(
        """select forecast_on, round(forecast_value, 1), capacity from normalised.forecast_point
           where not is_backtest order by 1 limit 7"""
    )
    assert found[0] == (date(2025, 6, 15), 1.0, 0.0)  # a Sunday
    assert [row[2] for row in found] == [0.0, 3.0, 3.0, 3.0, 1.5, 1.5, 0.0]
    assert [row[1] for row in found] == [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0]
    errors = rows(
        """select bool_and(abs(error_abs - abs(forecast_value - actual_value)) < 1e-9
                   and abs(error_signed - (forecast_value - actual_value)) < 1e-9
                   and actual_abs = actual_value and actual_tested = actual_value
                   and inside_days = cast(forecast_low <= actual_value and actual_value <= forecast_high as integer))
           from normalised.forecast_point where is_backtest"""
    )
    assert errors == [(True,)]


def test_a_series_that_ended_is_forecast_from_its_end(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"ticket": tickets(60, until=31)})
    found = rows("select min(forecast_on), max(capacity) from normalised.forecast_point where not is_backtest")
    assert found == [(TODAY - timedelta(days=30), None)]


def test_a_short_history_gives_no_points(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"ticket": tickets(55)})
    assert rows("select count(*) from normalised.forecast_point") == [(0,)]
