"""One stream of one sync: lands what the extraction hands over, rows and cursor together, and counts it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from connectors import Cursor, DeleteSignal, SyncMode, UnexpectedSchemaError
from warehouse.backfill import History, follows_from, history_of, move_history
from warehouse.conversion import fx_missing
from warehouse.cursors import Position, move_position, read_position
from warehouse.duckdb import Connection, scalar, transaction
from warehouse.extraction import Note, Part, Spent, Taken
from warehouse.raw import create_raw, next_seq, source_columns, widen_raw
from warehouse.renewal import ensure_client_account
from warehouse.reports import Difference, StreamReport, told_held
from warehouse.runs import PROMISED_LAG_HOURS, RunResult, record_run
from warehouse.spool import Piece
from warehouse.state import bump_data_version
from warehouse.stream_load import (
    StreamTally,
    StreamTarget,
    count_listed,
    delete_keys,
    delete_unseen,
    load_batch,
    quarantine_unusable,
)
from warehouse.touched import mark_touched
from warehouse.workspace import WorkspaceDatabase

FEWEST_TO_DOUBT = 20  # records; of fewer than that, most may well go in a day


class StreamLoad:
    """What one stream brings in one sync: first what is new, then windows of its history."""

    def __init__(self, database: WorkspaceDatabase, target: StreamTarget, since: datetime | None) -> None:
        self.target = target
        self.stream = target.stream
        self.records = 0  # of the parts that are done, and of the one that is read
        self.error: Exception | None = None
        self.spent = Spent()
        self.differences: tuple[Difference, ...] = ()
        self._database = database
        self._since = since
        self._tally = StreamTally()
        self._warnings: list[str] = []
        self._batches = self._deleted = self._first_seq = self._before = 0
        self._known = self._held = 0  # records of a list that is read whole: before, and missing without being deleted
        self._unusable = self._reached = False
        self._started = time.perf_counter()
        with database.reading() as cursor:
            self._position = read_position(cursor, self._owner, self.stream.name)
            self._history = self._read_history(cursor)

    @property
    def _owner(self) -> str:
        return self.target.context.connection_id

    def _read_history(self, cursor: Connection) -> History | None:
        if self.stream.window is None:
            return None
        now = self.target.context.now.replace(tzinfo=UTC)
        return history_of(cursor, self._owner, self.stream, now, self._since)

    def following(self) -> Part:
        """Return the part that is new since the last sync."""
        start = Cursor() if self.stream.mode is SyncMode.FULL else self._position.cursor
        since = self._since if self._history is None else follows_from(self._history, self.stream)
        return self._begin(Part(self.stream, start, None, since))

    @property
    def has_older(self) -> bool:
        """Tell whether a part of the history is left to read."""
        return self.error is None and self._history is not None and not self._history.done

    def older(self) -> Part:
        """Return the window of the history that comes next."""
        assert self._history is not None
        assert self.stream.window is not None
        window = self._history.window(self.stream.window)
        return self._begin(Part(self.stream, self._history.cursor_of(window), window, self._since))

    def _begin(self, part: Part) -> Part:
        self._before, self._first_seq, self._unusable, self._held = self.records, 0, False, 0
        if self._tells_by_absence(part):
            with self._database.reading() as cursor:
                self._known = count_listed(cursor, self.target)
        return part

    def _tells_by_absence(self, part: Part) -> bool:
        return part.window is None and self.stream.deletes is DeleteSignal.FULL_DIFF

    def note(self, note: Note) -> None:
        """Count the records that have come."""
        self.records = self._before + note.records

    def load(self, part: Part, taken: Taken) -> None:
        """Land a piece and move the cursor, in one transaction."""
        self.records = self._before + taken.records
        if taken.piece is not None:
            _to_disk(taken.piece.path)
        with self._database.writing() as cursor, self._explained(), transaction(cursor):
            self._write(cursor, part, taken)
        if taken.piece is not None:
            taken.piece.path.unlink()
        self._batches += 1

    def fail(self, error: Exception) -> None:
        """Remember that the stream failed; what it committed before stays."""
        self.error = error
        with self._database.writing() as cursor, transaction(cursor):
            self._ensure_clients(cursor)
            self._record(cursor)

    def warn(self, text: str) -> None:
        """Add a line to the report."""
        self._warnings.append(text)

    def history(self) -> tuple[int, int]:
        """Return how many windows of the history are done, of how many."""
        if self._history is None or self.stream.window is None:
            return 0, 0
        return self._history.counts(self.stream.window)

    def report(self) -> StreamReport:
        """Return what the stream did."""
        tally, (done, total) = self._tally, self.history()
        return StreamReport(
            self.stream.name,
            self.records,
            tally.new,
            tally.changed,
            tally.unchanged,
            tally.rows_quarantined,
            tally.cells_quarantined,
            self._batches,
            self._fx_missing(),
            rows_deleted=self._deleted,
            rows_held=self._held,
            rows_known=self._known,
            rows_restated=tally.restated,
            restated_from=tally.restated_from,
            restated_to=tally.restated_to,
            data_through=self._data_through(),
            history_done=done,
            history_total=total,
            requests=self.spent.requests,
            wasted=self.spent.wasted,
            waited_seconds=round(self.spent.waited, 3),
            error_code=None if self.error is None else type(self.error).__name__,
            error=None if self.error is None else str(self.error),
            warnings=tuple(self._warnings),
            differences=self.differences,
        )

    def _write(self, cursor: Connection, part: Part, taken: Taken) -> None:
        target, before = self.target, (self._tally.new, self._tally.changed)
        create_raw(cursor, target.table)
        seq = next_seq(cursor, target.table)
        self._first_seq = self._first_seq or seq
        renewed = self._ensure_clients(cursor)
        if taken.piece is not None:
            self._land(cursor, taken.piece, seq)
        gone = delete_keys(cursor, target, taken.tombstones)
        if taken.done and self._tells_by_absence(part):
            gone += self._delete_unseen(cursor)
        self._deleted += gone
        self._move(cursor, part, taken, seq)
        if renewed or gone or (self._tally.new, self._tally.changed) != before:
            bump_data_version(cursor)
            mark_touched(cursor, self.stream.entities, target.context.load_id)
        if taken.done:
            self._reached = self._reached or part.window is None
            self._record(cursor)

    def _land(self, cursor: Connection, piece: Piece, seq: int) -> None:
        if piece.bad_rows:
            self._unusable = True
            quarantine_unusable(cursor, self.target, piece.bad_rows)
            self._tally.rows_quarantined += len(piece.bad_rows)
        if not piece.rows:
            return
        # Columns that the stream names must be there, also in a batch whose records lack them.
        wanted = dict.fromkeys([*self.stream.needs, *piece.columns, *source_columns(cursor, self.target.table)])
        widen_raw(cursor, self.target.table, list(wanted), self.target.context.load_id)
        load_batch(cursor, self.target, self.target.batch(piece, tuple(wanted), seq), self._tally)

    def _delete_unseen(self, cursor: Connection) -> int:
        if self._unusable:
            self._warnings.append("Some records could not be read, so nothing was taken for deleted.")
            return 0
        missing = count_listed(cursor, self.target, before=self._first_seq)
        # A list that is empty, or has lost most of its records, is an outage or a lost permission sooner than true.
        half = self._known >= FEWEST_TO_DOUBT and missing * 2 > self._known
        if not self.target.accepts_deletions and missing and (half or self.records == self._before):
            self._held = missing
            self._warnings.append(told_held(self.stream.name, missing, self._known))
            return 0
        return delete_unseen(cursor, self.target, self._first_seq)

    def _move(self, cursor: Connection, part: Part, taken: Taken, seq: int) -> None:
        load, now = self.target.context.load_id, self.target.context.now
        history = self._history
        if part.window is not None and history is not None:
            history = history.moved(part.window, taken.cursor, done=taken.done)
        else:
            self._position = Position(taken.cursor, seq)
            move_position(cursor, self._owner, self.stream.name, self._position, load, now)
        if history is not None:
            move_history(cursor, self._owner, self.stream.name, history, seq, load, now)
            self._history = history

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say of a query that does not fit the records whose it is: the others can still be loaded."""
        try:
            yield
        except (duckdb.ProgrammingError, duckdb.DataError) as error:
            raise UnexpectedSchemaError(
                f"The records of {self.stream.name} do not fit what is made of them: {str(error).splitlines()[0]}",
                source=self.target.source.id,
                stream=self.stream.name,
            ) from error

    def _ensure_clients(self, cursor: Connection) -> bool:
        renewed = False
        for client in self.target.clients:
            renewed = ensure_client_account(cursor, self._database.model, client) or renewed
        return renewed

    def _record(self, cursor: Connection) -> None:
        code = None if self.error is None else type(self.error).__name__
        seconds = time.perf_counter() - self._started
        result = RunResult(seconds, self._tally.changed, PROMISED_LAG_HOURS, code, self.spent.requests, self._reached)
        clients = [client.id for client in self.target.clients]
        record_run(cursor, self.target.entities, clients, self.target.context, result)

    def _fx_missing(self) -> int:
        with self._database.reading() as cursor:
            return sum(fx_missing(cursor, entity, self.target.context.load_id) for entity in self.target.entities)

    def _data_through(self) -> date | None:
        with self._database.reading() as cursor:
            found = scalar(
                cursor,
                "select max(data_through) from state.runs where sync_id = $1 and entity in (select unnest($2))",
                [self.target.context.load_id, list(self.stream.entities)],
            )
        return found if isinstance(found, date) else None


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
