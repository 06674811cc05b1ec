"""The rows of a built entity: what its SQL gives, with names of client accounts and attributes of parents added."""

from collections.abc import Collection

from schemas import Entity
from warehouse.duckdb import Connection, quote_name
from warehouse.linked import has_links
from warehouse.parents import PORTFOLIO, Links, loaded_parents, with_parents
from warehouse.tables import DUCKDB_TYPES

_OF_CLIENT = {"client_account": "client_account", "client_industry": "industry"}


def complete_rows(connection: Connection, entity: Entity, select: str, given: Collection[str], level: str) -> str:
    """Return the SELECT of all of an entity's columns over the SELECT of a build, which gives the columns `given`.

    A column that the build does not give is the account's or another parent's, else empty; a row is listed unless
    the build says something else.
    """
    typed = ", ".join(f"{_typed(entity, name, given)} as {quote_name(name)}" for name in entity.columns)
    links = Links.LED if has_links(connection) else Links.NONE
    attributed = with_parents(entity, "select * from typed", loaded_parents(connection, entity), level, links=links)
    from_client = {name: column for name, column in _OF_CLIENT.items() if name in entity.columns}
    from_client |= {name: name for name in PORTFOLIO if name in entity.columns}
    values = [
        f"coalesce(c.{quote_name(name)}, a.{column}) as {quote_name(name)}" for name, column in from_client.items()
    ]
    return (
        f"with made as ({select}), typed as (select {typed} from made), attributed as ({attributed}) "  # noqa: S608
        f"select c.* replace ({', '.join(values)}) from attributed c "
        "left join normalised.client_account a on a.client_account_id = c.client_account_id"
    )


def _typed(entity: Entity, name: str, given: Collection[str]) -> str:
    value = quote_name(name) if name in given else "true" if name == entity.listed_by else "null"
    return f"cast({value} as {DUCKDB_TYPES[entity.columns[name].type]})"
