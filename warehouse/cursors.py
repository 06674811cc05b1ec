"""Where each stream of a connection stands; moved in the transaction that brings the rows."""

from dataclasses import dataclass
from datetime import datetime

import orjson

from connectors import Cursor
from warehouse.duckdb import Connection

LIVE = "live"  # the slice that follows the source
HISTORY = "history"  # how far the windows of the past have been read


@dataclass(frozen=True)
class Position:
    """A stream's cursor and the number of the batch that moved it last."""

    cursor: Cursor
    seq: int


def read_position(connection: Connection, connection_id: str, stream: str, part: str = LIVE) -> Position:
    """Return where a stream stands; the start when it never ran."""
    row = connection.execute(
        "select cursor, seq from state.cursors where connection_id = $1 and stream = $2 and slice = $3",
        [connection_id, stream, part],
    ).fetchone()
    return Position(Cursor(), 0) if row is None else Position(Cursor(orjson.loads(row[0])), row[1])


def move_position(
    connection: Connection,
    connection_id: str,
    stream: str,
    position: Position,
    sync_id: str,
    now: datetime,
    part: str = LIVE,
) -> None:
    """Write where a stream stands, inside the running transaction."""
    key = [connection_id, stream, part]
    connection.execute("delete from state.cursors where connection_id = $1 and stream = $2 and slice = $3", key)
    connection.execute(
        "insert into state.cursors values ($1, $2, $3, $4, $5, $6, $7)",
        [*key, orjson.dumps(dict(position.cursor.value)).decode(), position.seq, sync_id, now],
    )
