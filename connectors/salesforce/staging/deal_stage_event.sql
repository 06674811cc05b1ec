-- The stages that opportunities have entered. To be lost is no advance, wherever that stage stands, so it has no place
-- in the order; whether the deal advanced from the others is found at the end of a load.
select
    _line,
    _key,
    entered ->> 'id' as source_id,
    _key as deal_id,
    entered ->> 'label' as stage,
    case when (entered ->> 'lost') = 'false' then try_cast(entered ->> 'order' as bigint) end as stage_order,
    try_cast(entered ->> 'entered' as timestamptz)::timestamp as entered_at,
    case when try_cast(entered ->> 'entered' as timestamptz) is null then entered ->> 'entered' end as entered_at__raw,
    try_cast(entered ->> 'left' as timestamptz)::timestamp as left_at,
    case when (entered ->> 'lost') = 'true' then false end as is_advanced,
    is_deleted
from (
    select
        _line,
        _key,
        try_cast(IsDeleted as boolean) as is_deleted,
        unnest(from_json(StagesEntered, '["JSON"]')) as entered
    from records
)
