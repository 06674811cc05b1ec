-- The derived columns of a ticket, from the given ones (table `checked`) and from the client account of its rows.
-- Every instant is UTC; a duration is elapsed real time. Unknown stays NULL.
with
timed as (
    select
        * replace (
            coalesce(first_reply_at, first_human_reply_at) as first_reply_at,
            coalesce(first_human_reply_at, case when bot_replies = 0 then first_reply_at end) as first_human_reply_at,
            coalesce(first_solved_at, solved_at) as first_solved_at
        ),
        -- make_timestamptz keeps the instant; a cast would ask the calendar library twice.
        timezone($timezone, make_timestamptz(epoch_us(created_at))) as created_local,
        solved_at is not null as is_solved,
        lower(coalesce(channel_group, channel)) in (
            'voice', 'phone', 'call', 'telephone', 'in person', 'in_person', 'in-person', 'store', 'walk-in'
        ) as is_spoken
    from checked
),
judged as (
    select
        *,
        cast(created_local as date) as created_date,
        case
            when sla_first_reply_met = false or sla_resolution_met = false then true
            when due_at is not null then coalesce(solved_at, $now) > due_at
            when sla_first_reply_met or sla_resolution_met then false
        end as is_sla_breached,
        case
            when first_human_reply_at <= first_reply_at then 'human'
            when first_reply_at is not null and bot_replies > 0 then 'bot'
            when first_reply_at is not null or public_agent_replies > 0 then 'human'
            when bot_replies > 0 then 'bot'
            when public_agent_replies = 0 then 'none'
        end as reply_by
    from timed
)
select
    *,
    created_at as source_created_at,
    (epoch_us(first_reply_at) - epoch_us(created_at)) / 1e6 as frt_seconds,
    (epoch_us(first_human_reply_at) - epoch_us(created_at)) / 1e6 as frt_human_seconds,
    (epoch_us(solved_at) - epoch_us(created_at)) / 1e6 as resolution_seconds,
    not (coalesce(is_spam, false) or coalesce(is_merged, false) or coalesce(is_deleted, false)) as is_listed,
    coalesce(reopen_count > 0, reopened_within_7d) as is_reopened,
    group_count > 1 as is_transferred,
    case when is_solved then assignee_count = 1 end as is_one_agent,
    case
        when is_sla_breached then 'breached'
        when not is_solved and due_at <= $now + interval 24 hours then 'due_24h'
        when is_sla_breached is not null or sla_policy is not null then 'ok'
        else 'none'
    end as sla_state,
    -- Solved by one human reply (none is enough where people talk), one agent at most, no reopen within 7 days.
    case
        when is_solved and public_agent_replies is not null and assignee_count is not null then
            (public_agent_replies = 1 or (public_agent_replies = 0 and coalesce(is_spoken, false)))
            and assignee_count <= 1
            and not coalesce(reopened_within_7d, reopen_count > 0, false)
    end as is_fcr,
    case when is_solved then bot_replies > 0 and public_agent_replies = 0 end as is_bot_resolved,
    date_trunc('hour', created_local) as created_hour
from judged
