"""Values of the overview's metrics for each client account, month, quarter and year of the last three years.

A value is frozen when its period is over: `frozen_at` says since when it stands. It moves only if the metric is defined
otherwise or the rows behind it were restated; then the new value is frozen anew.
"""

from datetime import timedelta

from schemas import DateRange, Grain
from warehouse.build_context import BuildContext
from warehouse.clients import read_client_accounts
from warehouse.metric_about import stage_metric_about
from warehouse.period_values import OVERVIEW, Wanted, create_value_table, stage_values, with_rows

_YEARS = 3
_TABLE = "snapshot_value"

# Sums of fractions may differ in their last bits from run to run: such a value has not moved.
_ROWS = """
with
periods as (
    select *, cast(period_start + case period_grain
        when 'month' then interval 1 month when 'quarter' then interval 3 months else interval 1 year
    end as date) - 1 as period_end
    from snapshot_value
),
compared as (
    select
        periods.*, about.metric_label, about.definition_version, old.metric_value as old_value, old.frozen_at,
        coalesce(
            old.definition_version = about.definition_version
            and abs(old.metric_value - periods.metric_value) <= 1e-9 * greatest(abs(old.metric_value), 1e-9),
            false
        ) as is_same
    from periods
    join metric_about as about using (metric_id)
    left join normalised.metric_snapshot as old using (client_account_id, metric_id, period_grain, period_start)
)
select
    client_account_id, metric_id, metric_label, period_grain, period_start, definition_version,
    case when is_same then old_value else metric_value end as metric_value,
    case when period_end < $today then case when is_same then coalesce(frozen_at, $now) else $now end end as frozen_at
from compared
"""


def build_metric_snapshots(context: BuildContext) -> str:
    """Compute the values and return the SELECT that freezes them."""
    clients = read_client_accounts(context.connection)
    stage_metric_about(context)
    create_value_table(context, _TABLE)
    overview = context.model.datasets.get(OVERVIEW)
    metrics = with_rows(context, overview.metrics) if overview is not None else ()
    first = context.today.replace(year=context.today.year - _YEARS, day=1)
    starts = {
        Grain.MONTH: first,
        Grain.QUARTER: first.replace(month=first.month - (first.month - 1) % 3),
        Grain.YEAR: first.replace(month=1),
    }
    for grain, start in starts.items():
        dates = DateRange(start, context.today + timedelta(days=1))
        stage_values(context, _TABLE, clients, Wanted(OVERVIEW, metrics, grain, dates))
    for client in clients:
        known = with_rows(context, metrics, client.id)
        context.connection.execute(
            f"delete from {_TABLE} where client_account_id = $client and not list_contains($known, metric_id)",  # noqa: S608
            {"client": client.id, "known": list(known)},
        )
    return _ROWS
