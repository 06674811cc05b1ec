"""Keeps large tables in the order of their dates, so that a chart of a few days reads a few row groups only.

Loads append, and a load seldom arrives in the order of its dates. When the row groups of a table overlap too much, the
table is written anew some time after a load, in one transaction: readers see the old one until the new one is complete.
"""

from schemas import Entity, SemanticModel
from warehouse.duckdb import Connection, quote_name, transaction
from warehouse.tables import stored_entities

LEAST_ROWS = 200_000  # smaller tables have hardly a row group to skip
ROW_GROUP = 122_880  # DuckDB's own
_LEAST_OVERLAP = 1.5
_PART = 4  # disorder that is let be: a fourth of the table's row groups over any day

_TIDY = "tidied"


def tidy_tables(connection: Connection, model: SemanticModel, *, least_rows: int = LEAST_ROWS) -> tuple[str, ...]:
    """Write anew, in the order of their dates, the large tables that have lost it; return the names of the entities."""
    sizes = table_sizes(connection)
    large = [one for one in stored_entities(model) if not one.is_built and sizes.get(one.table, 0) >= least_rows]
    return tuple(entity.name for entity in large if tidy(connection, entity))


def table_sizes(connection: Connection) -> dict[str, int]:
    """Return about how many rows each normalised table has, deleted ones included."""
    rows = connection.execute(
        "select table_name, estimated_size from duckdb_tables() where schema_name = 'normalised'"
    ).fetchall()
    return {str(name): int(size) for name, size in rows}


def tidy(connection: Connection, entity: Entity) -> bool:
    """Write one table anew if it is out of order; tell whether it was. The data stay the same."""
    groups, overlap = _order(connection, entity)
    if overlap <= max(_LEAST_OVERLAP, 1 + groups / _PART):
        return False
    with transaction(connection):
        _rewrite(connection, entity)
    return True


def _order(connection: Connection, entity: Entity) -> tuple[int, float]:
    """Return the number of row groups, and how many of them hold an average day: 1 in perfect order."""
    day = quote_name(entity.date)
    row = connection.execute(
        f"""select count(*), sum(last - first + 1) / (max(last) - min(first) + 1) from (
                select min({day}) as first, max({day}) as last from normalised.{quote_name(entity.table)}
                group by rowid // {ROW_GROUP})"""  # noqa: S608
    ).fetchone()
    return (0, 0.0) if row is None else (int(row[0]), float(row[1] or 0.0))


def _rewrite(connection: Connection, entity: Entity) -> None:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where schema_name = 'normalised' and table_name = $1 order by column_index",
        [entity.table],
    ).fetchall()
    fresh, table = f"normalised.{quote_name(f'{entity.table}_{_TIDY}')}", f"normalised.{quote_name(entity.table)}"
    body = ", ".join(f"{quote_name(str(name))} {_stored(str(kind))}" for name, kind in columns)
    connection.execute(f"create table {fresh} ({body})")
    connection.execute(f"insert into {fresh} select * from {table} order by {quote_name(entity.date)}")  # noqa: S608
    connection.execute(f"drop table {table}")
    connection.execute(f"alter table {fresh} rename to {quote_name(entity.table)}")


def _stored(kind: str) -> str:
    # As tables.py makes them: a scan then hands whole dictionaries on, over which a filter is decided once a text.
    return f"{kind} using compression dictionary" if kind == "VARCHAR" else kind
