"""The seasonal model on series whose answer is known, and the forecast points of a workspace."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, NOW, Row, sync_rows
from warehouse import ClientAccount, WorkspaceDatabase
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


DOLLARS = ClientAccount("c2", "two", "Two", report_currency="USD")


def test_money_and_stocks_and_what_less_churn_would_keep(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    def item(account: str, since: str, amount: int, **more: object) -> Row:
        return {"account_id": account, "valid_from": since, "unit_amount_original": amount,
                "billing_interval": "month", "currency_original": "EUR"} | more  # fmt: skip

    def ad(days_ago: int, spend: int, currency: str = "EUR") -> Row:
        return {"performed_on": str(TODAY - timedelta(days=days_ago)), "spend_original": spend,
                "currency_original": currency}  # fmt: skip

    since = str(TODAY - timedelta(days=80))
    tables = {
        "subscription_item": [
            item("a", "2024-01-01", 10_000),
            item("b", since, 5_000),
            item("gone", "2024-01-01", 2_000, ended_on="2025-03-10"),
            item("d", "2024-01-01", 10_000, client="two", currency_original="USD"),
            item("left", "2024-01-01", 1_000, client="two", currency_original="USD", ended_on="2024-07-05"),
        ],
        # Until 70 days ago it is not known what every day cost; at weekends nothing runs, so it ends on Friday.
        "ad_performance_day": [
            *(ad(ago, 2_000) for ago in range(1, 120) if (TODAY - timedelta(days=ago)).isoweekday() < 6),
            ad(70, 100, "XCD"),
        ],
    }
    sync_rows(database, tmp_path, tables, clients=(CLIENT, DOLLARS))
    assert rows(
        """select client_account_id, metric_id, scenario, value_currency, bool_and(stock_on is not distinct from
               case when metric_id = 'mrr' then forecast_on end), count(*), count(actual_value), max(history_days)
           from normalised.forecast_point group by all order by all"""
    ) == [
        ("c1", "mrr", "base", "EUR", True, 116, 56, 365),
        ("c1", "mrr", "churn_minus_1pt", "EUR", True, 60, 0, 365),
        ("c1", "spend", "base", "EUR", True, 100, 40, 68),
        ("c2", "mrr", "base", "USD", True, 116, 56, 365),
        ("c2", "mrr", "churn_minus_1pt", "USD", True, 60, 0, 365),
    ]
    days = [TODAY - timedelta(days=ago) for ago in range(421, 0, -1)]
    of_mrr = [100.0 + 50 * (str(day) >= since) + 20 * (str(day) < "2025-03-10") for day in days]
    of_spend = [20.0 * (day.isoweekday() < 6) for day in days[-69:-1]]
    for metric, series_of_it in (("mrr", of_mrr), ("spend", of_spend)):
        wanted = [(round(point.value, 6), round(point.high, 6)) for point in forecast(series_of_it, 60)]
        assert wanted == rows(
            f"""select round(forecast_value, 6), round(forecast_high, 6) from normalised.forecast_point
                where client_account_id = 'c1' and metric_id = '{metric}' and scenario = 'base' order by forecast_on"""
        )
    assert rows(
        """select client_account_id, value_currency_base, bool_and(forecast_value_base = forecast_value),
               count(forecast_value_base) from normalised.forecast_point where metric_id = 'mrr'
           group by all order by 1"""
    ) == [("c1", "EUR", True, 176), ("c2", "EUR", None, 0)]  # there is no rate for dollars
    # Lost in twelve months: 20 of 12 × 100 + 10 × 20 + 2 × 50, more than a point; and 10 of 12 × 100 + 2 × 10.
    for client, kept_more in (("c1", 0.01), ("c2", 10 / 1_220)):
        found = rows(
            f"""select forecast_on - trained_through, saved.forecast_value / base.forecast_value,
                    saved.forecast_low / base.forecast_low, saved.forecast_high / base.forecast_high
                from normalised.forecast_point as base join normalised.forecast_point as saved
                    using (client_account_id, metric_id, forecast_on, trained_through)
                where client_account_id = '{client}' and base.scenario = 'base' and saved.scenario <> 'base'
                order by 1"""
        )
        assert [row[0] for row in found] == list(range(1, 61))
        for ahead_days, *factors in found:
            assert isinstance(ahead_days, int)
            assert factors == pytest.approx([(1 + kept_more) ** (ahead_days * 12 / 365)] * 3)


def test_a_series_that_ended_is_forecast_from_its_end(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"ticket": tickets(60, until=31)})
    found = rows("select min(forecast_on), max(capacity) from normalised.forecast_point where not is_backtest")
    assert found == [(TODAY - timedelta(days=30), None)]


def test_a_short_history_gives_no_points(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"ticket": tickets(55)})
    assert rows("select count(*) from normalised.forecast_point") == [(0,)]
