"""Tables of schema `normalised`, made from the entities; a new column in the catalogue is added, nothing is dropped."""

import duckdb

from schemas import ColumnType, Entity, SemanticModel
from warehouse.build_files import is_view
from warehouse.duckdb import Connection, quote_name

DUCKDB_TYPES = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.FLAG: "BOOLEAN",
    ColumnType.INSTANT: "TIMESTAMP",
    ColumnType.DATE: "DATE",
    ColumnType.MONEY: "BIGINT",
}

_CLIENT_ACCOUNT = """
create table if not exists normalised.client_account (
    client_account_id varchar not null, slug varchar not null, client_account varchar not null,
    industry varchar, region varchar, country varchar, timezone varchar not null,
    report_currency varchar not null, service_level varchar, account_owner varchar)
"""


def table_name(entity: Entity) -> str:
    """Return the quoted, qualified name of an entity's table."""
    return f"normalised.{quote_name(entity.table)}"


def create_tables(connection: Connection, model: SemanticModel) -> dict[str, set[str]]:
    """Create what is missing, add the columns that the catalogue has gained, and return the columns of before."""
    connection.execute(_CLIENT_ACCOUNT)
    for entity in model.entities.values():
        if entity.is_built and is_view(entity.name):
            _create_view(connection, entity)
    there = _stored_columns(connection)
    for entity in stored_entities(model):
        known = there.get(entity.table)
        if known is not None and known.issuperset(entity.columns):
            continue
        columns = {name: _stored(column.type) for name, column in entity.columns.items()}
        if known is None:
            body = ", ".join(f"{quote_name(name)} {kind}" for name, kind in columns.items())
            connection.execute(f"create table {table_name(entity)} ({body})")
        else:
            add_columns(connection, "normalised", entity.table, columns)
    return there


def _stored_columns(connection: Connection) -> dict[str, set[str]]:
    """Return the columns of every table of schema `normalised`: asking once costs what asking for one table does."""
    rows = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() where schema_name = 'normalised' group by all"
    ).fetchall()
    return {str(table): set(columns) for table, columns in rows}


def stored_entities(model: SemanticModel) -> list[Entity]:
    """Return the entities with a table of their own; others are views, or read one of these."""
    return [entity for entity in model.entities.values() if entity.over is None and not is_view(entity.name)]


def _create_view(connection: Connection, entity: Entity) -> None:
    # An empty one with all columns, until the build gives it its rows.
    if set(entity.columns) <= set(column_names(connection, "normalised", entity.table)):
        return
    columns = (f"cast(null as {DUCKDB_TYPES[one.type]}) as {quote_name(name)}" for name, one in entity.columns.items())
    connection.execute(f"create or replace view {table_name(entity)} as select {', '.join(columns)} where false")


def _stored(kind: ColumnType) -> str:
    # Text is mostly names that come again; trying every other compression made each load a tenth slower.
    return f"{DUCKDB_TYPES[kind]} using compression dictionary" if kind is ColumnType.TEXT else DUCKDB_TYPES[kind]


def add_columns(connection: Connection, schema: str, table: str, columns: dict[str, str]) -> list[str]:
    """Add the columns that the table lacks and return their names."""
    present = column_names(connection, schema, table)
    known = {name.lower() for name in present}
    missing = [name for name in columns if name.lower() not in known]
    target = f"{quote_name(schema)}.{quote_name(table)}"
    for name in missing:
        connection.execute(f"alter table {target} add column {quote_name(name)} {columns[name]}")
    return missing


def column_names(connection: Connection, schema: str, table: str) -> list[str]:
    """Return the columns of a table in order; none if there is no such table."""
    target = f"{quote_name(schema)}.{quote_name(table)}"
    try:  # ten times faster than duckdb_columns(), which lists every table's
        rows = connection.execute("select name from pragma_table_info($1)", [target]).fetchall()
    except duckdb.CatalogException:
        return []
    return [str(row[0]) for row in rows]
