"""Forecasts of each client account's daily figures, with the back-test that tells how far to trust them."""

from collections.abc import Iterator
from datetime import timedelta

import orjson

from warehouse.build_context import BuildContext
from warehouse.forecast_series import KINDS, Series, read_series
from warehouse.metric_about import stage_metric_about
from warehouse.seasonal_model import BACKTEST_DAYS, WINDOW, Point, forecast

HORIZON = 60
_MODEL = "weekday pattern, damped trend"
_STAFFED = "tickets_created"  # capacity is a matter of tickets
_SHAPE = (
    '[{"client_account_id": "VARCHAR", "metric_id": "VARCHAR", "forecast_on": "DATE", "forecast_value": "DOUBLE", '
    '"forecast_low": "DOUBLE", "forecast_high": "DOUBLE", "actual_value": "DOUBLE", "history_days": "BIGINT", '
    '"trained_through": "DATE", "is_backtest": "BOOLEAN", "is_stock": "BOOLEAN"}]'
)

# Agents work on weekdays; without the workspace's tickets_per_agent_day their capacity is unknown.
# With one point of churn less, each month keeps 1 % more of the revenue that it began with, or all that it would have
# lost if that is less; new and grown revenue are as in the base case. Without a full month its churn is unknown.
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
),
churned as (
    select client_account_id, least(0.01, sum(churn_amount) / nullif(sum(mrr_start), 0)) as kept_more
    from normalised.mrr_movement
    where month_start >= date_trunc('month', cast($today as date)) - interval 12 months
        and month_start < date_trunc('month', cast($today as date))
    group by all
),
cases as (
    select *, 'base' as scenario, 1.0 as factor from forecast_made
    union all
    select
        forecast_made.*, 'churn_minus_1pt',
        pow(1 + kept_more, cast(forecast_on - trained_through as double) / (365.0 / 12)) as factor
    from forecast_made
    join churned using (client_account_id)
    where metric_id = 'mrr' and not is_backtest and kept_more is not null
),
made as (
    select
        cases.* exclude (is_stock, factor, forecast_value, forecast_low, forecast_high),
        forecast_value * factor as forecast_value,
        forecast_low * factor as forecast_low,
        forecast_high * factor as forecast_high,
        about.metric_label,
        case when metric_id = '{_STAFFED}' then
            agents * cast($tickets_per_agent_day as double) * cast(isodow(forecast_on) <= 5 as integer)
        end as capacity,
        '{_MODEL}' as forecast_model,
        case when about.is_money then upper(client.report_currency) end as value_currency,
        case when about.is_money then upper($base_currency) end as value_currency_base,
        case when not about.is_money or upper(client.report_currency) = upper($base_currency) then 1.0
            else to_base.rate end as in_base,
        case when is_stock then forecast_on end as stock_on,
        abs(forecast_value - actual_value) as error_abs,
        forecast_value - actual_value as error_signed,
        case when is_backtest then abs(actual_value) end as actual_abs,
        case when is_backtest then actual_value end as actual_tested,
        case when is_backtest then cast(actual_value between forecast_low and forecast_high as integer) end
            as inside_days,
        case when is_backtest then 1 end as tested_days
    from cases
    join metric_about as about using (metric_id)
    join staffed using (client_account_id, forecast_on)
    join normalised.client_account as client using (client_account_id)
    left join normalised.fx_daily as to_base
        on to_base.currency_from = upper(client.report_currency) and to_base.currency_to = upper($base_currency)
        and to_base.day = trained_through
)
select
    * exclude (in_base),
    forecast_value * in_base as forecast_value_base,
    forecast_low * in_base as forecast_low_base,
    forecast_high * in_base as forecast_high_base,
    actual_value * in_base as actual_value_base,
    error_abs * in_base as error_abs_base,
    error_signed * in_base as error_signed_base,
    actual_abs * in_base as actual_abs_base,
    actual_tested * in_base as actual_tested_base
from made
"""  # noqa: S608


def build_forecasts(context: BuildContext) -> str:
    """Forecast every series that is long enough and return the SELECT of the points."""
    stage_metric_about(context)
    rows = [row for series in read_series(context, WINDOW + BACKTEST_DAYS) for row in _rows(series)]
    context.connection.execute(
        f"create or replace temp table forecast_made as select unnest(from_json($rows, '{_SHAPE}'), max_depth := 2)",
        {"rows": orjson.dumps(rows).decode()},
    )
    return _ROWS


def _rows(series: Series) -> Iterator[dict[str, object]]:
    for point in forecast(series.values, HORIZON):
        yield _row(series, point)


def _row(series: Series, point: Point) -> dict[str, object]:
    return {
        "client_account_id": series.client,
        "metric_id": series.metric,
        "forecast_on": series.first + timedelta(days=point.day),
        "forecast_value": point.value,
        "forecast_low": point.low,
        "forecast_high": point.high,
        "actual_value": point.actual,
        "history_days": min(point.trained, WINDOW),
        "trained_through": series.first + timedelta(days=point.trained - 1),
        "is_backtest": point.actual is not None,
        "is_stock": KINDS[series.metric].is_stock,
    }
