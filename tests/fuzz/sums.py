"""Sums and counts of the rows that were put into the tables, in plain Python: no statement of ours has seen them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from schemas import ColumnType, FieldType
from schemas.fields import Aggregate
from schemas.metrics import Simple
from tests.fuzz.offers import MODEL
from tests.schemas.random_rows import Row

Tables: TypeAlias = Mapping[str, Sequence[Row]]  # by table
_CENTS = 100


def total(metric: str, tables: Tables, days: tuple[date, date]) -> float | None:
    """Add up or count the listed rows of some days; none for what is no sum or count of rows that are known."""
    found = MODEL.metrics[metric]
    if not isinstance(found, Simple) or MODEL.entities[found.entity].table not in tables:
        return None
    if found.aggregate in {Aggregate.MIN, Aggregate.MAX}:
        return None
    entity = MODEL.entities[found.entity]
    rows = [
        row
        for row in tables[entity.table]
        if row[entity.listed_by] and _is_within(row[entity.date], days) and _is_meant(found, row)
    ]
    if found.column is None:
        return len(rows)
    values = [row[found.column] for row in rows]
    match found.aggregate:
        case Aggregate.COUNT_EMPTY:
            return sum(value is None for value in values)
        case Aggregate.SUM:
            added = sum(float(str(value)) if not isinstance(value, bool) else value for value in values if value)
            return added / _CENTS if _is_money(found) else added
    return sum(value is not None for value in values)


def _is_money(metric: Simple) -> bool:
    """Say whether amounts are in cents; shares of amounts are numbers with fractions of a cent."""
    kind = MODEL.entities[metric.entity].columns[str(metric.column)].type
    return kind is ColumnType.MONEY or (kind is ColumnType.NUMBER and metric.type is FieldType.CURRENCY)


def _is_within(day: object, days: tuple[date, date]) -> bool:
    return isinstance(day, date) and days[0] <= day <= days[1]


def _is_meant(metric: Simple, row: Row) -> bool:
    return all(row[column] is not None and row[column] in values for column, values in metric.where)
