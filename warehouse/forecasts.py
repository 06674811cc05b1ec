"""Forecasts of daily counts for each client account, with the back-test that tells how far to trust them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import orjson

from schemas import DateRange, Grain
from warehouse.build_context import BuildContext
from warehouse.clients import read_client_accounts
from warehouse.metric_about import stage_metric_about
from warehouse.period_values import OVERVIEW, Wanted, create_value_table, stage_values, with_rows
from warehouse.seasonal_model import BACKTEST_DAYS, WINDOW, Point, forecast

METRICS = ("tickets_created", "sessions", "leads")
HORIZON = 60
_MODEL = "weekday pattern, damped trend"
_STAFFED = "tickets_created"  # capacity is a matter of tickets
_SHAPE = (
    '[{"client_account_id": "VARCHAR", "metric_id": "VARCHAR", "forecast_on": "DATE", "forecast_value": "DOUBLE", '
    '"forecast_low": "DOUBLE", "forecast_high": "DOUBLE", "actual_value": "DOUBLE", "history_days": "BIGINT", '
    '"trained_through": "DATE", "is_backtest": "BOOLEAN"}]'
)

# Agents work on weekdays; without the workspace's tickets_per_agent_day their capacity is unknown.
_ROWS = f"""
with
agents as (
    select client_account_id, active_from, left_on
    from normalised.user_agent
    where is_listed and is_service_agent
),
staffed as (
    select points.client_account_id, forecast_on, count(agents.client_account_id) as agents
    from (select distinct client_account_id, forecast_on from forecast_made) as points
    left join agents on agents.client_account_id = points.client_account_id
        and (active_from is null or active_from <= forecast_on) and (left_on is null or left_on > forecast_on)
    group by all
)
select
    forecast_made.*,
    about.metric_label,
    case when metric_id = '{_STAFFED}' then
        agents * cast($tickets_per_agent_day as double) * cast(isodow(forecast_on) <= 5 as integer)
    end as capacity,
    '{_MODEL}' as forecast_model,
    'base' as scenario,
    abs(forecast_value - actual_value) as error_abs,
    forecast_value - actual_value as error_signed,
    case when is_backtest then abs(actual_value) end as actual_abs,
    case when is_backtest then actual_value end as actual_tested,
    case when is_backtest then cast(actual_value between forecast_low and forecast_high as integer) end as inside_days,
    case when is_backtest then 1 end as tested_days
from forecast_made
join metric_about as about using (metric_id)
join staffed using (client_account_id, forecast_on)
"""  # noqa: S608


def build_forecasts(context: BuildContext) -> str:
    """Forecast every series that is long enough and return the SELECT of the points."""
    stage_metric_about(context)
    rows = [row for series in _series(context) for row in _rows(*series)]
    context.connection.execute(
        f"create or replace temp table forecast_made as select unnest(from_json($rows, '{_SHAPE}'), max_depth := 2)",
        {"rows": orjson.dumps(rows).decode()},
    )
    return _ROWS


def _series(context: BuildContext) -> Iterator[tuple[str, str, date, list[float]]]:
    """Give client account, metric, first day and daily values without gaps, up to yesterday or the last day with any.

    A day without a value inside the series is a day without tickets, visits or leads.
    """
    offered = context.model.datasets[OVERVIEW].metrics if OVERVIEW in context.model.datasets else ()
    metrics = with_rows(context, [name for name in METRICS if name in offered])
    create_value_table(context, "daily_value")
    dates = DateRange(context.today - timedelta(days=WINDOW + BACKTEST_DAYS), context.today)
    for metric in metrics:  # one at a time: beside another metric, a day without rows would look like a zero
        wanted = Wanted(OVERVIEW, (metric,), Grain.DAY, dates)
        stage_values(context, "daily_value", read_client_accounts(context.connection), wanted)
    found: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for client, metric, day, value in context.connection.execute(
        "select client_account_id, metric_id, period_start, metric_value from daily_value order by all"
    ).fetchall():
        found[client, metric][day] = value
    for (client, metric), values in found.items():
        first, last = min(values), max(values)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        yield client, metric, first, [values.get(day, 0.0) for day in days]


def _rows(client: str, metric: str, first: date, history: Sequence[float]) -> Iterator[dict[str, object]]:
    for point in forecast(history, HORIZON):
        yield _row(client, metric, first, point)


def _row(client: str, metric: str, first: date, point: Point) -> dict[str, object]:
    return {
        "client_account_id": client,
        "metric_id": metric,
        "forecast_on": first + timedelta(days=point.day),
        "forecast_value": point.value,
        "forecast_low": point.low,
        "forecast_high": point.high,
        "actual_value": point.actual,
        "history_days": min(point.trained, WINDOW),
        "trained_through": first + timedelta(days=point.trained - 1),
        "is_backtest": point.actual is not None,
    }
