"""Rows whose values add up only among their own kind: of stocks the period's last day, of scenarios the usual one."""

import sqlalchemy as sa

from schemas.aggregates import aggregate, kind_columns
from schemas.branches import by_position, day_conditions, day_filters, grouped, key_column, row_filters
from schemas.entities import Entity
from schemas.functions import quoted
from schemas.metrics import Sole
from schemas.periods import date_keys
from schemas.plan import Plan, SoleBranch
from schemas.sql_types import DAY, Select, Sql, Truth
from schemas.tables import entity_column, entity_table

_LAST = "last__day"


def sole_select(branch: SoleBranch, plan: Plan) -> Select:
    """Group the rows that count; what differs among the leaves is written inside each."""
    entity, first = branch.entity, branch.leaves[0]
    leaves = [aggregate(leaf, entity, plan.money).label(leaf.name) for leaf in branch.leaves]
    where = [*row_filters(entity, plan, plan.conditions), *day_filters(entity, plan), *_usual(first, entity, plan)]
    if first.last is None:
        return grouped(entity, plan.keys, leaves, where)
    day, last = entity_column(entity, first.last), _last_days(first, first.last, entity, plan)
    alike = [column == last.c[f"last__{place}"] for place, column in enumerate(_kinds(first, entity, plan))]
    alike += [key_column(entity, key) == last.c[key.name] for key in date_keys(plan)]
    source = entity_table(entity).join(last, sa.and_(*alike))
    return grouped(entity, plan.keys, leaves, [*where, sa.or_(day.is_(None), day == last.c[_LAST])], source)


def _last_days(leaf: Sole, name: str, entity: Entity, plan: Plan) -> sa.Subquery:
    """Write the last day of each client account, kind of row and period, whatever else the request filters.

    Kinds without a day are there too, so that the join loses no rows.
    """
    day = entity_column(entity, name)
    kinds = [column.label(f"last__{place}") for place, column in enumerate(_kinds(leaf, entity, plan))]
    buckets = [key_column(entity, key).label(key.name) for key in date_keys(plan)]
    where = [*row_filters(entity, plan, day_conditions(plan)), *day_filters(entity, plan)]
    columns = [*kinds, *buckets, sa.func.max(day, type_=DAY).label(_LAST)]
    return by_position(sa.select(*columns).select_from(entity_table(entity)).where(*where), len(columns) - 1).subquery(
        "last_days"
    )


def _kinds(leaf: Sole, entity: Entity, plan: Plan) -> list[Sql]:
    kinds = [sa.func.coalesce(column, quoted("")) for column in kind_columns(leaf, entity, plan.money)]
    return [entity_column(entity, "client_account_id"), *kinds]


def _usual(leaf: Sole, entity: Entity, plan: Plan) -> list[Truth]:
    named = [*plan.keys, *(clause.dimension for group in plan.conditions for clause in group)]
    asked = {entity.column_of(dimension) for dimension in named}
    return [
        entity_column(entity, name).in_([sa.bindparam(None, value) for value in values])
        for name, values in leaf.usual
        if name not in asked
    ]
