-- Each cost spread evenly over its days, and what was spent on advertising. What was spent to win customers follows
-- the workspace's cac_scope: ads, ads_fees (with agency fees), or full (every cost of sales and marketing).
with
entries as (
    select *, coalesce(greatest(ends_on, starts_on), starts_on) as last_on
    from normalised.cost_entry
    where is_listed and amount_original is not null
),
spread as (
    select
        client_account_id,
        source_system || '|' || source_id as cost_entry_id,
        cast(unnest(range(starts_on, last_on + 1, interval 1 day)) as date) as cost_on,
        cost_category,
        cost_scope,
        account_id,
        acquisition_channel,
        persona,
        segment,
        region,
        account_owner,
        service_level,
        amount / (last_on - starts_on + 1) as amount,
        amount_base / (last_on - starts_on + 1) as amount_base
    from entries
    union all by name
    select
        client_account_id,
        'ads|' || source_system || '|' || coalesce(marketing_channel, '') as cost_entry_id,
        performed_on as cost_on,
        'ads' as cost_category,
        'marketing' as cost_scope,
        marketing_channel as acquisition_channel,
        sum(spend) as amount,
        sum(spend_base) as amount_base
    from normalised.ad_performance_day
    where is_listed and spend_original is not null
    group by all
)
select
    *,
    cost_on + $cac_lag_days as cac_on,
    coalesce(
        case $cac_scope
            when 'ads' then cost_category = 'ads'
            when 'ads_fees' then cost_category in ('ads', 'agency_fee')
            else coalesce(cost_scope, case when cost_category in ('ads', 'agency_fee') then 'marketing' end)
                in ('sales', 'marketing')
        end,
        false
    ) as is_in_cac
from spread
