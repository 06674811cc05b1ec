-- Stages that the opportunities entered: lists of number, stage, order, entered, left and whether it went on.
select
    _line,
    _key,
    step[1] as source_id,
    client as client_slug,
    _key as deal_id,
    step[2] as stage,
    try_cast(step[3] as bigint) as stage_order,
    try_cast(step[4] as timestamptz)::timestamp as entered_at,
    case when try_cast(step[4] as timestamptz) is null then step[4] end as entered_at__raw,
    try_cast(step[5] as timestamptz)::timestamp as left_at,
    try_cast(step[6] as boolean) as is_advanced
from (select _line, _key, client, unnest(from_json(stages, '[["VARCHAR"]]')) as step from records)
