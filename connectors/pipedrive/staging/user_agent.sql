-- Users. Pipedrive does not tell when one left; the last change of one who is not active is near it. Its times of users
-- have no zone and are UTC.
select
    _line,
    _key,
    _key as source_id,
    name as agent,
    lower(email) as email,
    try_cast(created as timestamp)::date as active_from,
    case when try_cast(created as timestamp) is null then created end as active_from__raw,
    case when active_flag = 'false' then try_cast(modified as timestamp)::date end as active_to,
    false as is_bot,
    try_cast(modified as timestamp) as source_updated_at
from records
