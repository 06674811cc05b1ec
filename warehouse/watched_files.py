"""Syncs of sources that bring files: each new or changed one goes through the import; what was seen is remembered.

A crash imports at most one file again, which changes nothing then. A file that cannot be imported is tried again with
every sync until it is mended, and holds no other file up.
"""

import asyncio
import hashlib
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import orjson
from pydantic import ValidationError

from connectors import BringsFiles, Context, Cursor, FileMark, FoundFile, JsonValue, SourceError
from warehouse.cursors import Position, move_position, read_position
from warehouse.duckdb import transaction
from warehouse.errors import ImportFileError, WarehouseError
from warehouse.finish import finish_load
from warehouse.imports import ImportOptions
from warehouse.mapping import Mapping as FileMapping
from warehouse.mapping import Mode
from warehouse.reports import ImportReport, OnProgress, StreamReport, SyncReport
from warehouse.sync_target import SyncOptions
from warehouse.workspace import WorkspaceDatabase

FILES = "files"  # the stream under which the marks are kept


def attempt_files(
    database: WorkspaceDatabase, name: str, source: BringsFiles, options: SyncOptions, on_progress: OnProgress
) -> tuple[SyncReport, Exception | None]:
    """Import what is new; return the error, if there was one, beside the report of what was done all the same."""
    return _Watch(database, name, source, options, on_progress).run()


@dataclass(frozen=True)
class _Seen:
    """What was imported before by the same mapping, by name."""

    marks: Mapping[str, FileMark]
    rules: str

    @staticmethod
    def of(cursor: Cursor, rules: str) -> "_Seen":
        found = cursor.value.get(FILES) if cursor.value.get("rules") == rules else None
        return _Seen(cast("Mapping[str, FileMark]", found) if isinstance(found, dict) else {}, rules)

    def cursor(self, name: str, mark: FileMark) -> Cursor:
        files = {**{key: dict(value) for key, value in self.marks.items()}, name: dict(mark)}
        return Cursor({FILES: cast("JsonValue", files), "rules": self.rules})


class _Watch:
    """One look at a place of files."""

    def __init__(
        self, database: WorkspaceDatabase, name: str, source: BringsFiles, options: SyncOptions, on_progress: OnProgress
    ) -> None:
        self._database = database
        self._name = name
        self._source = source
        self._options = options
        self._on_progress = on_progress
        self._now = options.now or datetime.now(UTC)
        self._context = Context(options.connection_id, options.config, self._now)
        self._id = uuid.uuid4().hex
        rules = orjson.dumps(options.config.get("mapping"), option=orjson.OPT_SORT_KEYS)
        self._rules = hashlib.sha256(rules).hexdigest()[:16]
        self._reports: list[StreamReport] = []
        self._error: Exception | None = None

    def run(self) -> tuple[SyncReport, Exception | None]:
        """Look, import, and build what follows from it."""
        started = time.perf_counter()
        folder = self._database.places.spool(self._database.slug) / self._id
        folder.mkdir(parents=True)
        try:
            import_options = self._import_options()
            for found in self._new_files(folder, import_options.effective_mode):
                self._take(found, import_options)
        except (SourceError, WarehouseError) as error:
            self._error = error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        loaded = time.perf_counter() - started
        with self._database.writing() as cursor:
            problems = finish_load(cursor, self._database.model, self._now).problems
        failed = self._error
        report = SyncReport(
            self._name,
            self._options.connection_id,
            tuple(self._reports),
            self._database.data_version(),
            time.perf_counter() - started,
            problems,
            None if failed is None else type(failed).__name__,
            None if failed is None else str(failed),
            loading_seconds=loaded,
        )
        return report, failed

    def _import_options(self) -> ImportOptions:
        if len(self._options.clients) != 1:
            raise ImportFileError("Files belong to one client account: give the connection one.")
        try:
            mapping = FileMapping.model_validate(self._options.config.get("mapping"))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise ImportFileError(f"The connection's mapping has a mistake: {place}: {first['msg']}.") from error
        return ImportOptions(mapping, self._options.clients[0], defer=True)

    def _new_files(self, folder: Path, mode: Mode) -> list[FoundFile]:
        with self._database.reading() as cursor:
            seen = _Seen.of(read_position(cursor, self._options.connection_id, FILES).cursor, self._rules)

        async def collect() -> list[FoundFile]:
            return [one async for one in self._source.files(self._context, seen.marks, folder)]

        found = asyncio.run(collect())
        if mode is Mode.REPLACE:
            # Each file would take the place of the one before: the newest alone counts.
            for one in found[:-1]:
                self._remember(one)
            return found[-1:]
        return found

    def _take(self, found: FoundFile, options: ImportOptions) -> None:
        shown = found.path.name
        if found.changed:
            try:
                report = self._database.import_file(found.path, options, self._on_progress)
            except WarehouseError as error:
                self._reports.append(StreamReport(shown, error_code=type(error).__name__, error=str(error)))
                self._error = self._error or error
                return
            self._reports.append(_stream_report(shown, report))
        self._remember(found)

    def _remember(self, found: FoundFile) -> None:
        owner = self._options.connection_id
        with self._database.writing() as cursor, transaction(cursor):
            position = read_position(cursor, owner, FILES)
            moved = Position(_Seen.of(position.cursor, self._rules).cursor(found.name, found.mark), position.seq + 1)
            move_position(cursor, owner, FILES, moved, self._id, self._now.astimezone(UTC).replace(tzinfo=None))


def _stream_report(name: str, report: ImportReport) -> StreamReport:
    return StreamReport(
        name,
        report.rows_read,
        report.rows_new,
        report.rows_changed,
        report.rows_unchanged,
        report.rows_quarantined,
        report.cells_quarantined,
        batches=1,
        fx_missing=report.fx_missing,
        rows_deleted=report.rows_removed,
        data_through=report.last_day,
    )
