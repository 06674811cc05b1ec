"""Rollups as SQL: how one is made from its entity, and what stands for a metric in it."""

from collections.abc import Iterator

import sqlalchemy as sa

from schemas.aggregates import aggregate, is_count, served_column
from schemas.dialects import DuckDBDialect
from schemas.entities import Entity
from schemas.metrics import Simple
from schemas.query import Money
from schemas.render import render
from schemas.rollups import Rollup
from schemas.sql_types import BIGINT, DOUBLE, Labelled, Select, Sql
from schemas.tables import SCHEMA, entity_column, entity_table

_REPORT, _BASE = Money(), Money(base=True)


def rollup_source(rollup: Rollup) -> sa.FromClause:
    """Name the table of a rollup."""
    return sa.table(rollup.table, schema=SCHEMA)


def rollup_value(leaf: Simple, entity: Entity, money: Money) -> Sql:
    """Add a metric up again: a count of nothing is zero, a sum of nothing is NULL, as over the rows themselves."""
    total = sa.func.sum(sa.column(_name(leaf, entity, money), BIGINT if is_count(leaf) else DOUBLE))
    return sa.cast(sa.func.coalesce(total, sa.literal_column("0")), BIGINT) if is_count(leaf) else total


def rollup_statement(rollup: Rollup, entity: Entity) -> tuple[str, tuple[object, ...]]:
    """Write the SELECT that makes a rollup, for DuckDB, and its parameters."""
    return render(_rollup_select(rollup, entity), DuckDBDialect())


def _rollup_select(rollup: Rollup, entity: Entity) -> Select:
    """Write the rows of a rollup; they are all listed and say so, since every branch asks for it."""
    columns = [entity_column(entity, name).label(name) for name in sorted(rollup.columns)]
    listed = entity_column(entity, entity.listed_by)
    parts = [part for leaf in rollup.parts.values() for part in _parts(leaf, entity)]
    select = sa.select(*columns, sa.literal_column("true").label(entity.listed_by), *parts)
    positions: list[Sql] = [sa.literal_column(str(place)) for place in range(1, len(columns) + 1)]
    first = entity_column(entity, entity.date).asc()
    return select.select_from(entity_table(entity)).where(listed).group_by(*positions).order_by(first)


def _parts(leaf: Simple, entity: Entity) -> Iterator[Labelled]:
    for money in (_REPORT, _BASE) if _has_base(leaf, entity) else (_REPORT,):
        yield aggregate(leaf, entity, money).label(_name(leaf, entity, money))


def _name(leaf: Simple, entity: Entity, money: Money) -> str:
    return f"{leaf.name}__base" if money.base and _has_base(leaf, entity) else leaf.name


def _has_base(leaf: Simple, entity: Entity) -> bool:
    if leaf.column is None or is_count(leaf):
        return False
    return getattr(served_column(leaf, entity, _BASE), "name", "") != leaf.column
