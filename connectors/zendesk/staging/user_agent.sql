-- Agents and administrators; light agents (role type 1) may only write notes. Who is no longer active has left.
select
    _line,
    _key,
    _key as source_id,
    name as agent,
    lower(trim(email)) as email,
    group_name as agent_group,
    case when role_type = '1' then 'other' else 'agent' end as staff_role,
    try_cast(created_at as timestamptz)::date as active_from,
    case when try_cast(created_at as timestamptz) is null then created_at end as active_from__raw,
    case when active = 'false' then try_cast(updated_at as timestamptz)::date end as active_to,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
where role in ('agent', 'admin')
