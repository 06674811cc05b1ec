-- The staff list.
select
    _line,
    _key,
    _key as source_id,
    client as client_slug,
    name as agent,
    email,
    team,
    "group" as agent_group,
    role as staff_role,
    manager,
    try_cast(cost_per_hour ->> 'minor' as bigint) as cost_per_hour_original,
    cost_per_hour ->> 'currency' as currency_original,
    try_cast(active_from as date) as active_from,
    case when try_cast(active_from as date) is null then active_from end as active_from__raw,
    try_cast(active_to as date) as active_to,
    case when try_cast(active_to as date) is null then active_to end as active_to__raw,
    try_cast(bot as boolean) as is_bot,
    try_cast(updated_at as timestamptz)::timestamp as source_updated_at
from records
