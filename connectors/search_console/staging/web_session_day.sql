-- Appearances in searches by day. A position is a mean, so it is kept times its impressions and can be added up.
select
    _line,
    _key,
    _key as source_id,
    try_cast("date" as date) as visited_on,
    case when try_cast("date" as date) is null then "date" end as visited_on__raw,
    'google' as traffic_source,
    'organic' as traffic_medium,
    'Organic search' as marketing_channel,
    page as landing_page,
    case
        when regexp_matches(page, '/faqs?(/|$)') then 'faq'
        when regexp_matches(page, '/(help|hc|support|docs|knowledge-base)(/|$)') then 'help'
        when regexp_matches(page, '/(products?|shop|pricing)(/|$)') then 'product'
        when regexp_matches(page, '/(blog|news|articles)(/|$)') then 'blog'
        else 'other'
    end as page_type,
    lower(device) as device,
    cast(try_cast(clicks as double) as bigint) as search_clicks,
    cast(try_cast(impressions as double) as bigint) as search_impressions,
    case when try_cast(impressions as double) is null then impressions end as search_impressions__raw,
    try_cast("position" as double) * try_cast(impressions as double) as search_position_sum,
    'America/Los_Angeles' as source_timezone
from records
