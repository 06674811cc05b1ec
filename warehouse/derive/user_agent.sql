-- A staff list says the last day; a period needs the first day after it. Who has no role is counted as nobody.
select
    *,
    active_to + 1 as left_on,
    staff_role = 'agent' and not coalesce(is_bot, false) as is_service_agent,
    staff_role = 'csm' and not coalesce(is_bot, false) as is_csm
from checked
