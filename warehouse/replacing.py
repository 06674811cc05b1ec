"""Rows that are there are replaced by deleting and inserting, never updated in place.

Updates of wide rows keep every old value in memory until the commit, and slow down each scan until the next
checkpoint; deletions and insertions do neither (decision 0014).
"""

from collections.abc import Iterable, Sequence

from warehouse.duckdb import Connection, quote_name


def replace_rows(connection: Connection, table: str, keys: Iterable[str], columns: Sequence[str], staged: str) -> None:
    """Put the rows of the table `staged`, which has each key once, in the place of those with the same keys."""
    same = " and ".join(f"t.{quote_name(key)} = s.{quote_name(key)}" for key in keys)
    connection.execute(f"delete from {table} t using {staged} s where {same}")  # noqa: S608
    listed = ", ".join(quote_name(name) for name in columns)
    connection.execute(f"insert into {table} ({listed}) select {listed} from {staged}")  # noqa: S608
