-- Companies; `company_id` is the id that they have in the owner's own systems.
select
    _line,
    _key,
    _key as source_id,
    name as account,
    nullif(regexp_extract(lower(trim(website)), '^(?:https?://)?(?:www\.)?([^/:?#\s]+)', 1), '') as domain,
    case when company_id is not null then cast(json_object('company_id', company_id) as varchar) end as external_ids,
    industry as account_industry,
    try_cast(size as bigint) as employees,
    case when json_valid(plan) then plan ->> 'name' end as plan,
    make_timestamp(try_cast(created_at as bigint) * 1000000) as source_created_at,
    case when try_cast(created_at as bigint) is null then created_at end as source_created_at__raw,
    make_timestamp(try_cast(updated_at as bigint) * 1000000) as source_updated_at
from records
