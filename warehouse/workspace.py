"""One workspace: its DuckDB file, its readers and its one writer at a time."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from schemas import Compiled, Query, SemanticModel, compile_query
from warehouse.account_links import AccountLink, create_account_links, put_account_links
from warehouse.business_hours import create_business_hours
from warehouse.calendar import create_calendar
from warehouse.clients import ClientAccount, read_client_accounts
from warehouse.coverage import Coverage, coverage_of
from warehouse.currency import RateReport, RateSpan, create_rates, import_rates, list_rates
from warehouse.doors import Doors
from warehouse.duckdb import Connection, Limits, open_instance, transaction, translated
from warehouse.findings import INSIGHT, find_insights
from warehouse.finish import finish_load, is_unfinished
from warehouse.fx_daily import create_fx_daily
from warehouse.history import read_imports, read_quarantine
from warehouse.hours_file import Schedule
from warehouse.imports import ImportOptions, import_file, plan_import
from warehouse.log import shorten_log
from warehouse.macros import create_macros
from warehouse.places import Places
from warehouse.queries import MAX_BYTES, MAX_ROWS, JsonRows, Reader
from warehouse.renewal import renew, with_currency
from warehouse.reports import ImportPlan, ImportRecord, ImportReport, OnProgress, QuarantineEntry, no_progress
from warehouse.rewriting import rewrite_file
from warehouse.rollups import create_rollups, read_rollups, refresh_rollups
from warehouse.rules import RuleFile, has_rules, read_rules, store_rules
from warehouse.state import Settings, bump_data_version, clear_staging, create_state, read_data_version, read_settings
from warehouse.storage import tidy_tables
from warehouse.tables import create_tables
from warehouse.touched import read_touched
from warehouse.watchdog import Watchdog
from warehouse.written import WrittenRow, put_written

_SECONDS_FOR_OTHERS = 60  # that readers without a deadline may take


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
        self.limits = limits
        self._watchdog, self._timeout = watchdog, query_timeout_seconds
        self._writing, self._doors = threading.Lock(), Doors()
        self._start()

    def _start(self) -> None:
        self._open()
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _open(self) -> None:
        slug, places = self.slug, self.places
        self._connection = open_instance(
            places.workspace_file(slug), places.temp(slug), [places.spool(slug), places.exports], self.limits
        )
        self._reader = Reader(self._connection, self._watchdog, self._timeout)

    def _prepare(self) -> None:
        with transaction(self._connection):
            create_state(self._connection)
            create_macros(self._connection)
            clear_staging(self._connection)
            create_calendar(self._connection, read_settings(self._connection))
            there = create_tables(self._connection, self.model)
            create_account_links(self._connection, self.model, there)
            create_rates(self._connection)
            create_fx_daily(self._connection)
            create_business_hours(self._connection)
            create_rollups(self._connection)
        self._note_version()

    @property
    def path(self) -> Path:
        """Return the workspace's file."""
        return self.places.workspace_file(self.slug)

    def use_model(self, model: SemanticModel) -> None:
        """Go on with another catalogue: columns that it has gained are added, nothing is dropped."""
        with self.writing() as cursor, translated("Adding fields"), transaction(cursor):
            create_account_links(cursor, model, create_tables(cursor, model))
            bump_data_version(cursor)
            self.model = model

    def use_rules(self, folder: Path) -> bool:
        """Take the mapping rules of a folder, all or none, and tell whether they changed; loads obey from now on."""
        clients = {client.slug: client.id for client in self.client_accounts()}
        files = read_rules(folder, self.model, list(clients))
        with self.writing() as cursor, translated("Taking rules"), transaction(cursor):
            return store_rules(cursor, files, clients)

    def has_rules(self, files: Sequence[RuleFile]) -> bool:
        """Tell whether these mapping rules are the ones that loads obey."""
        clients = {client.slug: client.id for client in self.client_accounts()}
        with self.reading() as cursor:
            return {file.rule.client for file in files} <= set(clients) and has_rules(cursor, files, clients)

    def data_version(self) -> int:
        """Return the data version; it moves when what readers see has moved."""
        return self._data_version

    def standing(self) -> tuple[object, ...]:
        """Return what is another one as soon as a copy of the file would answer differently, or quicker."""
        return (self._data_version, self._rollups, self.model.version)

    def compile(self, query: Query) -> Compiled:
        """Compile a question for the data as they are, over rollups where they fit."""
        return compile_query(self.model, query, rollups=self._rollups)

    def fetch_json(self, compiled: Compiled, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> JsonRows:
        """Return a whole answer as JSON rows, or refuse it."""
        with self._doors.open():
            return self._reader.fetch_json(compiled, max_rows=max_rows, max_bytes=max_bytes)

    def fetch_rows(self, compiled: Compiled) -> list[tuple[object, ...]]:
        """Return a whole answer as Python rows."""
        with self._doors.open():
            return self._reader.fetch_rows(compiled)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one writer a cursor; the data version that readers are told moves when it is done."""
        with self._writing:
            cursor = self._connection.cursor()
            try:
                yield cursor
                shorten_log(cursor, self.path)
            finally:
                cursor.close()
                self._note_version()

    def _note_version(self) -> None:
        # On a cursor that is closed: a result of which a row is left keeps a transaction open, and as long as there is
        # one the write-ahead log cannot be shortened after a load that makes or widens a table.
        with self.reading() as cursor:
            rollups = read_rollups(cursor, self.model)
            self._data_version, self._rollups = read_data_version(cursor), rollups

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a cursor for a few plain reads."""
        with self._doors.open():
            cursor = self._connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    def rewrite(self) -> None:
        """Write the file anew, so that of rows that were deleted no byte is left; nobody reads or writes meanwhile."""
        with self._writing, self._doors.closed(self._timeout + _SECONDS_FOR_OTHERS):
            self._connection.close()
            try:
                self.places.empty_spool(self.slug)  # what a killed load has left there holds such rows too
                with translated("Writing the file anew"):
                    rewrite_file(self.path, self.places.temp(self.slug), self.limits)
            finally:
                self._open()

    def opened_elsewhere(self, places: Places) -> "WorkspaceDatabase":
        """Open a copy of the file that lies in another folder, with the catalogue of this one."""
        return WorkspaceDatabase(self.slug, places, self.model, self._watchdog, self.limits, self._timeout)

    def put_client_accounts(self, accounts: Sequence[ClientAccount], *, base_currency: str | None = None) -> None:
        """Copy the client accounts of the metadata here; rows that carry their attributes follow."""
        with self.writing() as cursor, translated("Copying client accounts"):
            with transaction(cursor):
                moved = renew(cursor, self.model, accounts, with_currency(cursor, base_currency))
                if moved:
                    bump_data_version(cursor)
            if moved:
                finish_load(cursor, self.model)

    def put_settings(
        self, settings: Settings, accounts: Sequence[ClientAccount], schedules: Sequence[Schedule]
    ) -> None:
        """Copy all settings of the metadata here; days, weeks and money that follow from them are renewed with them."""
        with self.writing() as cursor, translated("Copying settings"):
            with transaction(cursor):
                moved = renew(cursor, self.model, accounts, settings, schedules)
                if moved:
                    bump_data_version(cursor)
            if moved:
                finish_load(cursor, self.model)

    def put_account_links(self, read: Callable[[], Iterable[AccountLink]], now: datetime | None = None) -> bool:
        """Make the accounts that are one count as one, and tell whether anything changed; `now` has a zone.

        `read` gives the links that hold; it is asked when nobody else writes, so that the last copy is the newest.
        """
        with self.writing() as cursor, translated("Linking accounts"):
            with transaction(cursor):
                changed = put_account_links(cursor, self.model, read())
                if changed:
                    bump_data_version(cursor)
            if changed and read_touched(cursor):
                finish_load(cursor, self.model, now)
            return changed

    def put_written(self, read: Callable[[], Mapping[str, Iterable[WrittenRow]]], now: datetime | None = None) -> bool:
        """Make the rows that people write here those of `read`, by entity, and tell whether any moved."""
        with self.writing() as cursor, translated("Copying what people wrote"):
            with transaction(cursor):
                changed = [put_written(cursor, self.model, name, rows, now) for name, rows in read().items()]
                if any(changed):
                    bump_data_version(cursor)
            if any(changed):
                finish_load(cursor, self.model, now)
            return any(changed)

    def renew_findings(self, now: datetime | None = None) -> bool:
        """Look for what reports should mention, and tell whether anything is new; `now` has a zone.

        Measuring many client accounts takes a while, in which nobody else has to wait to write.
        """
        with self.reading() as cursor, translated("Looking for findings"):
            found = find_insights(cursor, self.model, now)
        return self.put_written(lambda: {INSIGHT: found}, now)

    def import_rates(self, path: Path, provider: str | None = None) -> RateReport:
        """Load a file of exchange rates; amounts that wait for one are converted."""
        with self.writing() as cursor:
            report = import_rates(cursor, self.model, path, provider)
            finish_load(cursor, self.model)
            return report

    def rates(self) -> list[RateSpan]:
        """Return which exchange rates there are."""
        with self.reading() as cursor:
            return list_rates(cursor)

    def coverage(self, entities: Iterable[str], clients: Iterable[str]) -> Mapping[str, Coverage]:
        """Return what there is of entities for client accounts, by ids."""
        with self.reading() as cursor:
            return coverage_of(cursor, self.model, tuple(entities), tuple(clients))

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

    def keep_up(self) -> bool:
        """Do what large tables need after loads: their order, then their rollups; tell whether anything was done.

        Readers see no difference but speed, so nobody has to wait for it. Before that, what a crash or a failed build
        has left undone is done.
        """
        with self.writing() as cursor, translated("Keeping up large tables"):
            if is_unfinished(cursor):
                finish_load(cursor, self.model)
            tidied = tidy_tables(cursor, self.model)
            return refresh_rollups(cursor, self.model) or bool(tidied)

    def close(self) -> None:
        """Close the file; waits for a running load."""
        with self._writing:
            self._connection.close()
