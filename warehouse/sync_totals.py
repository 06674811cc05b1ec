"""Compares what is here with what the source itself counts."""

from datetime import UTC, datetime, time, timedelta

from connectors import Totals, Window
from schemas import ColumnOrigin, ColumnType, Entity
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
    """Count and sum the stream's records whose entity says that they are of the window.

    A vendor counts by instants, or by days of its own; so do we, whatever the zone of the client account makes of them.
    """
    known = set(source_columns(cursor, target.table))
    fields = [name for name in theirs.sums if name in known]
    entity = target.entities[0]
    moment = _instant(entity)
    column, start, end = (
        (entity.date, window.start.date(), window.end.date())
        if moment is None
        else (moment, window.start.replace(tzinfo=None), window.end.replace(tzinfo=None))
    )
    of_the_window = f"""and exists (
        select 1 from {table_name(entity)} t
        where t.source_id = r._key and t.connection_id = r._owner and t.raw_ref = $ref
            and t.{quote_name(column)} >= $start and t.{quote_name(column)} < $end)"""  # noqa: S608
    values: dict[str, object] = {"ref": target.context.raw_ref, "start": start, "end": end}
    if theirs.whole:
        of_the_window, values = "", {}
    sums = "".join(f", coalesce(sum(try_cast(r.{quote_name(name)} as double)), 0)" for name in fields)
    row = cursor.execute(
        f"select count(*){sums} from {target.table.sql} r where r._owner = $owner and not r._deleted {of_the_window}",  # noqa: S608
        {"owner": target.context.connection_id, **values},
    ).fetchone()
    return {} if row is None else {name: float(value) for name, value in zip(["records", *fields], row, strict=True)}


def _instant(entity: Entity) -> str | None:
    """Return the instant that an entity's day is made of; None where the source gives the day itself."""
    name = f"{entity.date.removesuffix('_on').removesuffix('_date')}_at"
    column = entity.columns.get(name)
    made = entity.columns[entity.date].origin is ColumnOrigin.DERIVED
    return name if made and column is not None and column.type is ColumnType.INSTANT else None
