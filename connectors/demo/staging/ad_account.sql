-- Accounts on the advertising platforms.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    platform,
    name as ad_account,
    currency as currency_original,
    timezone as source_timezone,
    status as ad_account_status,
    try_cast(created_on as date) as created_on,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
