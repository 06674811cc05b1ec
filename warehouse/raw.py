"""Landing tables of schema `raw`: one per source and stream, the newest version of each record as received."""

import functools
import hashlib
import re
from dataclasses import dataclass

from warehouse.duckdb import Connection, integer, quote_name, quote_text
from warehouse.tables import add_columns, column_names

BOOKKEEPING = {
    "_owner": "VARCHAR",  # client account of a file, connection of a source
    "_key": "VARCHAR",
    "_line": "BIGINT",
    "_version": "BIGINT",
    "_hash": "UBIGINT",
    "_rules": "VARCHAR",  # by which mapping the row was normalised
    "_seq": "BIGINT",
    "_synced_at": "TIMESTAMP",
    "_deleted": "BOOLEAN",
}


_ROW_GROUP = 122_880  # DuckDB's own; smaller ranges would not be worth a thread

# Trying every compression for every column took a sixth of a load; FSST fits text that is rarely read.
_TEXT = "VARCHAR using compression fsst"


@dataclass(frozen=True)
class RawTable:
    """One landing table."""

    name: str

    @property
    def sql(self) -> str:
        """Return the quoted, qualified name."""
        return f"raw.{quote_name(self.name)}"

    @staticmethod
    def named(source: str, stream: str) -> "RawTable":
        """Return the table of a source's stream."""
        return RawTable("__".join(_plain(part) for part in (source, stream)))


def _plain(name: str) -> str:
    # Names that differ in signs or case only must not share a table.
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower())
    return plain if plain == name else f"{plain}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def create_raw(connection: Connection, table: RawTable) -> None:
    """Create the table with its bookkeeping columns if it is not there."""
    columns = ", ".join(f"{quote_name(name)} {kind}" for name, kind in BOOKKEEPING.items())
    connection.execute(f"create table if not exists {table.sql} ({columns})")


def raw_exists(connection: Connection, table: RawTable) -> bool:
    """Tell whether the table is there."""
    return bool(column_names(connection, "raw", table.name))


def widen_raw(connection: Connection, table: RawTable, columns: list[str], load_id: str) -> list[str]:
    """Add the columns that are new, all text, and write them into the drift log; return their names."""
    known = source_columns(connection, table)
    added = add_columns(connection, "raw", table.name, dict.fromkeys(columns, _TEXT))
    if known and added:
        connection.execute(
            "insert into state.drift select $1, unnest($2::varchar[]), $3, now()::timestamp",
            [table.name, added, load_id],
        )
    return added


def source_columns(connection: Connection, table: RawTable) -> list[str]:
    """Return the table's columns without the bookkeeping."""
    return [name for name in column_names(connection, "raw", table.name) if name not in BOOKKEEPING]


def next_seq(connection: Connection, table: RawTable) -> int:
    """Return the number of the next batch."""
    return integer(connection, f"select coalesce(max(_seq), 0) + 1 from {table.sql}")  # noqa: S608


@dataclass(frozen=True)
class Batch:
    """A spool file that is about to land, and what is the same for all of its records."""

    table: RawTable
    path: str
    columns: tuple[str, ...]
    numbered: bool
    longest: int
    owner: str
    key: str | None  # an SQL expression over the columns; None: the spool's `_line` makes it with `key_prefix`
    key_prefix: str
    version: str
    rules: str
    seq: int
    now: str  # a timestamp as text

    def reading(self) -> str:
        """Return the table function that reads the spool file, every scalar as text."""
        names = (*self.columns, *(("_line",) if self.numbered else ()))
        kinds = ", ".join(f"{quote_text(name)}: 'VARCHAR'" for name in names)
        size = max(1 << 22, self.longest + 1024)
        return (
            f"read_json({quote_text(self.path)}, format = 'newline_delimited', columns = {{{kinds}}}, "
            f"maximum_object_size = {size})"
        )

    def key_sql(self) -> str:
        """Return the expression of a record's key."""
        return self.key if self.key is not None else f"{quote_text(self.key_prefix)} || _line"

    def landed(self, line: str) -> str:
        """Return the SELECT list that makes a raw row; `line` is the expression of its line."""
        listed = ", ".join(quote_name(name) for name in self.columns)
        return (
            f"{quote_text(self.owner)} as _owner, {self.key_sql()} as _key, {line} as _line, "
            f"{self.version} as _version, {self._hash()} as _hash, "
            f"{quote_text(self.rules)} as _rules, {self.seq} as _seq, "
            f"timestamp {quote_text(self.now)} as _synced_at, false as _deleted, {listed}"
        )

    def _hash(self) -> str:
        # A column that is empty does not count: a batch that lacks it altogether must hash the same.
        parts = (
            f"case when coalesce({quote_name(name)}, '') = '' then 0::ubigint "
            f"else hash({quote_text(name)}, {quote_name(name)}) end"
            for name in self.columns
        )
        return functools.reduce(lambda left, right: f"xor({left}, {right})", parts)

    def insert_list(self) -> str:
        """Return the columns that `landed` fills."""
        return ", ".join([*BOOKKEEPING, *(quote_name(name) for name in self.columns)])


def land_new(connection: Connection, batch: Batch) -> int:
    """Append a batch without looking at keys; return its number of rows. Check with `clashes` afterwards."""
    line = "cast(_line as bigint)" if batch.numbered else "cast(null as bigint)"
    connection.execute(
        f"insert into {batch.table.sql} ({batch.insert_list()}) select {batch.landed(line)} from {batch.reading()}"  # noqa: S608
    )
    return integer(connection, f"select count(*) from {batch.table.sql} where _seq = {batch.seq}")  # noqa: S608


def clashes(connection: Connection, batch: Batch) -> bool:
    """Tell whether a batch that was appended has a key twice, no key, or a key that was there before."""
    table, owner = batch.table.sql, quote_text(batch.owner)
    within = integer(
        connection,
        f"select count(*) - count(distinct _key) from {table} where _seq = {batch.seq}",  # noqa: S608
    )
    if within:
        return True
    return bool(
        integer(
            connection,
            f"select count(*) from (select _key from {table} where _seq = {batch.seq}) new "  # noqa: S608
            f"semi join (select _key from {table} where _seq <> {batch.seq} and _owner = {owner}) old "
            "on old._key = new._key",
        )
    )


def appended_records(connection: Connection, batch: Batch) -> str:
    """Return `records` for a batch that was appended.

    They come in ranges side by side, since DuckDB scans rows that are not committed with one thread each.
    """
    mine = f"select * from {batch.table.sql} where _seq = {batch.seq}"  # noqa: S608
    row = connection.execute(
        f"select min(rowid), max(rowid), current_setting('threads') from {batch.table.sql} where _seq = {batch.seq}"  # noqa: S608
    ).fetchone()
    if row is None or row[0] is None:
        return mine
    first, last, threads = row
    size = max(_ROW_GROUP, -(-(last - first + 1) // int(threads)))
    return " union all ".join(
        f"{mine} and rowid >= {start} and rowid < {start + size}" for start in range(first, last + 1, size)
    )
