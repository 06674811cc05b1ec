-- Campaigns by day. Cost is decimal text with noise in its last digits; rounding to minor units removes it.
select
    _line,
    _key,
    _key as source_id,
    try_cast("date" as date) as performed_on,
    case when try_cast("date" as date) is null then "date" end as performed_on__raw,
    'LinkedIn Ads' as platform,
    account_name as ad_account,
    campaign_id,
    'Paid social' as marketing_channel,
    cast(round(try_cast("costInLocalCurrency" as decimal(28, 12)) * units) as bigint) as spend_original,
    case
        when try_cast("costInLocalCurrency" as decimal(28, 12)) is null then "costInLocalCurrency"
    end as spend_original__raw,
    cast(round(try_cast("conversionValueInLocalCurrency" as decimal(28, 12)) * units) as bigint)
        as conversion_value_original,
    currency as currency_original,
    try_cast(impressions as bigint) as impressions,
    try_cast(clicks as bigint) as clicks,
    try_cast("landingPageClicks" as bigint) as link_clicks,
    try_cast("videoViews" as bigint) as video_views,
    try_cast("totalEngagements" as bigint) as engagements,
    try_cast("externalWebsiteConversions" as double) as conversions,
    try_cast("oneClickLeads" as double) as leads,
    try_cast("externalWebsitePostViewConversions" as double) as view_through_conversions,
    'UTC' as source_timezone,
    try_cast(settled as boolean) as is_settled
from (
    select *, minor_units(currency) as units
    from records
)
