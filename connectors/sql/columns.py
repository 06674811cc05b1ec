"""The columns of one table as the database describes them, and how their values travel: as JSON, and in cursors."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, MetaData, Table, Uuid, inspect, text
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import NoSuchTableError, SAWarning
from sqlalchemy.types import Date, DateTime, Float, Integer, LargeBinary, Numeric, String, TypeEngine

from connectors.errors import StopError, UnexpectedSchemaError
from connectors.json_value import JsonValue
from connectors.sql.settings import SqlTable

_MOST_DIGITS = 1 << 63  # whole numbers beyond travel as text


@dataclass(frozen=True)
class TableShape:
    """A table with the columns that are read of it."""

    table: Table
    read: tuple[Column[object], ...]
    key: tuple[Column[object], ...]
    cursor: Column[object] | None

    @property
    def order(self) -> tuple[Column[object], ...]:
        """Return the columns that pages are ordered by."""
        rest = tuple(one for one in self.key if one is not self.cursor)
        return rest if self.cursor is None else (self.cursor, *rest)


def shape_of(connection: Connection, wanted: SqlTable) -> TableShape:
    """Look a table up; raises StopError that names what is not there, with the nearest names."""
    found = _described(connection, wanted)
    table = Table(wanted.table, MetaData(), *found.values(), schema=wanted.namespace or None)
    names = dict.fromkeys([*wanted.source_columns, *wanted.key_columns, *([wanted.cursor] if wanted.cursor else [])])
    missing = [name for name in names if name not in found]
    if missing:
        raise UnexpectedSchemaError(
            f"'{wanted.name}' has no column {', '.join(_with_nearest(name, list(found)) for name in missing)}.",
            source="sql",
            stream=wanted.name,
        )
    read = tuple(found[name] for name in names if not isinstance(found[name].type, LargeBinary))
    key = tuple(found[name] for name in wanted.key_columns)
    return TableShape(table, read, key, found[wanted.cursor] if wanted.cursor else None)


def _described(connection: Connection, wanted: SqlTable) -> dict[str, Column[object]]:
    # SQLAlchemy looks at MySQL through SHOW CREATE TABLE, for which a reader of views lacks the permission.
    find = _of_mysql if connection.dialect.name == "mysql" else _of_postgresql
    columns = find(connection, wanted)
    if not columns:
        raise StopError(
            f"The database has no table or view {_with_nearest(wanted.name, _tables(connection, wanted))} "
            "that this user may see.",
            source="sql",
            stream=wanted.name,
        )
    return columns


def _of_postgresql(connection: Connection, wanted: SqlTable) -> dict[str, Column[object]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # a type that SQLAlchemy does not know is read as it comes
            found = inspect(connection).get_columns(wanted.table, wanted.namespace or None)
    except NoSuchTableError:
        return {}
    return {str(one["name"]): Column(one["name"], one["type"], nullable=one.get("nullable", True)) for one in found}


def _of_mysql(connection: Connection, wanted: SqlTable) -> dict[str, Column[object]]:
    found = connection.execute(
        text(
            "select column_name, data_type, is_nullable from information_schema.columns "
            "where table_schema = coalesce(:schema, database()) and table_name = :table order by ordinal_position"
        ),
        {"schema": wanted.namespace or None, "table": wanted.table},
    )
    return {
        str(name): Column(str(name), _mysql_type(str(kind).lower()), nullable=nullable == "YES")
        for name, kind, nullable in found
    }


def _mysql_type(kind: str) -> TypeEngine[Any]:
    match kind:
        case "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year":
            return Integer()
        case "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" | "bit":
            return LargeBinary()
        case "float" | "double":
            return Float()
        case "decimal":
            return Numeric()
        case "datetime":
            return DateTime()
        case "timestamp":
            return mysql.TIMESTAMP()
        case "date":
            return Date()
        case _:
            return String()


def _tables(connection: Connection, wanted: SqlTable) -> list[str]:
    inspector, schema = inspect(connection), wanted.namespace or None
    return [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]


def _with_nearest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=2)
    return f"'{name}'" + (f" (did you mean {' or '.join(close)}?)" if close else "")


def as_json(value: object, kind: TypeEngine[object]) -> JsonValue:
    """Return a cell as JSON: exact numbers and everything that JSON lacks as text."""
    match value:
        case None | bool() | str():
            # MySQL gives a TIMESTAMP in the session's zone, which is UTC, and does not say so.
            return f"{value}+00:00" if isinstance(value, str) and isinstance(kind, mysql.TIMESTAMP) else value
        case int():
            return value if abs(value) < _MOST_DIGITS else str(value)
        case float():
            return value if value - value == 0 else str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case list() | tuple():
            return [as_json(one, kind) for one in value]
        case dict():
            return {str(name): as_json(one, kind) for name, one in value.items()}
        case _:
            return str(value)


def kept(value: object) -> JsonValue:
    """Return a value as a cursor keeps it; `restored` is the way back."""
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def restored(value: JsonValue, column: Column[object]) -> object:
    """Return a kept value as the column's own type wants it."""
    if isinstance(value, str) and isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(value, str) and isinstance(column.type, Numeric) and not isinstance(column.type, Integer):
        return Decimal(value)
    return value


def is_time(column: Column[object]) -> bool:
    """Tell whether a cursor column holds times."""
    return isinstance(column.type, DateTime | Date)
