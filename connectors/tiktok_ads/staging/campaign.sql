-- Campaigns in every state, deleted ones too. A budget of 0 means that there is none.
select
    _line,
    _key,
    _key as source_id,
    'TikTok Ads' as platform,
    'campaign' as campaign_level,
    campaign_name as campaign,
    lower(replace(objective_type, '_', ' ')) as objective,
    lower(replace(regexp_replace(coalesce(secondary_status, operation_status), '^CAMPAIGN_STATUS_', ''), '_', ' '))
        as campaign_status,
    'Paid social' as marketing_channel,
    try_cast(left(create_time, 10) as date) as starts_on,
    case when budget_mode like '%DAY%' then amount end as budget_daily_original,
    case when budget_mode like '%TOTAL%' then amount end as budget_lifetime_original,
    currency as currency_original,
    try_cast(create_time as timestamp) as source_created_at,
    try_cast(modify_time as timestamp) as source_updated_at
from (
    select *, nullif(cast(round(try_cast(budget as decimal(28, 12)) * units) as bigint), 0) as amount
    from (
        select *, minor_units(currency) as units
        from records
    )
)
