"""What depends on rows that may come later: a ticket's last solve, a deal's stages left behind, and how long after the
solve of its ticket a survey was answered."""

from collections.abc import Collection

from warehouse.duckdb import Connection

# A solve is final while nothing was reopened or solved after it.
_FINAL_SOLVES = """
update normalised.ticket_event as event set is_final_solve = found.is_final
from (
    select rowid as id, kind = 'solved' and lead(kind) over (
        partition by client_account_id, source_system, ticket_id order by occurred_at, kind, source_id
    ) is null as is_final
    from normalised.ticket_event
    where is_listed and kind in ('solved', 'reopened')
) as found
where event.rowid = found.id and event.is_final_solve is distinct from found.is_final
"""

# A deal has advanced from a stage if it entered a later one afterwards, or was won. Where nobody says in which order
# the stages come, the source's own word stays.
_ADVANCES = """
update normalised.deal_stage_event as event set is_advanced = found.is_advanced
from (
    select
        stage.rowid as id,
        coalesce(
            case when deal.is_won then true end,
            max(stage.stage_order) over (
                partition by stage.client_account_id, stage.source_system, stage.deal_id
                order by stage.entered_at, stage.stage_order, stage.source_id
                rows between 1 following and unbounded following
            ) > stage.stage_order,
            case when stage.stage_order is not null then false end,
            stage.is_advanced
        ) as is_advanced
    from normalised.deal_stage_event as stage
    left join (
        select client_account_id, source_system, source_id, deal_status = 'won' as is_won
        from normalised.deal
        where is_listed
    ) as deal
        on deal.client_account_id = stage.client_account_id
        and deal.source_system is not distinct from stage.source_system
        and deal.source_id = stage.deal_id
    where stage.is_listed
) as found
where event.rowid = found.id and event.is_advanced is distinct from found.is_advanced
"""

# The same rule as in derive/survey_response.sql, for a ticket whose solve arrives after the answer.
_ANSWER_TIMES = """
update normalised.survey_response as answer set hours_since_resolution = found.hours
from (
    select
        response.rowid as id,
        case when solves.solved_at <= response.responded_at then
            (epoch_us(response.responded_at) - epoch_us(solves.solved_at)) / 3.6e9
        end as hours
    from normalised.survey_response as response
    join (
        select client_account_id, source_system, source_id, solved_at,
            count(*) over (partition by client_account_id, source_id) as namesakes
        from normalised.ticket
    ) as solves
        on solves.client_account_id = response.client_account_id
        and solves.source_id = response.ticket_id
        and (solves.source_system = response.source_system or solves.namesakes = 1)
) as found
where answer.rowid = found.id and answer.hours_since_resolution is distinct from found.hours
"""

_STATEMENTS = {
    "ticket_event": ({"ticket_event"}, _FINAL_SOLVES),
    "survey_response": ({"ticket", "survey_response"}, _ANSWER_TIMES),
    "deal_stage_event": ({"deal_stage_event", "deal"}, _ADVANCES),
}


def flag_events(connection: Connection, touched: Collection[str]) -> list[str]:
    """Bring the flags of events up to date, inside the running transaction; return the entities whose rows moved."""
    moved = []
    for entity, (reads, statement) in _STATEMENTS.items():
        if reads.isdisjoint(touched):
            continue
        row = connection.execute(statement).fetchone()
        if row is not None and row[0]:
            moved.append(entity)
    return moved
