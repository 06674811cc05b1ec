-- Agents. Collaborators and field agents answer no tickets.
select
    _line,
    _key,
    _key as source_id,
    person ->> 'name' as agent,
    lower(trim(person ->> 'email')) as email,
    group_name as agent_group,
    case when coalesce(type, 'support_agent') = 'support_agent' then 'agent' else 'other' end as staff_role,
    try_cast(created_at as timestamptz)::date as active_from,
    case when try_cast(created_at as timestamptz) is null then created_at end as active_from__raw,
    case when try_cast(deactivated as boolean) then try_cast(updated_at as timestamptz)::date end as active_to,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from (select *, case when json_valid(contact) then contact end as person from records)
