-- The ad account on LinkedIn. It has no zone: LinkedIn's days are those of UTC.
select
    _line,
    _key,
    _key as source_id,
    'LinkedIn Ads' as platform,
    coalesce(nullif(name, ''), id) as ad_account,
    currency as currency_original,
    'UTC' as source_timezone,
    lower(replace(status, '_', ' ')) as ad_account_status
from records
