-- Goals of months and quarters, in the unit in which the metric is served.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    metric as metric_id,
    customer as account_id,
    grain as period_grain,
    try_cast(period_start as date) as period_start,
    case when try_cast(period_start as date) is null then period_start end as period_start__raw,
    try_cast(target as double) as target,
    try_cast("min" as double) as target_min,
    try_cast("max" as double) as target_max,
    direction as goal_direction,
    try_cast(near as double) as near_share,
    try_cast(weight as double) as weight,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
