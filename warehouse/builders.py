"""Builds that need more than SQL: each returns the SELECT of its entity's rows, over what it staged before."""

from warehouse.about_builds import with_catalogue
from warehouse.build_context import BuildContext, Builder
from warehouse.forecasts import build_forecasts
from warehouse.goal_periods import build_account_goals, build_goal_periods
from warehouse.metric_snapshots import build_metric_snapshots
from warehouse.runs import build_missing_rates

__all__ = ["BUILDERS", "BuildContext", "Builder"]

# Entity or shared table -> the function that stages rows in temporary tables and returns a SELECT over them.
BUILDERS: dict[str, Builder] = {
    "account_goal": build_account_goals,
    "metric_snapshot": build_metric_snapshots,
    "goal_period": build_goal_periods,
    "benchmark_point": with_catalogue("benchmark_point"),
    "forecast_point": build_forecasts,
    "triangulation_point": with_catalogue("triangulation_point"),
    "missing_rate": build_missing_rates,
}
