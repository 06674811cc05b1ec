"""A real source over rows that a test spells out, one stream for each entity, so that one sync loads and builds all."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from connectors import Batch, Context, Cursor, JsonValue, Stream, SyncMode, Window
from schemas import ColumnOrigin, ColumnType, Entity, SemanticModel
from warehouse import ClientAccount, SyncOptions, SyncReport, WorkspaceDatabase, run_sync

Row: TypeAlias = Mapping[str, object]
Fields: TypeAlias = dict[str, object]  # a row that can be joined with another
Tables: TypeAlias = Mapping[str, Sequence[Row]]

CLIENT = ClientAccount("c1", "one", "One", report_currency="EUR")
NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
_TYPES = {
    ColumnType.INTEGER: "bigint",
    ColumnType.MONEY: "bigint",
    ColumnType.NUMBER: "double",
    ColumnType.FLAG: "boolean",
    ColumnType.DATE: "date",
    ColumnType.INSTANT: "timestamp",
}


class RowsSource:
    """Rows by entity, read whole each time; a row without `source_id` is numbered."""

    label = "Rows"

    def __init__(self, folder: Path, model: SemanticModel, tables: Tables, name: str = "rows") -> None:
        self.id = name
        self.staging = folder / name
        self.staging.mkdir(exist_ok=True)
        self._tables = tables
        for entity in tables:
            (self.staging / f"{entity}.sql").write_text(_staging(model.entities[entity]))

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return a stream for each entity."""
        return tuple(Stream(name, ("source_id",), (name,), mode=SyncMode.FULL) for name in self._tables)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the rows of a stream in one batch."""
        records = []
        for number, row in enumerate(self._tables[stream.name], start=1):
            record: dict[str, JsonValue] = {"source_id": str(number), "client": CLIENT.slug}
            record.update({name: None if value is None else str(value) for name, value in row.items()})
            records.append(record)
        yield Batch(records, Cursor(), done=True)


def _staging(entity: Entity) -> str:
    given = {name: column.type for name, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN}
    wanted = [
        f"try_cast(r ->> '{name}' as {_TYPES[kind]}) as {name}" if kind in _TYPES else f"r ->> '{name}' as {name}"
        for name, kind in given.items()
        if name != "source_id"
    ]
    return (
        f"select _line, _key, _key as source_id, r ->> 'client' as client_slug, {', '.join(wanted)} "
        "from (select _line, _key, to_json(records) as r from records)"
    )


def sync_rows(
    database: WorkspaceDatabase,
    folder: Path,
    tables: Tables,
    *,
    now: datetime = NOW,
    name: str = "rows",
    clients: tuple[ClientAccount, ...] = (CLIENT,),
) -> SyncReport:
    """Load rows of several entities in one sync and build what follows from them."""
    source = RowsSource(folder, database.model, tables, name)
    report = run_sync(database, source, SyncOptions(f"conn-{name}", name, clients, now=now))
    assert report.build_problems == ()
    return report


def day(text: str) -> date:
    """Return a date; `03-10` is of the year 2025."""
    return date.fromisoformat(text if len(text) > 5 else f"2025-{text}")
