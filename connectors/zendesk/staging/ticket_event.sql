-- What a ticket itself tells of its life: when it came, when it was last solved and when it was closed. A ticket that
-- was opened again, or deleted, keeps the row of its solve as a deleted one, so that the solve of before does not stay.
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
    moment is null or coalesce(status = 'deleted', false) or is_merged as is_deleted
from (
    select
        *,
        unnest(['created', 'solved', 'closed']) as kind,
        unnest([created, solved, closed]) as moment
    from (
        select
            *,
            try_cast(created_at as timestamptz)::timestamp as created,
            case when status in ('solved', 'closed') then try_cast(metrics ->> 'solved_at' as timestamptz)::timestamp end
                as solved,
            case when status = 'closed' then try_cast(metrics ->> 'status_updated_at' as timestamptz)::timestamp end
                as closed
        from (
            select
                *,
                case when json_valid(metric_set) then metric_set end as metrics,
                coalesce(
                    case when json_valid(tags) then list_contains(from_json(tags, '["VARCHAR"]'), 'closed_by_merge') end,
                    false
                ) as is_merged
            from records
        )
    )
)
where created is not null
    and (
        moment is not null
        or (kind = 'solved' and try_cast(metrics ->> 'reopens' as bigint) > 0)
        or (kind in ('solved', 'closed') and status = 'deleted')
    )
