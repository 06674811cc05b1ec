-- Users and leads; the first of a person's companies counts.
select
    _line,
    _key,
    _key as source_id,
    case when json_valid(companies) then companies -> 'data' -> 0 ->> 'id' end as account_id,
    name as contact_name,
    lower(trim(email)) as email,
    sha256(lower(trim(email))) as email_hash,
    role as contact_role,
    language_override as contact_language,
    case when json_valid(location) then location ->> 'country' end as country,
    case when json_valid(location) then location ->> 'city' end as city,
    make_timestamp(try_cast(created_at as bigint) * 1000000) as created_at,
    case when try_cast(created_at as bigint) is null then created_at end as created_at__raw,
    make_timestamp(try_cast(updated_at as bigint) * 1000000) as source_updated_at,
    try_cast(unsubscribed_from_emails as boolean) as is_unsubscribed
from records
