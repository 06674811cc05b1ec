-- How each metric is spread over the client accounts of the workspace, in each month that is over. Every client account
-- has the same rows, so that what one may see says nothing of another; below five of them nothing is said at all.
-- Money is compared only where all client accounts report in one currency.
with
months as (
    select client_account_id, metric_id, metric_about.metric_label, period_start, metric_value
    from normalised.metric_snapshot
    join metric_about using (metric_id)
    where period_grain = 'month' and frozen_at is not null
        and (not is_money or (select count(distinct report_currency) from normalised.client_account) = 1)
),
spread as (
    select
        metric_id,
        min(months.metric_label) as metric_label,
        period_start,
        quantile_cont(metric_value, [0.25, 0.5, 0.75]) as quantiles,
        count(*) as clients
    from months
    group by metric_id, period_start
)
select
    client_account.client_account_id,
    metric_id,
    metric_label,
    period_start,
    case when clients >= 5 then quantiles[2] end as benchmark_median,
    case when clients >= 5 then quantiles[1] end as benchmark_p25,
    case when clients >= 5 then quantiles[3] end as benchmark_p75,
    case when clients >= 5 then clients end as benchmark_n
from spread, normalised.client_account
