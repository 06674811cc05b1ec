"""The normalised tables as SQLAlchemy names them."""

import sqlalchemy as sa
from sqlalchemy.sql.expression import TableClause

from schemas.entities import Entity
from schemas.fields import ColumnType
from schemas.sql_types import BIGINT, DAY, DOUBLE, MOMENT, TEXT, TRUTH, Sql, SqlType

SCHEMA = "normalised"

_TYPES: dict[ColumnType, SqlType] = {
    ColumnType.TEXT: TEXT,
    ColumnType.INTEGER: BIGINT,
    ColumnType.NUMBER: DOUBLE,
    ColumnType.FLAG: TRUTH,
    ColumnType.INSTANT: MOMENT,
    ColumnType.DATE: DAY,
    ColumnType.MONEY: BIGINT,
}


def entity_table(entity: Entity) -> TableClause:
    """Name the table of an entity."""
    return sa.table(entity.table, schema=SCHEMA)


def entity_column(entity: Entity, name: str) -> Sql:
    """Name a column; a branch reads one table, so the name alone is enough."""
    return sa.column(name, _TYPES[entity.columns[name].type])


def calendar_table() -> TableClause:
    """Name the calendar."""
    return sa.table("calendar", schema=SCHEMA)


def calendar_column(name: str) -> Sql:
    """Name a column of the calendar that holds a label."""
    return sa.column(name, TEXT)


def calendar_day() -> Sql:
    """Name the calendar's own day."""
    return sa.column("date_day", DAY)
