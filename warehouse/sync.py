"""One sync: read a source's streams, spool each batch, commit rows and cursor together."""

import asyncio
import os
import shutil
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from connectors import Batch, Context, Cursor, DeleteSignal, JsonValue, Source, Stream, SyncMode
from schemas import SemanticModel
from warehouse.clients import ClientAccount
from warehouse.conversion import fx_missing
from warehouse.cursors import Position, move_position, read_position
from warehouse.duckdb import Connection, transaction, translated
from warehouse.finish import finish_load
from warehouse.landing import Tally
from warehouse.normalize import LoadContext
from warehouse.parents import parent_depth
from warehouse.raw import RawTable, create_raw, next_seq, source_columns, widen_raw
from warehouse.renewal import ensure_client_account
from warehouse.reports import OnProgress, Progress, StreamReport, SyncReport, no_progress
from warehouse.runs import PROMISED_LAG_HOURS, RunResult, record_run
from warehouse.spool import Names, Piece, PieceWriter
from warehouse.state import Settings, bump_data_version, read_settings
from warehouse.stream_load import StreamTarget, delete_keys, delete_unseen, load_batch
from warehouse.touched import mark_touched
from warehouse.workspace import WorkspaceDatabase

COMMIT_ROWS = 50_000
COMMIT_SECONDS = 60.0


@dataclass(frozen=True)
class SyncOptions:
    """What a sync knows about its connection; records of several client accounts name theirs by slug."""

    connection_id: str
    label: str
    clients: tuple[ClientAccount, ...]
    config: Mapping[str, JsonValue] = field(default_factory=dict)
    now: datetime | None = None


def run_sync(
    database: WorkspaceDatabase, source: Source, options: SyncOptions, on_progress: OnProgress = no_progress
) -> SyncReport:
    """Read every stream of the source from where it stands; a crash repeats at most one batch."""
    started = time.perf_counter()
    now = options.now or datetime.now(UTC)
    context = Context(options.connection_id, options.config, now)
    sync_id = uuid.uuid4().hex
    folder = database.places.spool(database.slug) / sync_id
    folder.mkdir(parents=True)
    reports = []
    try:
        with translated(f"The sync of {options.label}"):
            for stream in parents_first(database.model, source.streams(context)):
                run = _StreamRun(database, source, stream, options, context, sync_id, folder, on_progress)
                try:
                    reports.append(asyncio.run(run.read()))
                except Exception as error:
                    run.remember(error_code=type(error).__name__)
                    raise
            with database.writing() as cursor:
                builds = finish_load(cursor, database.model, now)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return SyncReport(
        source.id,
        options.connection_id,
        tuple(reports),
        database.data_version(),
        time.perf_counter() - started,
        builds.problems,
    )


def stream_target(
    model: SemanticModel,
    source: Source,
    stream: Stream,
    options: SyncOptions,
    settings: Settings,
    load_id: str,
    now: datetime,
) -> StreamTarget:
    """Return where the records of a stream go, and what is the same for all of them."""
    table = RawTable.named(source.id, stream.name)
    context = LoadContext(
        load_id=load_id,
        origin=f"{options.label}: {stream.name}",
        connection_id=options.connection_id,
        connection=options.label,
        source_system=source.id,
        data_origin_id=options.connection_id,
        raw_ref=f"raw.{table.name}",
        now=now.astimezone(UTC).replace(tzinfo=None),
        settings=settings,
    )
    entities = tuple(
        sorted(
            (model.entities[name] for name in stream.entities), key=lambda one: parent_depth(model.entities, one.name)
        )
    )
    return StreamTarget(source, stream, entities, options.clients, context, table)


def parents_first(model: SemanticModel, streams: Sequence[Stream]) -> list[Stream]:
    """Return the streams so that those whose rows others take attributes from come first."""
    return sorted(streams, key=lambda one: max(parent_depth(model.entities, name) for name in one.entities))


class _StreamRun:
    """One stream of one sync."""

    def __init__(
        self,
        database: WorkspaceDatabase,
        source: Source,
        stream: Stream,
        options: SyncOptions,
        context: Context,
        sync_id: str,
        folder: Path,
        on_progress: OnProgress,
    ) -> None:
        self._database = database
        self._context = context
        self._sync_id = sync_id
        self._folder = folder
        self._on_progress = on_progress
        self._names = Names()
        self._writer = PieceWriter(folder, lambda: tuple(self._names.columns.values()))
        self._tombstones: list[dict[str, JsonValue]] = []
        self._tally = Tally()
        self._batches = self._records = 0
        self._first_seq = 0
        self._started = time.perf_counter()
        with database.reading() as cursor:
            settings = read_settings(cursor)
        self._target = stream_target(database.model, source, stream, options, settings, sync_id, context.now)

    async def read(self) -> StreamReport:
        """Read to the end, committing every so many rows or seconds."""
        stream = self._target.stream
        with self._database.reading() as cursor:
            position = read_position(cursor, self._target.context.connection_id, stream.name)
        start = Cursor() if stream.mode is SyncMode.FULL else position.cursor
        last = time.monotonic()
        async for batch in self._target.source.read(self._context, stream, start):
            self._collect(batch)
            pending = self._records - self._tally.read
            if batch.done or pending >= COMMIT_ROWS or time.monotonic() - last > COMMIT_SECONDS:
                self._commit(batch)
                last = time.monotonic()
            self._on_progress(Progress(stream.name, self._records, batch.expected, "rows"))
        return StreamReport(
            stream.name,
            self._records,
            self._tally.new,
            self._tally.changed,
            self._tally.unchanged,
            self._tally.rows_quarantined,
            self._tally.cells_quarantined,
            self._batches,
            self._fx_missing(),
        )

    def _fx_missing(self) -> int:
        with self._database.reading() as cursor:
            return sum(fx_missing(cursor, entity, self._sync_id) for entity in self._target.entities)

    def _collect(self, batch: Batch) -> None:
        for record in batch.records:
            self._records += 1
            named = {self._names.column(key): value for key, value in record.items()}
            self._writer.write({"_line": self._records, **named})
        self._tombstones += batch.tombstones

    def _commit(self, batch: Batch) -> None:
        piece = None if self._writer.empty else self._writer.take(0)
        if piece is not None:
            _to_disk(piece.path)
        with self._database.writing() as cursor, transaction(cursor):
            self._write(cursor, piece, batch)
        if piece is not None:
            piece.path.unlink()
        self._batches += 1
        self._tombstones = []

    def _write(self, cursor: Connection, piece: Piece | None, batch: Batch) -> None:
        target, before = self._target, (self._tally.new, self._tally.changed)
        create_raw(cursor, target.table)
        seq = next_seq(cursor, target.table)
        self._first_seq = self._first_seq or seq
        renewed = False
        for client in target.clients:
            renewed = ensure_client_account(cursor, self._database.model, client) or renewed
        if piece is not None:
            # Keys that the stream names must be columns, also in a batch whose records lack them.
            wanted = dict.fromkeys([*target.stream.primary_key, *piece.columns, *source_columns(cursor, target.table)])
            widen_raw(cursor, target.table, list(wanted), self._sync_id)
            load_batch(cursor, target, target.batch(piece, tuple(wanted), seq), self._tally)
        gone = delete_keys(cursor, target, self._tombstones)
        # A run that brought nothing at all is an outage sooner than an empty source.
        if batch.done and target.stream.deletes is DeleteSignal.FULL_DIFF and self._records:
            gone += delete_unseen(cursor, target, self._first_seq)
        move_position(
            cursor,
            target.context.connection_id,
            target.stream.name,
            Position(batch.cursor, seq),
            self._sync_id,
            target.context.now,
        )
        if renewed or gone or (self._tally.new, self._tally.changed) != before:
            bump_data_version(cursor)
            mark_touched(cursor, target.stream.entities, self._sync_id)
        if batch.done:
            self._record(cursor, None)

    def remember(self, error_code: str) -> None:
        """Remember that the stream failed; what it committed before stays."""
        with self._database.writing() as cursor, transaction(cursor):
            for client in self._target.clients:
                ensure_client_account(cursor, self._database.model, client)
            self._record(cursor, error_code)

    def _record(self, cursor: Connection, error_code: str | None) -> None:
        seconds = time.perf_counter() - self._started
        result = RunResult(seconds, self._tally.changed, PROMISED_LAG_HOURS, error_code)
        clients = [client.id for client in self._target.clients]
        record_run(cursor, self._target.entities, clients, self._target.context, result)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
