-- Organisations. By default they have no domain of their own; a website is filled in where somebody did.
select
    _line,
    _key,
    _key as source_id,
    name as account,
    nullif(regexp_extract(lower(trim(website)), '^(?:https?://)?(?:www\.)?([^/:?#]+)', 1), '') as domain,
    try_cast(employee_count as bigint) as employees,
    address ->> 'country' as country,
    address ->> 'admin_area_level_1' as account_region,
    address ->> 'locality' as city,
    owner_name as account_owner,
    is_deleted = 'true' as is_deleted,
    try_cast(add_time as timestamptz)::timestamp as source_created_at,
    try_cast(update_time as timestamptz)::timestamp as source_updated_at
from records
