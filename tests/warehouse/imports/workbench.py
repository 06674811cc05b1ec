"""A temporary data directory for import tests: loads through the warehouse, looks with plain DuckDB afterwards."""

import csv
from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from schemas import SemanticModel, load_model
from tests.warehouse.empty_workspace import open_empty
from warehouse import (
    ClientAccount,
    ImportFileError,
    ImportOptions,
    ImportReport,
    Mapping,
    Mode,
    QuarantineEntry,
    Warehouse,
    WorkspaceDatabase,
)

MODEL: SemanticModel = load_model()
ACME = ClientAccount("client-acme", "acme", "Acme")
GLOBEX = ClientAccount("client-globex", "globex", "Globex")
NEW_YORK = ClientAccount("client-ny", "ny", "New York", timezone="America/New_York", report_currency="USD")

Rules = dict[str, object]
Table = list[list[object]]
Contents = dict[str, list[str]]
SIMPLE: Rules = {"source_id": "id", "created_at": "created"}


def mapping_of(columns: AnyMapping[str, object] | None = None, **settings: object) -> Mapping:
    """Return a mapping to tickets; by default `id` and `created` are read."""
    return Mapping.model_validate({"entity": "tickets", "columns": dict(columns or SIMPLE), **settings})


class Workbench:
    """One data directory with one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.file = self.data / "workspaces" / "main.duckdb"
        self._warehouse: Warehouse | None = None

    @property
    def database(self) -> WorkspaceDatabase:
        """Return the open workspace."""
        if self._warehouse is None:
            self._warehouse = Warehouse(self.data, MODEL, threads=2)
            self._warehouse.acquire()
        return open_empty(self._warehouse)

    def close(self) -> None:
        """Close the warehouse, so that another program may open the file."""
        if self._warehouse is not None:
            self._warehouse.close()
            self._warehouse = None

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file to import."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def write_csv(self, name: str, rows: Sequence[Sequence[object]]) -> Path:
        """Write rows, the first of them the header, as commas and quotes."""
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows(rows)
        return path

    def load(
        self, path: Path, mapping: Mapping, client: ClientAccount = ACME, mode: Mode | None = None
    ) -> ImportReport:
        """Import a file, and check that no row has gone missing."""
        report = self.database.import_file(path, ImportOptions(mapping, client, mode, defer=True))
        if not report.already_loaded:
            assert report.rows_read == report.rows_loaded + report.rows_quarantined + report.duplicates
            entries = self.newest_quarantine(path)
            assert len([entry for entry in entries if entry.row_left_out]) == report.rows_quarantined
            assert len([entry for entry in entries if not entry.row_left_out]) == report.cells_quarantined
        return report

    def newest_quarantine(self, path: Path) -> list[QuarantineEntry]:
        """Return what the newest load of a file left in the quarantine."""
        record = self.database.import_history(limit=1)[0]
        assert record.file == path.name
        return self.database.quarantine(limit=100_000, load_id=record.import_id)

    def refusal(self, path: Path, mapping: Mapping, client: ClientAccount = ACME, mode: Mode | None = None) -> str:
        """Import a file that cannot be used; return the message after checking that nothing has changed."""
        with self.database.reading() as cursor:
            before = _contents(cursor)
            with pytest.raises(ImportFileError) as caught:
                self.database.import_file(path, ImportOptions(mapping, client, mode, defer=True))
            assert _contents(cursor) == before
        return str(caught.value)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Ask the closed file."""
        self.close()
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> object:
        """Return one value from the closed file."""
        ((found,),) = self.sql(query)
        return found

    def column(self, query: str) -> list[object]:
        """Return one column from the closed file."""
        return [row[0] for row in self.sql(query)]

    def tickets(self, columns: str = "source_id", where: str = "true") -> list[tuple[object, ...]]:
        """Return ticket columns by id."""
        return self.sql(f"select {columns} from normalised.ticket where {where} order by client_account_id, source_id")

    def pairs(self, columns: str) -> dict[str, object]:
        """Return two ticket columns as a dictionary."""
        return {str(name): value for name, value in self.tickets(columns)}

    def contents(self) -> Contents:
        """Return every row of every table of the closed file, to see whether anything has changed at all."""
        self.close()
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return _contents(connection)


def _contents(connection: duckdb.DuckDBPyConnection) -> Contents:
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where table_name <> 'calendar' order by all"
    ).fetchall()
    return {
        f"{schema}.{table}": sorted(map(repr, connection.execute(f'select * from "{schema}"."{table}"').fetchall()))
        for schema, table in tables
    }
