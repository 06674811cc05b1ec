-- Visits by day. Revenue is decimal text in the property's currency; "(not set)" and its like mean unknown.
select
    _line,
    _key,
    _key as source_id,
    try_cast("date" as date) as visited_on,
    case when try_cast("date" as date) is null then "date" end as visited_on__raw,
    case when "sessionSource" not in ('', '(not set)', '(other)') then "sessionSource" end as traffic_source,
    case when "sessionMedium" not in ('', '(not set)', '(other)') then "sessionMedium" end as traffic_medium,
    case
        when "sessionCampaignName" not in ('', '(not set)', '(other)', '(organic)', '(direct)', '(referral)')
            then "sessionCampaignName"
    end as campaign,
    case
        when "sessionDefaultChannelGroup" not in ('', '(not set)', '(other)', 'Unassigned')
            then upper("sessionDefaultChannelGroup"[1]) || lower("sessionDefaultChannelGroup"[2:])
    end as marketing_channel,
    page as landing_page,
    case
        when page is null then null
        when regexp_matches(page, '(^|/)faqs?(/|$)') then 'faq'
        when regexp_matches(page, '(^|/)(help|hc|support|docs|knowledge-base)(/|$)') then 'help'
        when regexp_matches(page, '(^|/)(products?|shop|pricing)(/|$)') then 'product'
        when regexp_matches(page, '(^|/)(blog|news|articles)(/|$)') then 'blog'
        else 'other'
    end as page_type,
    case when "countryId" not in ('', '(not set)', '(other)') then "countryId" end as country,
    case when "deviceCategory" not in ('', '(not set)', '(other)') then "deviceCategory" end as device,
    try_cast(sessions as bigint) as sessions,
    case when try_cast(sessions as bigint) is null then sessions end as sessions__raw,
    try_cast("engagedSessions" as bigint) as engaged_sessions,
    try_cast("totalUsers" as bigint) as users,
    try_cast("newUsers" as bigint) as new_users,
    try_cast("screenPageViews" as bigint) as page_views,
    try_cast(transactions as bigint) as transactions,
    try_cast("userEngagementDuration" as double) as engagement_seconds,
    try_cast("keyEvents" as double) as key_events,
    cast(round(try_cast("purchaseRevenue" as decimal(28, 12)) * units) as bigint) as purchase_revenue_original,
    currency as currency_original,
    try_cast(sampled as boolean) as is_sampled,
    try_cast(thresholded as boolean) as is_thresholded,
    try_cast(other_row as boolean) as has_other_row,
    timezone as source_timezone
from (
    select
        *,
        case when "landingPage" not in ('', '(not set)', '(other)') then "landingPage" end as page,
        minor_units(currency) as units
    from records
)
