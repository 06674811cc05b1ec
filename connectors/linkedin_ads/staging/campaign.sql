-- Campaigns with their budgets, which are decimal texts in whole units of their own currency.
select
    _line,
    _key,
    _key as source_id,
    'LinkedIn Ads' as platform,
    'campaign' as campaign_level,
    name as campaign,
    lower(replace("objectiveType", '_', ' ')) as objective,
    lower(replace(status, '_', ' ')) as campaign_status,
    'Paid social' as marketing_channel,
    cast(make_timestamp(try_cast("runSchedule" ->> 'start' as bigint) * 1000) as date) as starts_on,
    cast(make_timestamp(try_cast("runSchedule" ->> 'end' as bigint) * 1000) as date) as ends_on,
    cast(round(try_cast("dailyBudget" ->> 'amount' as decimal(28, 12)) * units) as bigint) as budget_daily_original,
    cast(round(try_cast("totalBudget" ->> 'amount' as decimal(28, 12)) * units) as bigint) as budget_lifetime_original,
    currency as currency_original,
    make_timestamp(try_cast("changeAuditStamps" -> 'lastModified' ->> 'time' as bigint) * 1000) as source_updated_at
from (
    select *, minor_units(currency) as units
    from (
        select *, coalesce("dailyBudget" ->> 'currencyCode', "totalBudget" ->> 'currencyCode') as currency
        from records
    )
)
