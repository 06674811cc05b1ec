-- What the statistics tell of a ticket's life: when it came, was last opened again, solved and closed. A ticket that is
-- open again keeps the row of its solve as a deleted one, so that the solve of before does not stay.
select
    _line,
    _key,
    _key || '-' || kind as source_id,
    _key as ticket_id,
    kind,
    coalesce(moment, created) as occurred_at,
    case when kind = 'created' then 'customer' end as actor_type,
    case when kind = 'created' then requester_id end as actor_id,
    case when kind = 'solved' then true end as is_final_solve,
    moment is null
        or coalesce(listed in ('deleted', 'spam'), false)
        or coalesce(try_cast(deleted as boolean), false)
        or coalesce(try_cast(spam as boolean), false) as is_deleted
from (
    select
        *,
        unnest(['created', 'reopened', 'solved', 'closed']) as kind,
        unnest([created, reopened, solved, closed]) as moment
    from (
        select
            *,
            try_cast(created_at as timestamptz)::timestamp as created,
            try_cast(numbers ->> 'reopened_at' as timestamptz)::timestamp as reopened,
            case when status in ('4', '5') then
                coalesce(
                    try_cast(numbers ->> 'resolved_at' as timestamptz)::timestamp,
                    try_cast(numbers ->> 'closed_at' as timestamptz)::timestamp
                )
            end as solved,
            case when status = '5' then try_cast(numbers ->> 'closed_at' as timestamptz)::timestamp end as closed
        from (select *, case when json_valid(stats) then stats end as numbers from records)
    )
)
where moment is not null or (kind in ('solved', 'closed') and reopened is not null and created is not null)
