"""Rows of an entity become one number: the expressions inside a branch, and what they are worth outside."""

import sqlalchemy as sa

from schemas.entities import Entity
from schemas.fields import ColumnType
from schemas.functions import Call, EngineFunction, finite, number
from schemas.metrics import Aggregate, Quantile, Simple
from schemas.query import Money
from schemas.reserved import words
from schemas.sql_types import BIGINT, DOUBLE, Sql, Truth
from schemas.tables import entity_column

Leaf = Simple | Quantile

# Digits after the point where it is not two (ISO 4217).
_EXPONENTS = {
    **dict.fromkeys(words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"), 0),
    **dict.fromkeys(words("BHD IQD JOD KWD LYD OMR TND"), 3),
    **dict.fromkeys(words("CLF UYW"), 4),
}


def currency_exponent(currency: str) -> int:
    """Tell how many digits the minor unit of a currency has."""
    return _EXPONENTS.get(currency.upper(), 2)


def is_money(leaf: Leaf, entity: Entity) -> bool:
    """Say whether a leaf is an amount in minor units."""
    return leaf.column is not None and entity.columns[leaf.column].type is ColumnType.MONEY


def is_whole(leaf: Leaf, entity: Entity) -> bool:
    """Say whether a leaf is always a whole number."""
    if isinstance(leaf, Quantile):
        return False
    counts = leaf.aggregate in {Aggregate.COUNT, Aggregate.COUNT_FILLED, Aggregate.COUNT_EMPTY}
    return counts or (leaf.column is not None and entity.columns[leaf.column].type is ColumnType.INTEGER)


def aggregate(leaf: Leaf, entity: Entity, money: Money) -> Sql:
    """Write the aggregate of a leaf inside a branch."""
    if isinstance(leaf, Quantile):
        return Call(EngineFunction.QUANTILE, DOUBLE, entity_column(entity, leaf.column), number(leaf.fraction))
    conditions = [_equals_any(entity, name, values) for name, values in leaf.where]
    one: Sql = sa.literal_column("1", BIGINT)
    if leaf.column is None:
        return sa.func.count(sa.case((sa.and_(*conditions), one))) if conditions else sa.func.count()
    column = entity_column(entity, _money_column(leaf, entity, money))
    if leaf.aggregate is Aggregate.COUNT_EMPTY:
        conditions, column = [column.is_(None), *conditions], one
    value = sa.case((sa.and_(*conditions), column)) if conditions else column
    match leaf.aggregate:
        case Aggregate.SUM:
            return sa.func.sum(value)
        case Aggregate.MIN:
            return sa.func.min(value)
        case Aggregate.MAX:
            return sa.func.max(value)
    return sa.func.count(value)


def worth(leaf: Leaf, entity: Entity, column: Sql, *, folded: bool, money: Money) -> Sql:
    """Write what a leaf's column means after the branches have met: zeros, major units, no infinity."""
    value = column
    if isinstance(leaf, Simple) and leaf.empty_is_zero and (folded or leaf.aggregate is Aggregate.SUM):
        value = sa.func.coalesce(value, sa.literal_column("0", column.type))
    if is_money(leaf, entity):
        exponent = currency_exponent(money.currency)
        value = sa.cast(value, DOUBLE)
        return value / number(10.0**exponent) if exponent else value
    return value if is_whole(leaf, entity) else finite(value)


def _money_column(leaf: Leaf, entity: Entity, money: Money) -> str:
    name = str(leaf.column)
    return f"{name}_base" if money.base and is_money(leaf, entity) else name


def _equals_any(entity: Entity, name: str, values: tuple[str | int | bool, ...]) -> Truth:
    column = entity_column(entity, name)
    if len(values) > 1:
        return column.in_([sa.bindparam(None, value) for value in values])
    if isinstance(values[0], bool):
        return column if values[0] else sa.not_(column)
    return column == values[0]
