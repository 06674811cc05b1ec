-- Deals. Values are JSON numbers in major units, whose text is decimal. The names of stage and pipeline are put beside
-- by the reader. A deleted deal has lost its status; the times still tell it.
select
    _line,
    _key,
    _key as source_id,
    org_id as account_id,
    person_id as contact_id,
    owner_id,
    coalesce(pipeline_name, pipeline_id) as pipeline,
    coalesce(stage_name, stage_id) as stage,
    try_cast(stage_order as bigint) as stage_order,
    deal_status,
    cast(round(amount * minor_units(currency)) as bigint) as amount_original,
    case when amount is null then "value" end as amount_original__raw,
    upper(currency) as currency_original,
    case deal_status
        when 'won' then 1.0
        when 'lost' then 0.0
        else coalesce(try_cast(probability as double), try_cast(stage_probability as double)) / 100
    end as probability,
    try_cast(add_time as timestamptz)::timestamp as created_at,
    case when try_cast(add_time as timestamptz) is null then add_time end as created_at__raw,
    try_cast(closed as timestamptz)::timestamp as closed_at,
    case when try_cast(closed as timestamptz) is null then closed end as closed_at__raw,
    try_cast(expected_close_date as date) as expected_close,
    lost_reason,
    coalesce(is_deleted = 'true', false) or status = 'deleted' as is_deleted,
    try_cast(update_time as timestamptz)::timestamp as source_updated_at
from (
    select
        *,
        -- Large values come as 1.0E7, which has no direct way to a decimal.
        coalesce(
            try_cast("value" as decimal(38, 6)), try_cast(try_cast("value" as double) as decimal(38, 6))
        ) as amount,
        case
            when status in ('open', 'won', 'lost') then status
            when won_time is not null then 'won'
            when lost_time is not null then 'lost'
            else 'open'
        end as deal_status,
        case when status <> 'open' then coalesce(won_time, lost_time, close_time) end as closed
    from records
)
