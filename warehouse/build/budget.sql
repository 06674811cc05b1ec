-- Each budget spread evenly over its days; one without an end is for the rest of its month.
with
entries as (
    select *, coalesce(ends_on, last_day(starts_on)) as last_on
    from normalised.budget_entry
    where is_listed and amount_original is not null
),
advertised as (
    select client_account_id, max(performed_on) as last_on
    from normalised.ad_performance_day
    where is_listed
    group by all
),
spread as (
    select
        *,
        cast(unnest(range(starts_on, last_on + 1, interval 1 day)) as date) as budget_on,
        last_on - starts_on + 1 as days
    from entries
    where starts_on <= last_on
)
select
    client_account_id,
    region,
    account_owner,
    service_level,
    source_system || '|' || source_id as budget_entry_id,
    budget_on,
    source_system,
    connection,
    platform,
    campaign,
    marketing_channel,
    amount / days as amount,
    amount_base / days as amount_base,
    coalesce(budget_on <= advertised.last_on, false) as is_elapsed
from spread
left join advertised using (client_account_id)
