-- The stages that deals have entered, numbered in their order; there is no stage for being lost.
select
    _line,
    _key,
    _key || ':' || place as source_id,
    _key as deal_id,
    entered ->> 'name' as stage,
    try_cast(entered ->> 'order' as bigint) as stage_order,
    try_cast(entered ->> 'entered' as timestamptz)::timestamp as entered_at,
    case when try_cast(entered ->> 'entered' as timestamptz) is null then entered ->> 'entered' end as entered_at__raw,
    try_cast(entered ->> 'left' as timestamptz)::timestamp as left_at,
    is_deleted
from (
    select
        _line,
        _key,
        coalesce(is_deleted = 'true', false) or status = 'deleted' as is_deleted,
        unnest(from_json(stages_entered, '["JSON"]')) as entered,
        generate_subscripts(from_json(stages_entered, '["JSON"]'), 1) as place
    from records
)
