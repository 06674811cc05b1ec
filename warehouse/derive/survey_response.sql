-- Scores of an answer, brought to one orientation; a value that cannot be judged gives none, and is not counted.
-- NPS is asked on 0 to 10 or 1 to 10, on no other scale. The direction of an effort question must be known.
with
agents as (
    select source_id, min(agent) as agent, min(team) as team, min(agent_group) as agent_group
    from normalised.user_agent
    where client_account_id = $client_account_id
    group by all
    having count(*) = 1
),
scaled as (
    select
        checked.* replace (
            -- The assignee of the ticket is meant; without a ticket, the agent whom the answer names.
            coalesce(checked.assignee_id, checked.agent_id) as assignee_id,
            coalesce(checked.agent, agents.agent) as agent,
            coalesce(checked.team, agents.team) as team,
            coalesce(checked.agent_group, agents.agent_group) as agent_group,
            lower(kind) as kind,
            coalesce(scale_min, case when lower(kind) = 'nps' then 0 end) as scale_min,
            coalesce(scale_max, case when lower(kind) = 'nps' then 10 end) as scale_max,
            coalesce(higher_is_better, case when lower(kind) <> 'ces' then true end) as higher_is_better
        )
    from checked
    left join agents on agents.source_id = checked.agent_id and checked.assignee_id is null
),
oriented as (
    select
        *,
        case
            when raw_value not between scale_min and scale_max then null
            when kind = 'nps' and (scale_max <> 10 or scale_min not in (0, 1)) then null
            when higher_is_better then raw_value
            else scale_min + scale_max - raw_value
        end as oriented_value,
        -- The lowest value of the top box: the highest of 2 or 3 points, the two highest of 4, 5, 7, 10 or 11,
        -- 80 of 100. What a question says of itself comes first; for other scales nobody has said.
        coalesce(
            top_box_min,
            case
                when scale_max - scale_min in (1, 2) then scale_max
                when scale_max - scale_min in (3, 4, 6, 9, 10) then scale_max - 1
                when scale_max - scale_min in (99, 100) then scale_max - 20
            end
        ) as satisfied_from
    from scaled
),
scored as (
    select
        oriented.*,
        -- Only an answer after the last solve tells how long it took to come.
        case when ticket.solved_at <= responded_at then ticket.solved_at end as _solved_at,
        case when higher_is_better is not null then (oriented_value - scale_min) / nullif(scale_max - scale_min, 0) end
            as score_normalised
    from oriented
    left join (
        select
            source_id,
            coalesce(
                any_value(solved_at) filter (where source_system = $source_system),
                case when count(*) = 1 then any_value(solved_at) end
            ) as solved_at
        from normalised.ticket
        where client_account_id = $client_account_id
        group by all
    ) as ticket on ticket.source_id = oriented.ticket_id
)
select
    * exclude (oriented_value, satisfied_from, _solved_at),
    case
        when kind <> 'nps' or score_normalised is null then null
        when oriented_value >= 9 then 'promoter'
        when oriented_value >= 7 then 'passive'
        else 'detractor'
    end as nps_class,
    1 + 4 * score_normalised as score_5,
    case when kind in ('csat', 'esat') and score_normalised is not null then oriented_value >= satisfied_from end
        as is_satisfied,
    case when kind = 'ces' and score_normalised is not null then oriented_value >= satisfied_from end as is_easy,
    case when kind = 'ces' then 5 - 4 * score_normalised end as effort_value,
    (epoch_us(responded_at) - epoch_us(_solved_at)) / 3.6e9 as hours_since_resolution,
    -- Denominators hold only answers whose value is known.
    responded_at is not null
        and coalesce(is_completed, true)
        and not coalesce(is_excluded, false)
        and coalesce(is_primary, true)
        and not coalesce(is_deleted, false)
        and (kind not in ('nps', 'csat', 'ces') or score_normalised is not null)
        and (kind not in ('csat', 'ces') or satisfied_from is not null) as is_answer,
    sent_at is not null
        and not coalesce(is_excluded, false)
        and coalesce(is_primary, true)
        and not coalesce(is_deleted, false) as is_invite
from scored
