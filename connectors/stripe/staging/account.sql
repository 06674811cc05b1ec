-- Customers.
select
    _line,
    _key,
    _key as source_id,
    coalesce(nullif(trim(name), ''), nullif(trim(email), ''), nullif(trim(description), '')) as account,
    address ->> 'country' as country,
    address ->> 'city' as city,
    case when json_type(metadata) = 'OBJECT' and metadata <> '{}' then metadata end as external_ids,
    true as is_customer,
    try(make_timestamp(try_cast(created as bigint) * 1000000)) as source_created_at,
    case when try(make_timestamp(try_cast(created as bigint) * 1000000)) is null then created end
        as source_created_at__raw
from records
