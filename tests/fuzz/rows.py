"""Rows of every entity but the tickets, put into the tables of a running workspace: invented, but never different."""

from collections.abc import Mapping
from datetime import date, datetime, time

import orjson

from schemas import Entity, SemanticModel
from tests.schemas.random_rows import Row, every_entity
from tests.schemas.world import DUCKDB_TYPES
from warehouse import WorkspaceDatabase

EVERY = 4  # of the invented rows one in so many is kept: enough for gaps and edges, and little to read
# Under which account of a workspace the rows of each invented client account come.
SLUGS = {"main": {"acme": "acme", "beta": "globex"}, "other": {"elsewhere": "initech"}}


def fill(database: WorkspaceDatabase) -> dict[str, dict[str, list[Row]]]:
    """Put rows into every table but the tickets' own; return them by client account and table."""
    filled: dict[str, dict[str, list[Row]]] = {}
    accounts = {one.slug: one for one in database.client_accounts()}
    known = {invented: accounts[slug] for invented, slug in SLUGS[database.slug].items()}
    with database.writing() as cursor:
        views = {str(name) for (name,) in cursor.execute("select view_name from duckdb_views()").fetchall()}
        for table, rows in every_entity(database.model).items():
            kept = [
                row
                | _hours(database.model.entities[table], row)
                | {"client_account_id": account.id, "client_account": account.name}
                for row in rows[::EVERY]
                if (account := known.get(str(row["client_account_id"]))) is not None
            ]
            for slug in SLUGS[database.slug].values():
                own = [row for row in kept if row["client_account_id"] == accounts[slug].id]
                filled.setdefault(slug, {})[table] = own
            if table in views:  # its rows would follow from other rows; here they are invented as all others are
                cursor.execute(f'drop view normalised."{table}"')
            cursor.execute(_statement(database.model, table, is_new=table in views), [orjson.dumps(kept).decode()])
    return filled


def _hours(entity: Entity, row: Row) -> Row:
    """Put the hours of a row, which are whole, on its day."""
    day, names = row[entity.date], [name for name in entity.columns if name.endswith("_hour")]
    assert isinstance(day, date | None)
    made: Row = {}
    for name in names:
        moment = row[name]
        made[name] = None
        if isinstance(moment, datetime) and day is not None:
            made[name] = datetime.combine(day, time(moment.hour))
    return made


def _statement(model: SemanticModel, table: str, *, is_new: bool) -> str:
    """Write the statement that takes rows from one text of JSON, which is bound."""
    kinds: Mapping[str, str] = {
        name: DUCKDB_TYPES[column.type]
        for entity in model.entities.values()
        if entity.table == table
        for name, column in entity.columns.items()
    }
    names = ", ".join(f'"{name}"' for name in kinds)
    read = f"select unnest(from_json($1, '{orjson.dumps([kinds]).decode()}'), max_depth := 2)"
    if is_new:
        return f'create table normalised."{table}" as {read}'
    return f'insert into normalised."{table}" ({names}) select {names} from ({read})'
