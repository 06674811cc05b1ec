"""Rows of an entity become one number: the expressions inside a branch, and what they are worth outside."""

from datetime import datetime

import sqlalchemy as sa

from schemas.currencies import currency_exponent
from schemas.entities import Entity
from schemas.fields import Aggregate, ColumnType, FieldType, Measure, Take
from schemas.functions import Call, EngineFunction, days_after, finite, number, whole
from schemas.metrics import (
    Age,
    Balance,
    Cohort,
    Distinct,
    Quantile,
    Simple,
    Snapshot,
    Sole,
)
from schemas.plan import Leaf, RowLeaf
from schemas.query import Money
from schemas.sql_types import BIGINT, DAY, DOUBLE, MOMENT, Sql, SqlType, Truth
from schemas.tables import entity_column

_COUNTS = frozenset({Aggregate.COUNT, Aggregate.COUNT_FILLED, Aggregate.COUNT_EMPTY})
_AMOUNTS = frozenset({Measure.END_VALUE, Measure.KEPT_VALUE})
_SECONDS = {"hours": 3_600.0, "days": 86_400.0}
_ONE, _ZERO = whole(1), whole(0)


def is_count(leaf: Leaf) -> bool:
    """Say whether a leaf counts rows or units, so that it is never NULL inside its branch."""
    match leaf:
        case Simple() | Snapshot():
            return leaf.aggregate in _COUNTS
        case Balance():
            return leaf.column is None and leaf.age_of is None
        case Cohort():
            return leaf.measure in {Measure.KEPT, Measure.LOST, Measure.SEEN}
        case Age():
            return leaf.take is Take.COUNT_ABOVE
    return isinstance(leaf, Distinct)


def _measured(leaf: Leaf) -> str | None:
    """Name the column whose values a leaf hands on; none for what it only counts."""
    match leaf:
        case Cohort():
            return leaf.value if leaf.measure in _AMOUNTS else None
        case Age():
            return None
    return None if is_count(leaf) else leaf.column


def is_money(leaf: Leaf, entity: Entity) -> bool:
    """Say whether a leaf is an amount in minor units; shares of amounts are kept as numbers with fractions."""
    column = _measured(leaf)
    held = column is not None and entity.columns[column].type
    return held is ColumnType.MONEY or (held is ColumnType.NUMBER and leaf.type is FieldType.CURRENCY)


def leaf_type(leaf: Leaf, entity: Entity) -> SqlType:
    """Tell what a branch yields for a leaf: a whole number, a number, a day or a moment."""
    column = _measured(leaf)
    held = None if column is None else entity.columns[column].type
    if held is ColumnType.DATE:
        return DAY
    if held is ColumnType.INSTANT:
        return MOMENT
    if isinstance(leaf, Quantile):
        return DOUBLE
    return BIGINT if is_count(leaf) or held is ColumnType.INTEGER else DOUBLE


def aggregate(leaf: RowLeaf | Snapshot, entity: Entity, money: Money, now: datetime | None = None) -> Sql:
    """Write the aggregate of a leaf inside a branch."""
    match leaf:
        case Quantile():
            return Call(EngineFunction.QUANTILE, DOUBLE, entity_column(entity, leaf.column), number(leaf.fraction))
        case Distinct():
            return sa.func.count(sa.distinct(filtered(leaf, entity, entity_column(entity, leaf.column))))
        case Sole():
            return _sole(leaf, entity, money)
        case Age():
            return _age(leaf, entity, now)
    if leaf.column is None:
        return sa.func.count(filtered(leaf, entity, _ONE)) if leaf.where else sa.func.count()
    column = served_column(leaf, entity, money)
    match leaf.aggregate:
        case Aggregate.COUNT_EMPTY:
            return sa.func.count(sa.case((sa.and_(column.is_(None), *_conditions(leaf, entity)), _ONE)))
        case Aggregate.SUM:
            # On a known day, rows that do not count are worth nothing, while no rows at all are unknown.
            rest = _ZERO if isinstance(leaf, Snapshot) and leaf.where else None
            return sa.func.sum(filtered(leaf, entity, column, rest))
        case Aggregate.MIN:
            return sa.func.min(filtered(leaf, entity, column))
        case Aggregate.MAX:
            return sa.func.max(filtered(leaf, entity, column))
    return sa.func.count(filtered(leaf, entity, column))


def filtered(leaf: Leaf, entity: Entity, value: Sql, rest: Sql | None = None) -> Sql:
    """Write a row's value where the leaf's conditions are met."""
    conditions = _conditions(leaf, entity)
    return sa.case((sa.and_(*conditions), value), else_=rest) if conditions else value


def served_column(leaf: Leaf, entity: Entity, money: Money, name: str | None = None) -> Sql:
    """Name the column of a leaf, or the one beside it that holds the same in the workspace's currency."""
    column = str(name or getattr(leaf, "column", None))
    in_base = f"{column}_base"
    amount = entity.columns[column].type is ColumnType.MONEY or leaf.type is FieldType.CURRENCY or _has_kinds(leaf)
    return entity_column(entity, in_base if money.base and amount and in_base in entity.columns else column)


def _has_kinds(leaf: Leaf) -> bool:
    return isinstance(leaf, Sole) and bool(leaf.same)  # values of many metrics, amounts among them


def worth(leaf: Leaf, entity: Entity, column: Sql, *, folded: bool, money: Money) -> Sql:
    """Write what a leaf's column means after the branches have met: zeros, major units, no infinity."""
    value, type_ = column, leaf_type(leaf, entity)
    if empty_is_zero(leaf) and (folded or not is_count(leaf)):
        value = sa.func.coalesce(value, sa.literal_column("0", column.type))
    if is_money(leaf, entity):
        exponent = currency_exponent(money.currency)
        value = sa.cast(value, DOUBLE)
        return value / number(10.0**exponent) if exponent else value
    return finite(value) if type_ is DOUBLE else value


def empty_is_zero(leaf: Leaf) -> bool:
    """Say whether no rows mean zero: so for what happens and for what is open, but not for what was measured."""
    match leaf:
        case Simple():
            return leaf.empty_is_zero
        case Age():
            return leaf.take is Take.COUNT_ABOVE
    return isinstance(leaf, Distinct | Balance | Cohort)


def kind_columns(leaf: Sole, entity: Entity, money: Money) -> list[Sql]:
    """Name the columns that rows must have in common to be added up, of the currency that is served."""
    served = [f"{name}_base" if money.base and f"{name}_base" in entity.columns else name for name in leaf.same]
    return [entity_column(entity, name) for name in served]


def _sole(leaf: Sole, entity: Entity, money: Money) -> Sql:
    value = filtered(leaf, entity, served_column(leaf, entity, money))
    if leaf.agreed:
        least: Sql = sa.func.min(value)
        return sa.case((least == sa.func.max(value), least))
    if leaf.same:
        others = [filtered(leaf, entity, column) for column in kind_columns(leaf, entity, money)]
        alike = [sa.func.count(sa.distinct(other)) <= _ONE for other in others]
        return sa.case((sa.and_(*alike), sa.func.sum(value)))
    rows = sa.func.count(filtered(leaf, entity, _ONE)) if leaf.where else sa.func.count()
    return sa.case((rows == _ONE, sa.func.max(value)))


def _age(leaf: Age, entity: Entity, now: datetime | None) -> Sql:
    current: Sql = sa.cast(sa.null(), MOMENT) if now is None else sa.bindparam(None, now, MOMENT)
    end = current if leaf.end is None else sa.func.coalesce(_moment(entity, leaf.end), current)
    seconds = Call(EngineFunction.SECONDS_BETWEEN, BIGINT, _moment(entity, leaf.start), end)
    passed = sa.case((seconds > _ZERO, sa.cast(seconds, DOUBLE)), (seconds <= _ZERO, number(0.0)))
    age = sa.type_coerce(passed, DOUBLE) / number(_SECONDS[leaf.unit])
    if leaf.take is Take.COUNT_ABOVE:
        over = age > entity_column(entity, str(leaf.above))
        return sa.func.count(sa.case((sa.and_(over, *_conditions(leaf, entity)), _ONE)))
    value = filtered(leaf, entity, age)
    if leaf.take is Take.MAX:
        return sa.func.max(value)
    rows = sa.func.count(filtered(leaf, entity, _ONE)) if leaf.where else sa.func.count()
    return sa.case((rows == _ONE, sa.func.max(value)))


def _moment(entity: Entity, name: str) -> Sql:
    """Write a column as a moment; a whole day counts from its end."""
    column = entity_column(entity, name)
    if entity.columns[name].type is ColumnType.DATE:
        return sa.cast(days_after(column, 1), MOMENT)
    return column


def _conditions(leaf: Leaf, entity: Entity) -> list[Truth]:
    where = getattr(leaf, "where", ())
    return [_equals_any(entity, name, values) for name, values in where]


def _equals_any(entity: Entity, name: str, values: tuple[str | int | bool, ...]) -> Truth:
    column = entity_column(entity, name)
    if len(values) > 1:
        return column.in_([sa.bindparam(None, value) for value in values])
    if isinstance(values[0], bool):
        return column if values[0] else sa.not_(column)
    return column == values[0]
