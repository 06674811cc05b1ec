-- Campaigns, deleted ones too: their past figures stay. Meta counts budgets in its own smallest units, which for some
-- currencies are whole units although the currency has cents.
select
    _line,
    _key,
    _key as source_id,
    'Meta Ads' as platform,
    'campaign' as campaign_level,
    name as campaign,
    lower(replace(regexp_replace(objective, '^OUTCOME_', ''), '_', ' ')) as objective,
    lower(replace(coalesce(effective_status, status), '_', ' ')) as campaign_status,
    'Paid social' as marketing_channel,
    try_cast(left(start_time, 10) as date) as starts_on,
    try_cast(left(stop_time, 10) as date) as ends_on,
    cast(try_cast(daily_budget as hugeint) * units // counted_in as bigint) as budget_daily_original,
    cast(try_cast(lifetime_budget as hugeint) * units // counted_in as bigint) as budget_lifetime_original,
    currency as currency_original,
    try_cast(updated_time as timestamptz)::timestamp as source_updated_at
from (
    select
        *, minor_units(currency) as units,
        case
            when upper(currency) in ('CLP', 'COP', 'CRC', 'HUF', 'ISK', 'IDR', 'JPY', 'KRW', 'PYG', 'TWD', 'VND') then 1
            else 100
        end as counted_in
    from records
)
