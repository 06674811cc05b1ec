-- The stages that deals have entered. To be lost is no advance, wherever that stage stands in the pipeline, so it has
-- no place in the order; whether the deal advanced from the others is found at the end of a load.
select
    _line,
    _key,
    _key || ':' || (entered ->> 'id') as source_id,
    _key as deal_id,
    entered ->> 'label' as stage,
    case when not is_lost then try_cast(entered ->> 'order' as bigint) end as stage_order,
    entered ->> 'pipeline' as pipeline,
    try_cast(entered ->> 'entered' as timestamptz)::timestamp as entered_at,
    case when try_cast(entered ->> 'entered' as timestamptz) is null then entered ->> 'entered' end as entered_at__raw,
    try_cast(entered ->> 'exited' as timestamptz)::timestamp as left_at,
    case when is_lost then false end as is_advanced,
    is_deleted
from (
    select
        *,
        coalesce(
            try_cast(entered ->> 'closed' as boolean) and try_cast(entered ->> 'probability' as double) = 0, false
        ) as is_lost
    from (
        select
            _line,
            _key,
            try_cast(archived as boolean) as is_deleted,
            unnest(from_json(stages_entered, '["JSON"]')) as entered
        from records
    )
)
