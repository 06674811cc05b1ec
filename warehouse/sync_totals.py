"""Compares what is here with what the source itself counts."""

from datetime import UTC, datetime, time, timedelta

from connectors import Totals, Window
from warehouse.duckdb import Connection, quote_name
from warehouse.extraction import Extraction
from warehouse.raw import raw_exists, source_columns
from warehouse.reports import Difference
from warehouse.stream_load import StreamTarget
from warehouse.tables import table_name
from warehouse.workspace import WorkspaceDatabase

_DAYS = 28
_SETTLED = timedelta(days=1)  # what happened yesterday may still be on its way on either side
_EXACT = 1e-6  # of a sum; vendors round


def compare_totals(
    database: WorkspaceDatabase, extraction: Extraction, target: StreamTarget, now: datetime
) -> tuple[Difference, ...]:
    """Return what differs over the last weeks that have settled. Sums are of the vendor's own fields, in its units."""
    end = datetime.combine(now.astimezone(UTC).date(), time(), UTC) - _SETTLED
    window = Window(end - timedelta(days=_DAYS), end)
    theirs = extraction.totals(target.stream, window)
    if theirs is None:
        return ()
    with database.reading() as cursor:
        if not raw_exists(cursor, target.table):
            return ()
        ours = _ours(cursor, target, theirs, window)
    wanted = {"records": theirs.records, **theirs.sums}
    return tuple(
        Difference(name, float(value), ours[name])
        for name, value in wanted.items()
        if value is not None and name in ours and abs(value - ours[name]) > _EXACT * max(1.0, abs(value))
    )


def _ours(cursor: Connection, target: StreamTarget, theirs: Totals, window: Window) -> dict[str, float]:
    """Count and sum the stream's records whose entity says that they are of the window."""
    known = set(source_columns(cursor, target.table))
    fields = [name for name in theirs.sums if name in known]
    entity = target.entities[0]
    sums = "".join(f", coalesce(sum(try_cast(r.{quote_name(name)} as double)), 0)" for name in fields)
    row = cursor.execute(
        f"""select count(*){sums} from {target.table.sql} r
            join {table_name(entity)} t on t.source_id = r._key and t.connection_id = r._owner and t.raw_ref = $ref
            where r._owner = $owner and not r._deleted
                and t.{quote_name(entity.date)} >= $start and t.{quote_name(entity.date)} < $end""",  # noqa: S608
        {
            "ref": target.context.raw_ref,
            "owner": target.context.connection_id,
            "start": window.start.date(),
            "end": window.end.date(),
        },
    ).fetchone()
    return {} if row is None else {name: float(value) for name, value in zip(["records", *fields], row, strict=True)}
