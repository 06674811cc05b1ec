"""The rows of one client account in a workspace's file: to be taken out, or to be all that stays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import orjson

from connectors import Context, Source
from schemas import SemanticModel
from warehouse.clients import ClientAccount
from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.hours_file import parse_hours
from warehouse.imports import RAW_PREFIX
from warehouse.raw import RawTable, raw_exists, source_columns
from warehouse.renewal import put_hours
from warehouse.state import bump_data_version, read_settings
from warehouse.stream_load import client_sql
from warehouse.sync_target import SyncOptions, stream_target

_CLIENT, _CONNECTION, _OWNER = "client_account_id", "connection_id", "_owner"
_SHARED = "shared_records"


@dataclass(frozen=True)
class Holdings:
    """A client account, the ids of the connections that are its alone, and those whose records name theirs."""

    client: ClientAccount
    own: frozenset[str] = frozenset()
    shared: tuple[tuple[Source, SyncOptions], ...] = ()


@dataclass(frozen=True)
class Cut:
    """How many rows went, by table, and which columns of landed files they had filled, by table."""

    counts: Mapping[str, int]
    filled: Mapping[str, Sequence[str]]


def cut(connection: Connection, model: SemanticModel, holdings: Holdings, *, keep: bool = False) -> Cut:
    """Delete the client account's rows, or with `keep` all others, inside the running transaction.

    Everything that is built from rows is due afterwards.
    """
    own = sorted(_own_connections(connection, holdings))
    _note_shared(connection, model, holdings)
    values: dict[str, object] = {"client": holdings.client.id, "own": own}
    counts: dict[str, int] = {}
    filled: dict[str, Sequence[str]] = {}
    for schema, table, columns in _tables(connection):
        mine = _mine(schema, table, columns, keep=keep)
        if mine is None:
            continue
        name = f"{quote_name(schema)}.{quote_name(table)}"
        which = f"({mine}) is not true" if keep else mine
        used = {key: value for key, value in values.items() if f"${key}" in which}
        row = connection.execute(f"select count(*) from {name} where {which}", used).fetchone()  # noqa: S608
        gone = 0 if row is None else int(row[0])
        if gone:
            if schema == "raw" and table.startswith(f"{RAW_PREFIX}_"):
                filled[table] = _filled(connection, table, which, used)
            connection.execute(f"delete from {name} where {which}", used)  # noqa: S608
            counts[f"{schema}.{table}"] = gone
    connection.execute(f"drop table {_SHARED}")
    _leave_hours(connection, holdings.client.slug, keep=keep)
    _drop_rollups(connection)
    # A build that is not remembered is made again, and what it said of rows that are gone goes with it.
    connection.execute("delete from state.builds")
    bump_data_version(connection)
    return Cut(counts, filled)


def drop_empty(connection: Connection, done: Cut) -> None:
    """Drop landing tables without rows, and of landed files the columns that nobody fills any more.

    The header of a file was its owner's. A source's columns stay: its own SQL asks for them, empty or not.
    """
    for schema, table, _ in list(_tables(connection)):
        if schema != "raw":
            continue
        name = f"raw.{quote_name(table)}"
        if connection.execute(f"select 1 from {name} limit 1").fetchone() is None:  # noqa: S608
            connection.execute(f"drop table {name}")
            connection.execute("delete from state.drift where table_name = $1", [table])
            continue
        left = _filled(connection, table, "true", {}) if table in done.filled else ()
        for column in set(done.filled.get(table, ())) - set(left):
            connection.execute(f"alter table {name} drop column {quote_name(column)}")
            connection.execute("delete from state.drift where table_name = $1 and column_name = $2", [table, column])


def _filled(connection: Connection, table: str, which: str, values: Mapping[str, object]) -> list[str]:
    """Return the columns of a landing table that have a value in some of its rows."""
    columns = source_columns(connection, RawTable(table))
    listed = ", ".join(f"count({quote_name(one)})" for one in columns) or "0"
    counts = connection.execute(f"select {listed} from raw.{quote_name(table)} where {which}", dict(values))  # noqa: S608
    return [one for one, count in zip(columns, counts.fetchone() or (), strict=False) if count]


def _mine(schema: str, table: str, columns: frozenset[str], *, keep: bool) -> str | None:
    """Return the condition that holds for the client account's rows of a table; None if no row is anybody's."""
    if schema == "raw":
        shared = f"(_owner, _key) in (select owner, key from {_SHARED} where table_name = {quote_text(table)})"  # noqa: S608
        return f"_owner = $client or list_contains($own::varchar[], _owner) or {shared}"
    if _CLIENT in columns:
        # What no client account of a shared connection was found for may be of this one: it goes, and never goes along.
        strangers = (
            " or (client_account_id is null and load_id in "
            "(select sync_id from state.runs where client_account_id = $client))"
        )
        return f"{_CLIENT} = $client" + (strangers if table == "quarantine" and not keep else "")
    return f"list_contains($own::varchar[], {_CONNECTION})" if _CONNECTION in columns else None


def _own_connections(connection: Connection, holdings: Holdings) -> set[str]:
    """Return the connections that have brought rows of this client account alone, removed ones included."""
    shared = {options.connection_id for _, options in holdings.shared}
    both = [
        f"{schema}.{quote_name(table)}"
        for schema, table, names in _tables(connection)
        if {_CLIENT, _CONNECTION} <= names
    ]
    rows = " union all ".join(f"select distinct connection_id, client_account_id from {one}" for one in both)  # noqa: S608
    found = connection.execute(
        f"select connection_id from ({rows}) where connection_id is not null group by 1 "  # noqa: S608
        "having bool_and(client_account_id = $1)",
        [holdings.client.id],
    ).fetchall()
    return {*holdings.own, *(str(row[0]) for row in found)} - shared


def _note_shared(connection: Connection, model: SemanticModel, holdings: Holdings) -> None:
    """Note the keys of the landed records that name this client account, as the source's own SQL reads them."""
    connection.execute(f"create or replace temp table {_SHARED} (table_name varchar, owner varchar, key varchar)")
    settings, now = read_settings(connection), datetime.now(UTC)
    for source, options in holdings.shared:
        for stream in source.streams(Context(options.connection_id, options.config, now)):
            target = stream_target(model, source, stream, options, settings, "cut", now)
            if stream.mapping is not None or not raw_exists(connection, target.table):
                continue
            if not source_columns(connection, target.table):
                continue
            values = {"owner": options.connection_id, "name": target.table.name}
            for entity in target.entities:
                try:
                    connection.execute(
                        f"insert into {_SHARED} with records as (select * replace (cast(null as bigint) as _line) "  # noqa: S608
                        f"from {target.table.sql} where _owner = $owner) "
                        f"select distinct $name, $owner, _key from ({client_sql(target, entity, holdings.client)})",
                        values,
                    )
                except duckdb.BinderException:
                    # The SQL of today asks for columns that did not come yet when these were landed.
                    cells = ", ".join(quote_name(one) for one in source_columns(connection, target.table))
                    connection.execute(
                        f"insert into {_SHARED} select $name, $owner, _key from {target.table.sql} "  # noqa: S608
                        f"where _owner = $owner and list_contains([{cells}], $slug)",
                        {**values, "slug": holdings.client.slug},
                    )


def _leave_hours(connection: Connection, slug: str, *, keep: bool) -> None:
    """Take the client account's business hours out of the settings, or those of all others."""
    text = connection.execute("select business_hours from state.about").fetchone()
    schedules = parse_hours({"schedules": orjson.loads(str(text[0]))}) if text and text[0] else ()
    put_hours(connection, [one for one in schedules if one.client is None or (one.client == slug) is keep])


def _drop_rollups(connection: Connection) -> None:
    for (name,) in connection.execute("select name from state.rollups").fetchall():
        connection.execute(f"drop table if exists normalised.{quote_name(str(name))}")
    connection.execute("delete from state.rollups")


def _tables(connection: Connection) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Name the tables of the file with their columns."""
    rows = connection.execute(
        """select t.schema_name, t.table_name, list(c.column_name)
           from duckdb_tables() t join duckdb_columns() c
               on c.database_name = t.database_name and c.schema_name = t.schema_name and c.table_name = t.table_name
           where t.schema_name in ('raw', 'normalised', 'state') group by all order by all"""
    ).fetchall()
    yield from ((str(schema), str(table), frozenset(columns)) for schema, table, columns in rows)
