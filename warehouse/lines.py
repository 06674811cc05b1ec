"""Find the lines of records in an NDJSON file that was loaded whole, where DuckDB did not say which line is which."""

from pathlib import Path

from warehouse.duckdb import Connection, open_scratch
from warehouse.raw import Batch


def add_lines(connection: Connection, batch: Batch, load_id: str) -> None:
    """Fill the lines of a load's quarantine, by key, in one more pass over the file."""
    keys = connection.execute(
        "select distinct record_key from state.quarantine where load_id = $1 and line is null", [load_id]
    ).fetchall()
    if not keys:
        return
    wanted = [key for (key,) in keys if key is not None]
    # An instance of its own: ours does not keep the order of a file.
    with open_scratch(Path(batch.path).parent) as reader:
        found = reader.execute(
            f"""select _key, line from
                (select {batch.key_sql()} as _key, row_number() over () as line from {batch.reading()})
                where _key in (select unnest($keys::varchar[]))""",  # noqa: S608
            {"keys": wanted},
        ).fetchall()
    connection.execute(
        """update state.quarantine as q set line = found.line
           from (select unnest($keys::varchar[]) as key, unnest($lines::bigint[]) as line) found
           where q.load_id = $load and q.line is null and q.record_key = found.key""",
        {"keys": [key for key, _ in found], "lines": [line for _, line in found], "load": load_id},
    )
