"""Which zeros are known: nothing happened where an entity has rows, and nothing is known where it never had any.

Whether it has is asked once for each table of an answer, of any day, and so that the engine stops at the first row.
"""

import sqlalchemy as sa

from schemas.aggregates import empty_is_zero
from schemas.branches import scope_filters
from schemas.entities import Entity
from schemas.fold import yields
from schemas.metrics import Simple
from schemas.plan import AggregateBranch, Branch, Leaf, MeanBranch, Plan, RepeatedBranch
from schemas.rollup_sql import rollup_source
from schemas.rollups import Rollup
from schemas.sql_types import Labelled, Select, Truth
from schemas.tables import entity_column, entity_table


def fills_zeros(plan: Plan) -> bool:
    """Say whether an answer can have a row that a table without rows gave nothing to: without keys, or from another."""
    return not plan.keys or len({_table_read(branch) for branch in plan.branches}) > 1


def _table_read(branch: Branch) -> str:
    match branch:
        case RepeatedBranch():
            return _table_read(branch.branch)
        case MeanBranch():
            return branch.metric.name  # of several tables, it may be
    return branch.entity.table


def known_columns(plan: Plan) -> list[Labelled]:
    """Write for each table whose zeros are filled in whether the caller's client accounts have a listed row in it."""
    leaves = [
        (column.leaf, column.entity)
        for branch in plan.branches
        for column in yields(branch).values()
        if column.leaf is not None and column.entity is not None and empty_is_zero(column.leaf)
    ]
    tables = dict.fromkeys(table for leaf, entity in leaves for table in _tables(leaf, entity, plan))
    return [_has_rows(table, plan).label(_column(table)) for table in tables]


def is_known(leaf: Leaf, entity: Entity, plan: Plan, rows: sa.Subquery) -> Truth:
    """Read from rows with `known_columns` whether no rows of a leaf mean zero."""
    return sa.or_(*(rows.c[_column(table)] for table in _tables(leaf, entity, plan)))


def _tables(leaf: Leaf, entity: Entity, plan: Plan) -> tuple[str, ...]:
    others = leaf.known_with if isinstance(leaf, Simple) else ()
    return (entity.table, *(plan.entities[name].table for name in others))


def _column(table: str) -> str:
    return f"{table}__known"


def _has_rows(table: str, plan: Plan) -> Truth:
    """Look for a row that any entity over the table lists: no deal may be closed, and that is zero if some are open."""
    readers = [entity for entity in plan.entities.values() if entity.table == table]
    in_scope, _ = scope_filters(readers[0], plan)
    listed = {entity.listed_by: entity_column(entity, entity.listed_by) for entity in readers}
    # A rollup has the rows of one flag alone; where there is nothing to find, it is what keeps the search short.
    rollup = _rollup_read(table, plan) if len(listed) == 1 else None
    source = entity_table(readers[0]) if rollup is None else rollup_source(rollup)
    found: Select = sa.select(sa.literal_column("1")).select_from(source).where(in_scope)
    return sa.exists(found.where(sa.or_(*listed.values())).correlate(None))


def _rollup_read(table: str, plan: Plan) -> Rollup | None:
    for branch in plan.branches:
        if isinstance(branch, AggregateBranch) and branch.entity.table == table:
            return plan.rollups.best(branch.entity, branch.leaves, plan.keys, plan.conditions)
    return None
