-- What happened to the tickets: each carries its events as lists of number, kind, moment, actor, from and to.
select
    _line,
    _key,
    event[1] as source_id,
    client as client_slug,
    _key as ticket_id,
    event[2] as kind,
    try_cast(event[3] as timestamptz)::timestamp as occurred_at,
    case when try_cast(event[3] as timestamptz) is null then event[3] end as occurred_at__raw,
    event[4] as actor_type,
    case when event[4] = 'agent' then assignee end as actor_id,
    nullif(event[5], '') as from_value,
    nullif(event[6], '') as to_value,
    event[2] = 'solved' and event[3] = solved_at as is_final_solve
from (
    select _line, _key, client, assignee, solved_at, unnest(from_json(events, '[["VARCHAR"]]')) as event
    from records
)
