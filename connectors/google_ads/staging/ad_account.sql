-- The Google Ads account.
select
    _line,
    _key,
    _key as source_id,
    'Google Ads' as platform,
    coalesce(nullif("descriptiveName", ''), id) as ad_account,
    "currencyCode" as currency_original,
    "timeZone" as source_timezone,
    lower(status) as ad_account_status
from records
