-- Campaigns, removed ones too: their past figures stay. Budgets come in millionths of the account's currency.
select
    _line,
    _key,
    _key as source_id,
    'Google Ads' as platform,
    'campaign' as campaign_level,
    name as campaign,
    lower(status) as campaign_status,
    case "advertisingChannelType"
        when 'SEARCH' then 'Paid search'
        when 'SHOPPING' then 'Paid shopping'
        when 'VIDEO' then 'Paid video'
        when 'DISPLAY' then 'Display'
        when 'PERFORMANCE_MAX' then 'Cross-network'
        when 'DEMAND_GEN' then 'Cross-network'
    end as marketing_channel,
    case when period is distinct from 'CUSTOM_PERIOD' then budget end as budget_daily_original,
    case when period = 'CUSTOM_PERIOD' then budget end as budget_lifetime_original,
    nullif(currency, '') as currency_original
from (
    select
        *,
        cast((try_cast("amountMicros" as hugeint) * units + 500000) // 1000000 as bigint) as budget
    from (
        select *, minor_units(currency) as units
        from records
    )
)
