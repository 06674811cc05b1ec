-- Campaigns by day; all figures are text, '-' means none, money comes in whole units of the advertiser's currency.
select
    _line,
    _key,
    _key as source_id,
    try_cast(stat_time_day as date) as performed_on,
    case when try_cast(stat_time_day as date) is null then stat_time_day end as performed_on__raw,
    'TikTok Ads' as platform,
    account_name as ad_account,
    campaign_id,
    nullif(campaign_name, '') as campaign,
    'Paid social' as marketing_channel,
    cast(round(try_cast(spend as decimal(28, 12)) * units) as bigint) as spend_original,
    case when try_cast(spend as decimal(28, 12)) is null then nullif(spend, '-') end as spend_original__raw,
    cast(round(try_cast(value as decimal(28, 12)) * units) as bigint) as conversion_value_original,
    currency as currency_original,
    try_cast(impressions as bigint) as impressions,
    try_cast(clicks as bigint) as clicks,
    try_cast(video_play_actions as bigint) as video_views,
    try_cast(engagements as bigint) as engagements,
    try_cast(reach as bigint) as reach,
    try_cast(conversion as double) as conversions,
    timezone as source_timezone,
    try_cast(settled as boolean) as is_settled
from (
    select *, minor_units(currency) as units
    from records
)
