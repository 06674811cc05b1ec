"""One branch → one SELECT. The client-account scope enters here, and nowhere is a branch made without it."""

from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from schemas.aggregates import aggregate
from schemas.entities import Dimension, Entity
from schemas.filter_values import Conditions
from schemas.filters import build_condition
from schemas.functions import key_value
from schemas.plan import AggregateBranch, Plan
from schemas.rollup_sql import rollup_source, rollup_value
from schemas.rollups import simple_leaves
from schemas.sql_types import Labelled, Select, Sql, Truth
from schemas.tables import dimension_column, entity_column, entity_table


def branch_select(branch: AggregateBranch, plan: Plan) -> Select:
    """Group one entity by the keys of the plan."""
    entity = branch.entity
    where = [*row_filters(entity, plan, plan.conditions), *day_filters(entity, plan)]
    rollup = plan.rollups.best(entity, branch.leaves, plan.keys, plan.conditions)
    if rollup is not None:
        parts = [rollup_value(leaf, entity, plan.money).label(leaf.name) for leaf in simple_leaves(branch.leaves)]
        return grouped(entity, plan.keys, parts, where, rollup_source(rollup))
    leaves = [aggregate(leaf, entity, plan.money, plan.now).label(leaf.name) for leaf in branch.leaves]
    return grouped(entity, plan.keys, leaves, where)


def grouped(
    entity: Entity,
    keys: tuple[Dimension, ...],
    leaves: list[Labelled],
    where: list[Truth],
    source: sa.FromClause | None = None,
) -> Select:
    """Write the SELECT of a branch; keys are grouped raw and by their position."""
    columns = [key_column(entity, key).label(key.name) for key in keys]
    select = sa.select(*columns, *leaves).select_from(entity_table(entity) if source is None else source)
    return by_position(select.where(*where), len(keys))


def by_position(select: Select, count: int) -> Select:
    """Group by the first columns."""
    positions: list[Sql] = [sa.literal_column(str(place)) for place in range(1, count + 1)]
    return select.group_by(*positions) if positions else select


def key_column(entity: Entity, key: Dimension) -> Sql:
    """Write what a dimension is grouped by on an entity."""
    return key_value(dimension_column(entity, key), key.type, key.grain, key.shift)


def scope_filters(entity: Entity, plan: Plan) -> list[Truth]:
    """Write what every branch must carry: the caller's client accounts, and listed rows only."""
    accounts = sorted(plan.scope.client_account_ids)
    account = entity_column(entity, "client_account_id")
    in_scope = account.in_([sa.bindparam(None, item) for item in accounts]) if accounts else sa.false()
    return [in_scope, entity_column(entity, entity.listed_by)]


def row_filters(entity: Entity, plan: Plan, conditions: Conditions) -> list[Truth]:
    """Write the scope and the filters of the request."""
    return [
        *scope_filters(entity, plan),
        *written(conditions, lambda dimension: dimension_column(entity, dimension)),
    ]


def written(conditions: Conditions, column: Callable[[Dimension], Sql]) -> list[Truth]:
    """Write the filters over whatever column stands for a dimension."""
    return [sa.or_(*(build_condition(clause, column(clause.dimension)) for clause in group)) for group in conditions]


def day_conditions(plan: Plan) -> Conditions:
    """Return the filters on the day: what is counted on days of the calendar applies them there."""
    return tuple(group for group in plan.conditions if any(clause.dimension.grain is not None for clause in group))


def lasting_conditions(plan: Plan) -> Conditions:
    """Return the filters that have nothing to do with time."""
    return tuple(group for group in plan.conditions if not any(clause.dimension.is_time for clause in group))


def day_filters(entity: Entity, plan: Plan, days_before: int = 0) -> list[Truth]:
    """Write the date range on the raw date column, so that the engine can skip what lies outside."""
    if plan.dates is None:
        return []
    day = entity_column(entity, entity.date)
    return [day >= plan.dates.start - timedelta(days=days_before), day < plan.dates.end]
