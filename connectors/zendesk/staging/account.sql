-- Organisations.
select
    _line,
    _key,
    _key as source_id,
    name as account,
    case when json_valid(domain_names) then lower(domain_names ->> 0) end as domain,
    case when external_id is not null then cast(json_object('external_id', external_id) as varchar) end
        as external_ids,
    try_cast(created_at as timestamptz)::timestamp as source_created_at,
    case when try_cast(created_at as timestamptz) is null then created_at end as source_created_at__raw,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at,
    deleted_at is not null as is_deleted
from records
