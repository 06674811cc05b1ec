"""An account of a source whose connection was removed, linked again: its rows go on as those of the new connection.

The first sync of the new one takes them over, before anything is read: rows are never counted at two client accounts,
and what the source does not tell any more stays.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from connectors import Context, Source
from warehouse.duckdb import Connection, transaction, translated
from warehouse.raw import RawTable, raw_exists
from warehouse.renormalise import renormalise_source
from warehouse.sync_target import SyncOptions
from warehouse.tables import table_name
from warehouse.workspace import WorkspaceDatabase

_OF_ACCOUNT = "from state.source_accounts where source = $1 and account_id = $2"


def take_over(database: WorkspaceDatabase, source: Source, options: SyncOptions, account_id: str) -> bool:
    """Make the connection the one that reads an account, and tell whether another one was before it.

    The caller vouches that no other connection reads the account now.
    """
    with database.reading() as cursor:
        known = _connections(cursor, source, account_id)
    if known == [options.connection_id]:
        return False
    with database.writing() as cursor, translated(f"Taking over for {options.label}"), transaction(cursor):
        before = [one for one in _connections(cursor, source, account_id) if one != options.connection_id]
        if before:
            _hand_over(cursor, database, source, options, before)
        cursor.execute(f"delete {_OF_ACCOUNT}", [source.id, account_id])
        cursor.execute(
            "insert into state.source_accounts values ($1, $2, $3)", [options.connection_id, source.id, account_id]
        )
    if before:
        # The rows take the client account and the name of the new connection, by the mapping of today.
        renormalise_source(database, source, options)
    return bool(before)


def _connections(cursor: Connection, source: Source, account_id: str) -> list[str]:
    rows = cursor.execute(f"select connection_id {_OF_ACCOUNT}", [source.id, account_id]).fetchall()
    return [str(row[0]) for row in rows]


def _hand_over(
    cursor: Connection, database: WorkspaceDatabase, source: Source, options: SyncOptions, before: Sequence[str]
) -> None:
    now, names = options.connection_id, list(before)
    context = Context(now, options.config, options.now or datetime.now(UTC))
    for table in {RawTable.named(source.id, stream.name) for stream in source.streams(context)}:
        if not raw_exists(cursor, table):
            continue
        # What the new connection has read itself is newer.
        cursor.execute(
            f"delete from {table.sql} where list_contains($1, _owner) "  # noqa: S608
            f"and _key in (select _key from {table.sql} where _owner = $2)",
            [names, now],
        )
        cursor.execute(f"update {table.sql} set _owner = $2 where list_contains($1, _owner)", [names, now])  # noqa: S608
    for entity in database.model.entities.values():
        if entity.is_loadable:
            cursor.execute(
                f"update {table_name(entity)} set connection_id = $2, data_origin_id = $2 "  # noqa: S608
                "where list_contains($1, connection_id)",
                [names, now],
            )
    cursor.execute("delete from state.cursors where list_contains($1, connection_id)", [names])
