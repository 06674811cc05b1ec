"""One workspace: its DuckDB file, its readers and its one writer at a time."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from schemas import Compiled, SemanticModel
from warehouse.calendar import create_calendar
from warehouse.clients import ClientAccount, read_client_accounts, replace_client_accounts
from warehouse.duckdb import Connection, Limits, open_instance, transaction, translated
from warehouse.history import read_imports, read_quarantine
from warehouse.imports import ImportOptions, import_file, plan_import
from warehouse.places import Places
from warehouse.queries import MAX_BYTES, MAX_ROWS, JsonRows, Reader
from warehouse.reports import ImportPlan, ImportRecord, ImportReport, OnProgress, QuarantineEntry, no_progress
from warehouse.state import clear_staging, create_state, read_data_version
from warehouse.tables import create_tables
from warehouse.watchdog import Watchdog


class WorkspaceDatabase:
    """The file of one workspace, opened once, read and written by this process only."""

    def __init__(
        self,
        slug: str,
        places: Places,
        model: SemanticModel,
        watchdog: Watchdog,
        limits: Limits,
        query_timeout_seconds: float,
    ) -> None:
        self.slug = slug
        self.model = model
        self.places = places
        self._writing = threading.Lock()
        self._connection = open_instance(
            places.workspace_file(slug), places.temp(slug), [places.spool(slug), places.exports], limits
        )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise
        self._reader = Reader(self._connection, watchdog, query_timeout_seconds)

    def _prepare(self) -> None:
        with transaction(self._connection):
            create_state(self._connection)
            clear_staging(self._connection)
            create_calendar(self._connection)
            create_tables(self._connection, self.model)
        self._data_version = read_data_version(self._connection)

    @property
    def path(self) -> Path:
        """Return the workspace's file."""
        return self.places.workspace_file(self.slug)

    def data_version(self) -> int:
        """Return the data version; it moves when what readers see has moved."""
        return self._data_version

    def fetch_json(self, compiled: Compiled, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> JsonRows:
        """Return a whole answer as JSON rows, or refuse it."""
        return self._reader.fetch_json(compiled, max_rows=max_rows, max_bytes=max_bytes)

    def fetch_rows(self, compiled: Compiled) -> list[tuple[object, ...]]:
        """Return a whole answer as Python rows."""
        return self._reader.fetch_rows(compiled)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one writer a cursor; the data version that readers are told moves when it is done."""
        with self._writing:
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                self._data_version = read_data_version(self._connection)
                cursor.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a cursor for a few plain reads."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def put_client_accounts(self, accounts: Sequence[ClientAccount], *, base_currency: str | None = None) -> None:
        """Copy the client accounts of the metadata here; rows that carry their attributes follow."""
        with self.writing() as cursor, translated("Copying client accounts"), transaction(cursor):
            replace_client_accounts(cursor, self.model, accounts, base_currency)

    def client_accounts(self) -> list[ClientAccount]:
        """Return the client accounts that the workspace's file knows."""
        with self.reading() as cursor:
            return read_client_accounts(cursor)

    def import_file(self, path: Path, options: ImportOptions, on_progress: OnProgress = no_progress) -> ImportReport:
        """Load a file in one transaction: all of its good rows, or nothing."""
        with self.writing() as cursor:
            return import_file(cursor, self.places.spool(self.slug), self.model, path, options, on_progress)

    def plan_import(self, path: Path, options: ImportOptions, on_progress: OnProgress = no_progress) -> ImportPlan:
        """Say what an import would do, by doing it and rolling it back."""
        with self.writing() as cursor:
            return plan_import(cursor, self.places.spool(self.slug), self.model, path, options, on_progress)

    def quarantine(self, *, limit: int = 100, load_id: str | None = None) -> list[QuarantineEntry]:
        """Return the newest quarantined cells and rows."""
        with self.reading() as cursor:
            return read_quarantine(cursor, limit=limit, load_id=load_id)

    def import_history(self, *, limit: int = 100) -> list[ImportRecord]:
        """Return the newest file imports."""
        with self.reading() as cursor:
            return read_imports(cursor, limit=limit)

    def close(self) -> None:
        """Close the file; waits for a running load."""
        with self._writing:
            self._connection.close()
