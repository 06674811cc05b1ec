-- The person whom a customer's bills go to.
select
    _line,
    _key,
    _key as source_id,
    _key as account_id,
    nullif(trim(email), '') as email,
    nullif(trim(name), '') as contact_name,
    preferred_locales ->> 0 as contact_language,
    address ->> 'country' as country,
    address ->> 'city' as city,
    try(make_timestamp(try_cast(created as bigint) * 1000000)) as created_at,
    case when try(make_timestamp(try_cast(created as bigint) * 1000000)) is null then created end as created_at__raw
from records
