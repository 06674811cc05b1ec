"""The work of one file import inside its transaction."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from schemas import Entity
from warehouse.canonical import canonical_sql, key_sql, version_sql
from warehouse.duckdb import Connection, integer, quote_text
from warehouse.errors import ImportFileError
from warehouse.file_records import FileTarget
from warehouse.files import FileKind, Reading, file_kind, open_pieces
from warehouse.landing import MergeRules, Tally, append, merge_batch
from warehouse.lines import add_lines
from warehouse.mapping import Mode, check_mapping
from warehouse.ndjson import NdjsonScan
from warehouse.normalize import LoadContext, Normaliser
from warehouse.parquet_files import into_spool
from warehouse.progress import reporting
from warehouse.quarantine import quarantine_unread
from warehouse.raw import Batch, RawTable, create_raw, next_seq, raw_exists, widen_raw
from warehouse.raw_merge import ABSENT, forget, prepare_memory, remove_absent
from warehouse.reading_process import PiecesFromProcess, is_read_elsewhere
from warehouse.reports import OnProgress, Progress
from warehouse.spool import Ahead, Piece
from warehouse.tables import table_name


class FileLoad:
    """Loads one file for one client account into one entity."""

    def __init__(
        self,
        connection: Connection,
        entity: Entity,
        target: FileTarget,
        context: LoadContext,
        table: RawTable,
        key_prefix: str,
        *,
        count_filled: bool,
    ) -> None:
        self._connection = connection
        self._entity = entity
        self._target = target
        self._context = context
        self._table = table
        self._count = count_filled
        self._prefix = key_prefix
        self._canonical = canonical_sql(entity, target.mapping, target.client)
        self._key = key_sql(target.mapping)
        self._version = version_sql(entity, target.mapping, target.client)
        self._normaliser: Normaliser | None = None
        self._absent: set[str] = set()
        self.columns: tuple[str, ...] = ()
        self.tally = Tally()

    def run_whole(self, scan: NdjsonScan, columns: tuple[str, ...], folder: Path, on_progress: OnProgress) -> bool:
        """Append a whole NDJSON file as it is; False means that it must be rolled back and done another way."""
        link = folder / "source.ndjson"
        into_spool(scan.path, link)
        first_seq = self._begin()
        size = link.stat().st_size
        piece = Piece(link, 0, columns, numbered=False, first_line=1, longest=0, bytes_done=size)
        self._learn_columns(piece, scan.path)
        batch = self._batch(piece, first_seq)
        widen_raw(self._connection, self._table, list(self.columns), self._context.load_id)
        try:
            with reporting(self._connection, size, on_progress):
                landed = append(self._connection, batch, self._normaliser_for, self.tally, count_filled=self._count)
        except duckdb.InvalidInputException:
            landed = None  # A line that DuckDB cannot read: the pieces find it and say which.
        if landed is None or not scan.wait() or landed != scan.lines or scan.columns != columns:
            return False
        self.tally.read = landed
        if self.tally.rows_quarantined or self.tally.cells_quarantined:
            add_lines(self._connection, batch, self._context.load_id)
        self._finish(scan.path, first_seq, fresh=True)
        forget(self._connection)
        return True

    def run(self, path: Path, folder: Path, on_progress: OnProgress, *, fresh: bool) -> bool:
        """Load the file in pieces; False means that `fresh` was wrong and everything must be rolled back."""
        first_seq = self._begin()
        rules = MergeRules(first_seq, self._target.mode is Mode.APPEND, count_filled=self._count)
        total = path.stat().st_size
        pieces = self._pieces(path, folder)
        try:
            for number, piece in enumerate(pieces):
                if not self._load(piece, first_seq + number, rules, path, fresh=fresh):
                    return False
                piece.path.unlink()
                on_progress(Progress("load", piece.bytes_done, total, "bytes"))
        finally:
            pieces.close()
        self._finish(path, first_seq, fresh=fresh)
        forget(self._connection)
        return True

    def _pieces(self, path: Path, folder: Path) -> PiecesFromProcess | Ahead[Piece]:
        reading = Reading.of(self._target.mapping)
        if is_read_elsewhere(path):
            return PiecesFromProcess(path, reading, folder)
        return Ahead(open_pieces(path, reading, self._connection, folder))

    def _begin(self) -> int:
        create_raw(self._connection, self._table)
        prepare_memory(self._connection)
        return next_seq(self._connection, self._table)

    def _load(self, piece: Piece, seq: int, rules: MergeRules, path: Path, *, fresh: bool) -> bool:
        self._learn_columns(piece, path)
        batch = self._batch(piece, seq)
        widen_raw(self._connection, self._table, list(self.columns), self._context.load_id)
        with _readable(path):
            if piece.rows == 0:
                loaded = True
            elif fresh:
                landed = append(self._connection, batch, self._normaliser_for, self.tally, count_filled=self._count)
                loaded = landed == piece.rows
            else:
                merge_batch(self._connection, batch, self._normaliser_for, self.tally, rules)
                loaded = True
        if loaded and piece.bad_rows:
            quarantine_unread(self._normaliser_for(_nothing(self._table)), piece.bad_rows)
            self.tally.rows_quarantined += len(piece.bad_rows)
        self.tally.read += piece.rows + len(piece.bad_rows)
        return loaded

    def _learn_columns(self, piece: Piece, path: Path) -> None:
        mapping = self._target.mapping
        present = set(piece.columns)
        if not self.columns and file_kind(path) is not FileKind.NDJSON:
            check_mapping(mapping, piece.columns)
        self._absent = {name for name in mapping.source_columns if name not in present}
        wanted = dict.fromkeys((*self.columns, *piece.columns, *mapping.source_columns))
        if tuple(wanted) != self.columns:
            self.columns, self._normaliser = tuple(wanted), None

    def _batch(self, piece: Piece, seq: int) -> Batch:
        return Batch(
            table=self._table,
            path=str(piece.path),
            columns=self.columns,
            numbered=piece.numbered,
            longest=piece.longest,
            owner=self._target.client.id,
            key=self._key,
            key_prefix=self._prefix,
            version=self._version,
            rules=self._target.rules_hash,
            seq=seq,
            now=self._context.now.isoformat(sep=" "),
        )

    def _normaliser_for(self, records: str) -> Normaliser:
        if self._normaliser is None:
            self._normaliser = Normaliser(
                self._connection, self._entity, self._target.client, self._context, self._canonical, records
            )
        return self._normaliser

    def _finish(self, path: Path, first_seq: int, *, fresh: bool) -> None:
        # A key of NDJSON may come late or never, so what is missing is known only now.
        found = tuple(name for name in self.columns if name not in self._absent)
        if self.tally.read:
            check_mapping(self._target.mapping, found)
        else:
            raise ImportFileError(f"{path.name} has a header but no rows: there is nothing to load.")
        loaded = self.tally.new + self.tally.changed + self.tally.unchanged
        if self._target.mode is Mode.REPLACE and not fresh and loaded:
            self._remove_absent(first_seq)

    def _remove_absent(self, first_seq: int) -> None:
        batch_like = (self._table, self._target.client.id)
        self.tally.removed = remove_absent(self._connection, *batch_like, first_seq)
        self._connection.execute(
            f"delete from {table_name(self._entity)} where client_account_id = $1 and source_system = $2 "  # noqa: S608
            f"and source_id in (select _key from {ABSENT})",
            [self._target.client.id, self._target.mapping.source],
        )


def is_first_load(connection: Connection, entity: Entity, target: FileTarget, table: RawTable) -> bool:
    """Tell whether nothing of this client and source is there, so that every key should be new."""
    raw = raw_exists(connection, table) and integer(
        connection,
        f"select count(*) from (select 1 from {table.sql} where _owner = {quote_text(target.client.id)} limit 1)",  # noqa: S608
    )
    rows = integer(
        connection,
        f"select count(*) from (select 1 from {table_name(entity)} "  # noqa: S608
        "where client_account_id = $1 and source_system = $2 limit 1)",
        [target.client.id, target.mapping.source],
    )
    return not raw and not rows


def hash_ahead(path: Path) -> Future[str]:
    """Compute the file's SHA-256 beside the load."""
    pool = ThreadPoolExecutor(1, "belvedere-hash")
    try:
        return pool.submit(file_hash, path)
    finally:
        pool.shutdown(wait=False)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _nothing(table: RawTable) -> str:
    return f"select * from {table.sql} where false"  # noqa: S608


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.InvalidInputException as error:
        if "JSON" not in str(error):
            raise
        raise ImportFileError(f"{path.name} cannot be read: {error}") from error
