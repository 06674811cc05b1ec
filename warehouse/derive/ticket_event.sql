-- A reply belongs to the person who wrote it; every other event to the ticket's assignee, as the parents have it.
with
actors as (
    select source_id, min(agent) as agent, min(team) as team, min(agent_group) as agent_group
    from normalised.user_agent
    where client_account_id = $client_account_id
    group by all
    having count(*) = 1
)
select
    checked.* replace (
        case when actors.source_id is not null then checked.actor_id else checked.assignee_id end as assignee_id,
        case when actors.source_id is not null then actors.agent else checked.agent end as agent,
        case when actors.source_id is not null then actors.team else checked.team end as team,
        case when actors.source_id is not null then actors.agent_group else checked.agent_group end as agent_group
    )
from checked
left join actors on actors.source_id = checked.actor_id and checked.kind in ('public_reply', 'private_note')
