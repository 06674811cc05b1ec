-- Teammates. Intercom does not say since when they are there; its own agent Fin is no teammate.
select
    _line,
    _key,
    _key as source_id,
    name as agent,
    lower(trim(email)) as email,
    team_name as agent_group,
    case when try_cast(has_inbox_seat as boolean) then 'agent' else 'other' end as staff_role
from records
