"""The normalised tables as SQLAlchemy names them."""

import sqlalchemy as sa
from sqlalchemy.sql.expression import TableClause

from schemas.entities import Dimension, Entity
from schemas.fields import ColumnType
from schemas.functions import Call, EngineFunction, quoted
from schemas.personal import HIDDEN_VALUE, Showing
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


def dimension_column(entity: Entity, dimension: Dimension) -> Sql:
    """Name the column behind a dimension, or write what is shown in its place; NULL stays NULL."""
    column = entity_column(entity, entity.column_of(dimension) or dimension.name)
    shown_as = dimension.shown_as
    match shown_as.showing if shown_as is not None else Showing.SHOWN:
        case Showing.HIDDEN:
            return sa.case((column.is_not(None), quoted(HIDDEN_VALUE)))
        case Showing.HASHED if shown_as is not None:
            return Call(EngineFunction.PSEUDONYM, TEXT, sa.bindparam(None, shown_as.key, TEXT), column)
    return column


def calendar_table() -> TableClause:
    """Name the calendar."""
    return sa.table("calendar", schema=SCHEMA)


def calendar_column(name: str) -> Sql:
    """Name a column of the calendar that holds a label."""
    return sa.column(name, TEXT)


def calendar_day() -> Sql:
    """Name the calendar's own day."""
    return sa.column("date_day", DAY)
