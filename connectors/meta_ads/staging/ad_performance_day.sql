-- Campaigns by day; all figures are text, money in whole units of the account's currency.
select
    _line,
    _key,
    _key as source_id,
    try_cast(date_start as date) as performed_on,
    case when try_cast(date_start as date) is null then date_start end as performed_on__raw,
    'Meta Ads' as platform,
    account_name as ad_account,
    campaign_id,
    campaign_name as campaign,
    lower(replace(regexp_replace(objective, '^OUTCOME_', ''), '_', ' ')) as objective,
    'Paid social' as marketing_channel,
    cast(round(try_cast(spend as decimal(28, 12)) * units) as bigint) as spend_original,
    case when try_cast(spend as decimal(28, 12)) is null then spend end as spend_original__raw,
    cast(round(try_cast(conversion_value as decimal(28, 12)) * units) as bigint) as conversion_value_original,
    account_currency as currency_original,
    try_cast(impressions as bigint) as impressions,
    try_cast(clicks as bigint) as clicks,
    try_cast(inline_link_clicks as bigint) as link_clicks,
    try_cast(video_views as bigint) as video_views,
    try_cast(engagements as bigint) as engagements,
    try_cast(reach as bigint) as reach,
    try_cast(conversions as double) as conversions,
    try_cast(leads as double) as leads,
    attribution_setting as attribution_window,
    timezone as source_timezone,
    try_cast(settled as boolean) as is_settled
from (
    select *, minor_units(account_currency) as units
    from records
)
