-- The advertiser on TikTok.
select
    _line,
    _key,
    _key as source_id,
    'TikTok Ads' as platform,
    coalesce(nullif(name, ''), advertiser_id) as ad_account,
    currency as currency_original,
    timezone as source_timezone,
    lower(replace(regexp_replace(status, '^STATUS_', ''), '_', ' ')) as ad_account_status,
    cast(make_timestamp(try_cast(create_time as bigint) * 1000000) as date) as created_on
from records
