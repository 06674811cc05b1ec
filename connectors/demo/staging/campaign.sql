-- Campaigns, ad groups and ads.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    platform,
    level as campaign_level,
    parent as parent_id,
    name as campaign,
    objective,
    status as campaign_status,
    channel as marketing_channel,
    try_cast(starts_on as date) as starts_on,
    try_cast(daily_budget ->> 'minor' as bigint) as budget_daily_original,
    daily_budget ->> 'currency' as currency_original,
    name_parts,
    try_cast(naming_ok as boolean) as naming_ok,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
