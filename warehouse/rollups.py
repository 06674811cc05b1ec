"""Builds the rollups of large entities after loads, and tells which of them agree with what readers see."""

from schemas import Rollup, Rollups, SemanticModel, planned_rollups, rollup_statement
from warehouse.duckdb import Connection, integer, quote_name, scalar, transaction
from warehouse.state import read_data_version
from warehouse.storage import table_sizes
from warehouse.tables import table_name

LEAST_ROWS = 200_000  # smaller tables answer quickly enough by themselves
_WORTH = 4  # a rollup with more than a fourth of the rows would hardly be quicker than they are

_TABLE = """
create table if not exists state.rollups (
    name varchar not null, entity varchar not null, data_version bigint not null, catalogue varchar not null,
    rows bigint not null)
"""


def create_rollups(connection: Connection) -> None:
    """Make the table that remembers the rollups."""
    connection.execute(_TABLE)


def read_rollups(connection: Connection, model: SemanticModel) -> Rollups:
    """Return the rollups that were made from the data as they are, by the catalogue as it is."""
    version = read_data_version(connection)
    found = dict(
        connection.execute(
            "select name, rows from state.rollups where data_version = $1 and catalogue = $2 and rows > 0",
            [version, model.version],
        ).fetchall()
    )
    planned = _planned(model) if found else []  # every write asks, and few workspaces have any
    return Rollups(version, tuple(_with_rows(one, found[one.table]) for one in planned if one.table in found))


def refresh_rollups(connection: Connection, model: SemanticModel, *, least_rows: int = LEAST_ROWS) -> bool:
    """Make the rollups anew unless they agree with the data already, in one transaction; tell whether it was done."""
    if _is_current(connection, model):
        return False
    sizes = table_sizes(connection)
    large = {one.entity for one in _planned(model) if sizes.get(model.entities[one.entity].table, 0) >= least_rows}
    if not large and not integer(connection, "select count(*) from state.rollups"):
        return False
    with transaction(connection):
        _drop_all(connection)
        for rollup in _planned(model):
            if rollup.entity in large:
                _build(connection, model, rollup)
    return True


def _build(connection: Connection, model: SemanticModel, rollup: Rollup) -> None:
    entity = model.entities[rollup.entity]
    most = integer(connection, f"select count(*) from {table_name(entity)}") // _WORTH  # noqa: S608
    listed = ", ".join(quote_name(name) for name in sorted(rollup.columns))
    groups = integer(connection, f"select approx_count_distinct(({listed})) from {table_name(entity)}")  # noqa: S608
    rows = 0
    if groups <= most:
        table = f"normalised.{quote_name(rollup.table)}"
        sql, parameters = rollup_statement(rollup, entity)
        connection.execute(f"create table {table} as {sql}", list(parameters))
        rows = integer(connection, f"select count(*) from {table}")  # noqa: S608
    connection.execute(
        "insert into state.rollups select $1, $2, data_version, $3, $4 from state.about",
        [rollup.table, rollup.entity, model.version, rows],
    )


def _drop_all(connection: Connection) -> None:
    for (name,) in connection.execute("select name from state.rollups").fetchall():
        connection.execute(f"drop table if exists normalised.{quote_name(str(name))}")
    connection.execute("delete from state.rollups")


def _is_current(connection: Connection, model: SemanticModel) -> bool:
    return bool(
        scalar(
            connection,
            "select count(*) > 0 and bool_and(r.data_version = a.data_version and r.catalogue = $1) "
            "from state.rollups r, state.about a",
            [model.version],
        )
    )


def _planned(model: SemanticModel) -> list[Rollup]:
    return [rollup for entity in model.entities.values() for rollup in planned_rollups(entity, model.metrics)]


def _with_rows(rollup: Rollup, rows: int) -> Rollup:
    return Rollup(rollup.table, rollup.entity, rollup.columns, rollup.parts, rows)
