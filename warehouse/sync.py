"""One sync: what is new of every stream first, then the history window by window; one stream's failure is its own."""

import shutil
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from connectors import BringsFiles, Context, RateLimitedError, Source, SourceDownError, SourceError, TokenRevokedError
from warehouse.duckdb import translated
from warehouse.errors import DuplicateKeyError, ExtractionLostError, ImportFileError
from warehouse.extraction import Extraction, Note, Part, Spent, Taken
from warehouse.extraction_here import ExtractionHere
from warehouse.extraction_process import ExtractionElsewhere, can_be_elsewhere
from warehouse.finish import finish_load
from warehouse.reports import BuildProblem, OnProgress, Progress, SyncReport, no_progress
from warehouse.state import read_settings
from warehouse.sync_stream import StreamLoad
from warehouse.sync_target import SyncOptions, parents_first, stream_target
from warehouse.sync_totals import compare_totals
from warehouse.watched_files import attempt_files
from warehouse.workspace import WorkspaceDatabase

MOST_RESTARTS = 2  # of a process that reads and was killed

# The whole connection is in trouble: asking for the next stream would only ask again for the same.
_ENDING = (TokenRevokedError, RateLimitedError, ExtractionLostError)
_OF_A_STREAM = (SourceError, DuplicateKeyError, ImportFileError, ExtractionLostError)
_MOST_DOWN = 2  # streams that fail one after another because the source is down


def run_sync(
    database: WorkspaceDatabase, source: Source, options: SyncOptions, on_progress: OnProgress = no_progress
) -> SyncReport:
    """Read every stream of the source from where it stands; a crash repeats at most one commit's worth.

    Raises what ended the sync early, or the first stream's error if no stream could be read.
    """
    report, error = attempt_sync(database, source, options, on_progress)
    if error is not None:
        raise error
    return report


def attempt_sync(
    database: WorkspaceDatabase, source: Source, options: SyncOptions, on_progress: OnProgress = no_progress
) -> tuple[SyncReport, Exception | None]:
    """Do the same, and return the error beside the report of what was done before it."""
    with translated(f"The sync of {options.label}"):
        if isinstance(source, BringsFiles):
            return attempt_files(database, source.id, source, options, on_progress)
        return _Sync(database, source, options, on_progress).run()


class _Sync:
    """One run over all streams of a connection."""

    def __init__(
        self, database: WorkspaceDatabase, source: Source, options: SyncOptions, on_progress: OnProgress
    ) -> None:
        self._database = database
        self._source = source
        self._options = options
        self._on_progress = on_progress
        self._started = time.perf_counter()
        self._now = options.now or datetime.now(UTC)
        self._context = Context(options.connection_id, options.config, self._now, options.since)
        self._id = uuid.uuid4().hex
        self._folder = database.places.spool(database.slug) / self._id
        self._restarts = self._down = 0
        self._ended: Exception | None = None
        self._loaded = 0.0
        self._spent_before = Spent()  # by processes that were killed
        self._extraction: Extraction

    def run(self) -> tuple[SyncReport, Exception | None]:
        """Read, load, and build what follows from it."""
        self._folder.mkdir(parents=True)
        loads = self._loads()
        try:
            self._extraction = self._open()
            try:
                self._read_all(loads)
                if self._ended is None:
                    self._compare(loads)
            finally:
                self._extraction.close()
            self._loaded = time.perf_counter() - self._started
            with self._database.writing() as cursor:
                problems = finish_load(cursor, self._database.model, self._now).problems
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
        error = self._ended or _error_of_all(loads)
        return self._report(loads, problems, error), error

    def _loads(self) -> list[StreamLoad]:
        streams = parents_first(self._database.model, self._source.streams(self._context))
        with self._database.reading() as cursor:
            settings = read_settings(cursor)
        return [
            StreamLoad(
                self._database,
                stream_target(self._database.model, self._source, stream, self._options, settings, self._id, self._now),
                self._options.since,
            )
            for stream in streams
        ]

    def _open(self) -> Extraction:
        if self._options.apart and can_be_elsewhere(self._source):
            return ExtractionElsewhere(self._source, self._context, self._folder, self._options.access)
        return ExtractionHere(self._source, self._context, self._folder, self._options.access)

    def _read_all(self, loads: Sequence[StreamLoad]) -> None:
        for load in loads:
            self._see_to(load, load.following, loads)
        deadline = self._started + (self._options.history_seconds or float("inf"))
        while self._ended is None and time.perf_counter() < deadline:
            waiting = [load for load in loads if load.has_older]
            if not waiting:
                return
            for load in waiting:
                self._see_to(load, load.older, loads)

    def _see_to(self, load: StreamLoad, next_part: Callable[[], Part], loads: Sequence[StreamLoad]) -> None:
        """Read one part; what fails is written down, and ends the sync if it is more than this stream's trouble."""
        if self._ended is not None:
            return
        before = self._spent()
        try:
            self._read(load, next_part, loads)
        except _OF_A_STREAM as error:
            load.spent += self._spent() - before
            load.fail(error)
            self._down = self._down + 1 if isinstance(error, SourceDownError) else 0
            if isinstance(error, _ENDING) or self._down >= _MOST_DOWN:
                self._ended = error
            if isinstance(error, TokenRevokedError):  # that is every stream's trouble
                for other in loads:
                    if other.error is None:
                        other.fail(error)
        else:
            load.spent += self._spent() - before
            self._down = 0

    def _read(self, load: StreamLoad, next_part: Callable[[], Part], loads: Sequence[StreamLoad]) -> None:
        while True:
            part = next_part()
            try:
                for item in self._extraction.read(part):
                    if isinstance(item, Taken):
                        load.load(part, item)
                    else:
                        load.note(item)
                        self._on_progress(self._progress(load, loads, part, item))
                return
            except ExtractionLostError:
                self._restarts += 1
                if self._restarts > MOST_RESTARTS:
                    raise
                # What was committed is done; the rest is read again from there.
                self._spent_before = self._spent()
                self._extraction.close()
                self._extraction = self._open()

    def _spent(self) -> Spent:
        return self._spent_before + self._extraction.spent()

    def _progress(self, load: StreamLoad, loads: Sequence[StreamLoad], part: Part, note: Note) -> Progress:
        counts = [one.history() for one in loads]
        history = sum(done for done, _ in counts), sum(total for _, total in counts)
        older = part.window is not None
        phase = f"{load.stream.name}, history {history[0]} of {history[1]}" if older else load.stream.name
        return Progress(phase, load.records, note.expected, "rows", history if older else None, note.waiting)

    def _compare(self, loads: Sequence[StreamLoad]) -> None:
        for load in loads:
            if load.error is not None or load.has_older:
                continue
            before = self._spent()
            try:
                load.differences = compare_totals(self._database, self._extraction, load.target, self._now)
            except (SourceError, ExtractionLostError) as error:
                load.warn(f"The source's own totals could not be compared: {error}")
            load.spent += self._spent() - before

    def _report(
        self, loads: Sequence[StreamLoad], problems: tuple[BuildProblem, ...], error: Exception | None
    ) -> SyncReport:
        return SyncReport(
            self._source.id,
            self._options.connection_id,
            tuple(load.report() for load in loads),
            self._database.data_version(),
            time.perf_counter() - self._started,
            problems,
            None if error is None else type(error).__name__,
            None if error is None else str(error),
            error.retry_after if isinstance(error, RateLimitedError) else None,
            self._loaded,
        )


def _error_of_all(loads: Sequence[StreamLoad]) -> Exception | None:
    """Return the first error if no stream could be read."""
    errors = [load.error for load in loads if load.error is not None]
    return errors[0] if loads and len(errors) == len(loads) else None
