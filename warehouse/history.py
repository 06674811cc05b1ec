"""What a workspace remembers of its loads, for people to read."""

from warehouse.duckdb import Connection
from warehouse.reports import ImportRecord, QuarantineEntry


def read_quarantine(connection: Connection, *, limit: int, load_id: str | None) -> list[QuarantineEntry]:
    """Return quarantined cells and rows, newest load first, each load by line."""
    rows = connection.execute(
        """select origin, line, column_name, value, reason, row_left_out, record, loaded_at
           from state.quarantine where $1::varchar is null or load_id = $1
           order by loaded_at desc, load_id, line nulls last, column_name limit $2""",
        [load_id, limit],
    ).fetchall()
    return [QuarantineEntry(*row) for row in rows]


def read_imports(connection: Connection, *, limit: int) -> list[ImportRecord]:
    """Return file imports, newest first."""
    rows = connection.execute(
        """select import_id, file, file_hash, entity, client_account_id, mode,
                  rows_read, rows_loaded, rows_quarantined, cells_quarantined, loaded_at
           from state.files order by seq desc limit $1""",
        [limit],
    ).fetchall()
    return [ImportRecord(*row) for row in rows]
