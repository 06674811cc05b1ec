"""Which entities have rows that the builds have not seen yet; written in the transaction that brings the rows."""

from collections.abc import Iterable, Mapping

from warehouse.duckdb import Connection


def mark_touched(connection: Connection, entities: Iterable[str], load_id: str) -> None:
    """Remember, inside the running transaction, that a load has changed rows of these entities."""
    for entity in entities:
        connection.execute(
            """insert into state.touched select $1, $2
               where not exists (select 1 from state.touched where entity = $1 and load_id = $2)""",
            [entity, load_id],
        )


def read_touched(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """Return the touched entities with the loads that changed them."""
    rows = connection.execute("select entity, list(load_id order by load_id) from state.touched group by 1").fetchall()
    return {str(entity): tuple(loads) for entity, loads in rows}


def forget_touched(connection: Connection, entities: Iterable[str] | None = None) -> None:
    """Forget what was touched: the builds have seen it; all of it by default."""
    if entities is None:
        connection.execute("delete from state.touched")
    else:
        connection.execute("delete from state.touched where entity in (select unnest($1::varchar[]))", [list(entities)])
