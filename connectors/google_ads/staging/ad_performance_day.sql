-- Campaigns by day and device. Cost comes in millionths, values as numbers of the account's currency.
select
    _line,
    _key,
    _key as source_id,
    try_cast("date" as date) as performed_on,
    case when try_cast("date" as date) is null then "date" end as performed_on__raw,
    'Google Ads' as platform,
    account_name as ad_account,
    campaign_id,
    campaign_name as campaign,
    case when device not in ('UNKNOWN', 'UNSPECIFIED') then lower(replace(device, '_', ' ')) end as device,
    'device' as breakdown_set,
    cast((try_cast("costMicros" as hugeint) * units + 500000) // 1000000 as bigint) as spend_original,
    case when try_cast("costMicros" as hugeint) is null then "costMicros" end as spend_original__raw,
    cast(round(try_cast("conversionsValue" as decimal(28, 12)) * units) as bigint) as conversion_value_original,
    currency as currency_original,
    try_cast(impressions as bigint) as impressions,
    try_cast(clicks as bigint) as clicks,
    try_cast(engagements as bigint) as engagements,
    try_cast(conversions as double) as conversions,
    try_cast("viewThroughConversions" as bigint) as view_through_conversions,
    timezone as source_timezone,
    try_cast(settled as boolean) as is_settled
from (
    select *, minor_units(currency) as units
    from records
)
