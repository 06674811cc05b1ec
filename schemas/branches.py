"""One branch → one SELECT. The client-account scope enters here, and nowhere is a branch made without it."""

from datetime import timedelta

import sqlalchemy as sa

from schemas.aggregates import aggregate
from schemas.entities import Dimension, Entity
from schemas.filter_values import Conditions
from schemas.filters import build_condition
from schemas.functions import key_value
from schemas.plan import AggregateBranch, Plan
from schemas.sql_types import Labelled, Select, Sql, Truth
from schemas.tables import entity_column, entity_table


def branch_select(branch: AggregateBranch, plan: Plan) -> Select:
    """Group one entity by the keys of the plan."""
    entity = branch.entity
    leaves = [aggregate(leaf, entity, plan.money).label(leaf.name) for leaf in branch.leaves]
    return grouped(entity, plan.keys, leaves, [*row_filters(entity, plan, plan.conditions), *day_filters(entity, plan)])


def grouped(entity: Entity, keys: tuple[Dimension, ...], leaves: list[Labelled], where: list[Truth]) -> Select:
    """Write the SELECT of a branch; keys are grouped raw and by their position."""
    columns = [key_column(entity, key).label(key.name) for key in keys]
    select = sa.select(*columns, *leaves).select_from(entity_table(entity)).where(*where)
    positions: list[Sql] = [sa.literal_column(str(place)) for place in range(1, len(keys) + 1)]
    return select.group_by(*positions) if positions else select


def key_column(entity: Entity, key: Dimension) -> Sql:
    """Write what a dimension is grouped by on an entity."""
    return key_value(entity_column(entity, entity.column_of(key) or key.name), key.type, key.grain)


def scope_filters(entity: Entity, plan: Plan) -> list[Truth]:
    """Write what every branch must carry: the caller's client accounts, and listed rows only."""
    accounts = sorted(plan.scope.client_account_ids)
    account = entity_column(entity, "client_account_id")
    in_scope = account.in_([sa.bindparam(None, item) for item in accounts]) if accounts else sa.false()
    return [in_scope, entity_column(entity, entity.listed_by)]


def row_filters(entity: Entity, plan: Plan, conditions: Conditions) -> list[Truth]:
    """Write the scope and the filters of the request."""
    groups = [
        sa.or_(
            *(
                build_condition(clause, entity_column(entity, entity.column_of(clause.dimension) or ""))
                for clause in group
            )
        )
        for group in conditions
    ]
    return [*scope_filters(entity, plan), *groups]


def day_filters(entity: Entity, plan: Plan, days_before: int = 0) -> list[Truth]:
    """Write the date range on the raw date column, so that the engine can skip what lies outside."""
    if plan.dates is None:
        return []
    day = entity_column(entity, entity.date)
    return [day >= plan.dates.start - timedelta(days=days_before), day < plan.dates.end]
