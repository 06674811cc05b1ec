"""File imports: one transaction for the whole file, worked off in pieces so that memory stays bounded."""

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from schemas import SemanticModel
from warehouse.canonical import cell_rules
from warehouse.clients import ClientAccount
from warehouse.conversion import fx_missing
from warehouse.duckdb import Connection, begin, rollback, translated
from warehouse.file_load import FileLoad, file_hash, hash_ahead, is_first_load
from warehouse.file_records import FileTarget, LastImport, find_last, remember
from warehouse.files import FileKind, file_kind
from warehouse.finish import finish_load
from warehouse.mapping import Mapping, Mode, check_canonical, check_commas, resolve_entity
from warehouse.ndjson import NdjsonScan
from warehouse.normalize import LoadContext
from warehouse.quarantine import first_problems
from warehouse.raw import RawTable
from warehouse.renewal import ensure_client_account
from warehouse.reports import ImportPlan, ImportReport, OnProgress, PlannedColumn
from warehouse.runs import RunResult, record_run
from warehouse.state import bump_data_version, read_data_version, read_settings
from warehouse.touched import mark_touched

RAW_PREFIX = "file"

Attempt: TypeAlias = Callable[[FileLoad], bool]


@dataclass(frozen=True)
class ImportOptions:
    """What an import needs beside the file."""

    mapping: Mapping
    client: ClientAccount
    mode: Mode | None = None  # wins over the mapping's
    # Leaves what is made from the rows (backlog, health and so on) to the next load, because more files follow.
    defer: bool = False

    @property
    def effective_mode(self) -> Mode:
        """Return the mode that holds."""
        return self.mode or self.mapping.mode


def import_file(
    connection: Connection,
    spool: Path,
    model: SemanticModel,
    path: Path,
    options: ImportOptions,
    on_progress: OnProgress,
) -> ImportReport:
    """Load a file: all of its good rows, or nothing."""
    with translated(f"Importing {path.name}"):
        report = _Import(connection, spool, model, path, options, on_progress).run()
        problems = () if options.defer else finish_load(connection, model).problems
    return replace(report, build_problems=problems, data_version=read_data_version(connection))


def plan_import(
    connection: Connection,
    spool: Path,
    model: SemanticModel,
    path: Path,
    options: ImportOptions,
    on_progress: OnProgress,
) -> ImportPlan:
    """Load a file and roll it back; say what would have happened."""
    with translated(f"Trying {path.name}"):
        return _Import(connection, spool, model, path, options, on_progress).plan()


class _Import:
    def __init__(
        self,
        connection: Connection,
        spool: Path,
        model: SemanticModel,
        path: Path,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> None:
        self._connection = connection
        self._model = model
        self._path = path
        self._client = options.client
        self._mapping = options.mapping
        self._on_progress = on_progress
        self._started = time.perf_counter()
        self._entity = resolve_entity(model, options.mapping.entity)
        self._target = FileTarget(self._entity.name, options.mapping, options.effective_mode, options.client)
        check_canonical(options.mapping, self._entity, self._target.mode)
        check_commas(options.mapping, file_kind(path).value)
        load_id = uuid.uuid4().hex
        self._folder = spool / load_id
        self._table = RawTable.named(f"{RAW_PREFIX}_{options.mapping.source}", self._entity.name)
        self._context = _context(connection, load_id, path, options.mapping, self._table)

    def run(self) -> ImportReport:
        """Import the file unless it is what was imported last."""
        last = find_last(self._connection, self._target)
        size = self._path.stat().st_size
        known = file_hash(self._path) if last is not None and last.file_bytes == size else None
        same_rules = last is not None and last.mapping_hash == self._target.mapping_hash
        if last is not None and same_rules and known == last.file_hash:
            version = read_data_version(self._connection)
            return self._report(None, version, already_loaded=True)
        with self._spooling():
            load = self._load_once(keep=True)
            hashed = known or self._hash
            return self._commit(load, LastImport(hashed, size, self._target.mapping_hash))

    def plan(self) -> ImportPlan:
        """Do everything but the commit."""
        with self._spooling():
            load = self._load_once(keep=False)
            try:
                report = self._report(load, read_data_version(self._connection))
                return ImportPlan(report, self._planned_columns(load), report.unmapped)
            finally:
                rollback(self._connection)

    def _load_once(self, *, keep: bool) -> FileLoad:
        # A first load appends, which is much faster; if a key comes twice after all, it starts again with merges.
        hashing = hash_ahead(self._path) if keep or self._needs_hash else None
        prefix = f"{hashing.result()[:16]}:" if hashing is not None and self._needs_hash else ""
        fresh = is_first_load(self._connection, self._entity, self._target, self._table)
        for attempt in self._attempts(fresh):
            load = self._try(prefix, attempt, count_filled=not keep)
            if load is not None:
                self._hash = hashing.result() if hashing is not None else ""
                return load
        raise AssertionError("a load that merges cannot clash")

    def _attempts(self, fresh: bool) -> Iterator[Attempt]:
        plain = file_kind(self._path) is FileKind.NDJSON and self._mapping.encoding is None
        if fresh and plain and not self._needs_hash:
            scan = NdjsonScan(self._path)
            try:
                yield lambda load: load.run_whole(scan, scan.first_columns, self._folder, self._on_progress)
                if scan.wait() and scan.columns != scan.first_columns:
                    yield lambda load: load.run_whole(scan, scan.columns, self._folder, self._on_progress)
            finally:
                scan.close()
        elif fresh:
            yield lambda load: load.run(self._path, self._folder, self._on_progress, fresh=True)
        yield lambda load: load.run(self._path, self._folder, self._on_progress, fresh=False)

    @property
    def _needs_hash(self) -> bool:
        return not self._mapping.key and "source_id" not in self._mapping.columns

    def _try(self, prefix: str, attempt: Attempt, *, count_filled: bool) -> FileLoad | None:
        begin(self._connection)
        try:
            self._moved = ensure_client_account(self._connection, self._model, self._client)
            load = FileLoad(
                self._connection,
                self._entity,
                self._target,
                self._context,
                self._table,
                prefix,
                count_filled=count_filled,
            )
            done = attempt(load)
        except BaseException:
            rollback(self._connection)
            raise
        if not done:
            rollback(self._connection)
            return None
        load.tally.fx_missing = fx_missing(self._connection, self._entity, self._context.load_id)
        return load

    def _commit(self, load: FileLoad, file: LastImport) -> ImportReport:
        try:
            tally = load.tally
            moved = tally.new or tally.changed or tally.removed or self._moved
            version = bump_data_version(self._connection) if moved else read_data_version(self._connection)
            remember(self._connection, self._target, self._context, file, tally, version)
            if moved:
                mark_touched(self._connection, [self._entity.name], self._context.load_id)
            result = RunResult(time.perf_counter() - self._started, tally.changed)
            record_run(self._connection, [self._entity], [self._client.id], self._context, result)
            report = self._report(load, version)
            self._connection.execute("commit")
        except BaseException:
            rollback(self._connection)
            raise
        return report

    @contextmanager
    def _spooling(self) -> Iterator[None]:
        self._folder.mkdir(parents=True)
        try:
            yield
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _report(self, load: FileLoad | None, version: int, *, already_loaded: bool = False) -> ImportReport:
        seconds = time.perf_counter() - self._started
        names = (self._path.name, self._entity.name, self._target.mode.value, self._client.name)
        if load is None:
            return ImportReport(*names, data_version=version, seconds=seconds, already_loaded=already_loaded)
        tally, used = load.tally, {*self._mapping.source_columns, *self._mapping.ignore}
        return ImportReport(
            *names,
            rows_read=tally.read,
            rows_new=tally.new,
            rows_changed=tally.changed,
            rows_unchanged=tally.unchanged,
            rows_removed=tally.removed,
            rows_quarantined=tally.rows_quarantined,
            cells_quarantined=tally.cells_quarantined,
            duplicates=tally.duplicates,
            fx_missing=tally.fx_missing,
            problems=first_problems(self._connection, self._context.load_id),
            unmapped=tuple(name for name in load.columns if name not in used),
            data_version=version,
            first_day=_local_day(tally.first, self._client.timezone),
            last_day=_local_day(tally.last, self._client.timezone),
            seconds=seconds,
        )

    def _planned_columns(self, load: FileLoad) -> tuple[PlannedColumn, ...]:
        return tuple(
            PlannedColumn(
                name,
                cell.rule.source or f"always '{cell.rule.constant}'",
                cell.type.value,
                " or ".join(cell.rule.format) or ("value map" if cell.rule.values else ""),
                load.tally.filled.get(name, 0),
                load.tally.bad.get(name, 0),
            )
            for name, cell in cell_rules(self._entity, self._mapping, self._client).items()
        )


def _context(connection: Connection, load_id: str, path: Path, mapping: Mapping, table: RawTable) -> LoadContext:
    return LoadContext(
        load_id=load_id,
        origin=path.name,
        connection_id=f"file:{mapping.source}",
        connection=f"{mapping.source} (files)",
        source_system=mapping.source,
        data_origin_id=f"file:{path.name}",
        raw_ref=f"raw.{table.name}",
        now=datetime.now(UTC).replace(tzinfo=None),
        settings=read_settings(connection),
    )


def _local_day(moment: datetime | date | None, zone: str) -> date | None:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    return moment
