"""Merge a batch into its landing table by key: the newest version wins, and what has not changed is left alone."""

from dataclasses import dataclass

from warehouse.duckdb import Connection, integer, quote_text
from warehouse.raw import BOOKKEEPING, Batch, RawTable
from warehouse.replacing import replace_rows

STAGED = "staging.batch"
UNCHANGED = "staging.unchanged"
ABSENT = "staging.absent"
STAGED_RECORDS = f"select * from {STAGED}"  # noqa: S608


@dataclass(frozen=True)
class Merged:
    """What became of the rows of a batch."""

    new: int
    changed: int
    unchanged: int
    duplicates: int


def stage(connection: Connection, batch: Batch) -> int:
    """Read a numbered spool file into the staging table; return its number of rows."""
    line = "cast(_line as bigint)"
    connection.execute(f"create or replace table {STAGED} as select {batch.landed(line)} from {batch.reading()}")  # noqa: S608
    return integer(connection, f"select count(*) from {STAGED}")  # noqa: S608


def prepare_memory(connection: Connection) -> None:
    """Make the table that remembers which keys of this load were already there, unchanged."""
    connection.execute(f"create or replace table {UNCHANGED} (_key varchar)")


def forget(connection: Connection) -> None:
    """Drop the staging tables."""
    for table in (STAGED, UNCHANGED, ABSENT):
        connection.execute(f"drop table if exists {table}")


def dedupe(connection: Connection) -> int:
    """Keep one row of each key, the newest version or else the last line; return how many went."""
    doubles = integer(connection, f"select count(_key) - count(distinct _key) from {STAGED}")  # noqa: S608
    if doubles:
        connection.execute(
            f"""delete from {STAGED} where _line in (
                select _line from {STAGED} where _key is not null
                qualify row_number() over (partition by _key order by _version desc nulls last, _line desc) > 1)"""  # noqa: S608
        )
    return doubles


def drop_rows(connection: Connection, condition: str) -> None:
    """Remove staged rows that may not land."""
    connection.execute(f"delete from {STAGED} where {condition}")  # noqa: S608


def merge(connection: Connection, batch: Batch, first_seq: int, *, only_new: bool) -> Merged:
    """Merge the staged rows and leave only the touched ones staged; `only_new` leaves known keys alone.

    Rows of this very load (from `first_seq` on) that come again count as duplicates, whatever they hold.
    A row that is the same but was normalised by another mapping is touched.
    """
    verdicts = _judge(connection, batch, first_seq)
    connection.execute(
        f"""insert into {UNCHANGED} select _key from staging.verdict
            where verdict <> 'new' and not repeated and ({"true" if only_new else "verdict <> 'changed'"})"""  # noqa: S608
    )
    untouched = "verdict <> 'new'" if only_new else "verdict in ('same', 'stale')"
    drop_rows(connection, f"_line in (select _line from staging.verdict where {untouched})")  # noqa: S608
    connection.execute("drop table staging.verdict")
    replace_rows(connection, batch.table.sql, ("_key", "_owner"), (*BOOKKEEPING, *batch.columns), STAGED)
    same, changed = verdicts["same"] + verdicts["stale"], verdicts["changed"]
    if only_new:
        same, changed = same + changed, 0
    return Merged(verdicts["new"], changed, same, verdicts["repeated"])


def _judge(connection: Connection, batch: Batch, first_seq: int) -> dict[str, int]:
    owner = quote_text(batch.owner)
    connection.execute(
        f"""create or replace table staging.verdict as
            select s._line, s._key,
                case
                    when t._key is null then 'new'
                    when s._version < t._version then 'stale'
                    when s._hash = t._hash and s._rules = t._rules and not t._deleted then 'same'
                    else 'changed'
                end as verdict,
                coalesce(t._seq >= {first_seq}, false) or u._key is not null as repeated
            from {STAGED} s
            left join {batch.table.sql} t on t._key = s._key and t._owner = {owner}
            left join {UNCHANGED} u on u._key = s._key"""  # noqa: S608
    )
    counts = dict.fromkeys(("new", "stale", "same", "changed", "repeated"), 0)
    rows = connection.execute(
        "select case when repeated then 'repeated' else verdict end, count(*) from staging.verdict group by all"
    ).fetchall()
    return counts | {str(name): int(number) for name, number in rows}


def remove_absent(connection: Connection, table: RawTable, owner: str, first_seq: int) -> int:
    """Delete the owner's records that the load did not bring, their keys stay in `ABSENT`; return how many."""
    mine = f"_owner = {quote_text(owner)}"
    connection.execute(
        f"""create or replace table {ABSENT} as
            select _key from {table.sql} where {mine} and _seq < {first_seq}
            and _key not in (select _key from {UNCHANGED})"""  # noqa: S608
    )
    connection.execute(f"delete from {table.sql} where {mine} and _key in (select _key from {ABSENT})")  # noqa: S608
    return integer(connection, f"select count(*) from {ABSENT}")  # noqa: S608
