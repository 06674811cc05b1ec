-- Companies.
select
    _line,
    _key,
    _key as source_id,
    name as account,
    case when json_valid(domains) then lower(domains ->> 0) end as domain,
    industry as account_industry,
    account_tier as segment,
    try_cast(renewal_date as timestamptz)::date as renewal_on,
    case when try_cast(renewal_date as timestamptz) is null then renewal_date end as renewal_on__raw,
    try_cast(created_at as timestamptz)::timestamp as source_created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as source_created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
