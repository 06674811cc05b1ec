-- What a conversation's statistics tell of its life: when it came and when it was last closed. One that was opened again
-- keeps the row of its close as a deleted one, so that the close of before does not stay.
select
    _line,
    _key,
    _key || '-' || kind as source_id,
    _key as ticket_id,
    kind,
    coalesce(moment, created) as occurred_at,
    case when kind = 'created' then 'customer' end as actor_type,
    case when kind = 'solved' then true end as is_final_solve,
    moment is null as is_deleted
from (
    select *, unnest(['created', 'solved']) as kind, unnest([created, closed]) as moment
    from (
        select
            *,
            make_timestamp(try_cast(created_at as bigint) * 1000000) as created,
            case when state = 'closed' then
                make_timestamp(try_cast(numbers ->> 'last_close_at' as bigint) * 1000000)
            end as closed
        from (select *, case when json_valid(statistics) then statistics end as numbers from records)
    )
)
where moment is not null or (kind = 'solved' and created is not null and (numbers ->> 'first_close_at') is not null)
