"""Which kind of file it is, and how to read it: every kind becomes pieces of NDJSON with line numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from warehouse.csv_files import csv_rows
from warehouse.duckdb import Connection
from warehouse.errors import ImportFileError
from warehouse.json_files import json_rows, looks_like_ndjson
from warehouse.mapping import Mapping
from warehouse.ndjson import NdjsonPieces
from warehouse.parquet_files import parquet_rows
from warehouse.rows import Rows
from warehouse.sheets import sheet_rows
from warehouse.spool import Piece, PieceWriter


class FileKind(StrEnum):
    """The kinds of files that can be loaded."""

    CSV = "csv"
    TSV = "tsv"
    NDJSON = "ndjson"
    JSON = "json"
    PARQUET = "parquet"
    SHEET = "xlsx"


_SUFFIXES = {
    ".csv": FileKind.CSV,
    ".txt": FileKind.CSV,
    ".tsv": FileKind.TSV,
    ".tab": FileKind.TSV,
    ".ndjson": FileKind.NDJSON,
    ".jsonl": FileKind.NDJSON,
    ".json": FileKind.JSON,
    ".parquet": FileKind.PARQUET,
    ".xlsx": FileKind.SHEET,
    ".xls": FileKind.SHEET,
    ".xlsb": FileKind.SHEET,
    ".ods": FileKind.SHEET,
}


@dataclass(frozen=True)
class Reading:
    """How to read a file; what a mapping says of it, or what can be found out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    record_path: str | None = None

    @staticmethod
    def of(mapping: Mapping) -> "Reading":
        """Return what a mapping says."""
        return Reading(mapping.encoding, mapping.delimiter, mapping.sheet, mapping.record_path)


def file_kind(path: Path) -> FileKind:
    """Tell the kind of a file by its name, or raise ImportFileError; also if it is missing or empty."""
    if not path.exists():
        raise ImportFileError(f"There is no file {path}. Check the path.")
    if not path.is_file():
        raise ImportFileError(f"{path} is not a file.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise ImportFileError(f"{path.name} cannot be read: {error.strerror}.") from error
    kind = _SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise ImportFileError(
            f"{path.name}: the kind of file is not known by its name. Use one of: {', '.join(sorted(_SUFFIXES))}."
        )
    if path.stat().st_size == 0:
        raise ImportFileError(f"{path.name} is empty (0 bytes): there is nothing to load.")
    if kind is FileKind.JSON and looks_like_ndjson(path):
        return FileKind.NDJSON
    return kind


def check_file(path: Path) -> None:
    """Raise ImportFileError if a file cannot be loaded at all: missing, unreadable, empty or of an unknown kind."""
    file_kind(path)


def open_rows(path: Path, kind: FileKind, reading: Reading, connection: Connection | None, folder: Path) -> Rows:
    """Open a file of any kind but NDJSON as rows of cells."""
    match kind:
        case FileKind.CSV | FileKind.TSV:
            delimiter = reading.delimiter or ("\t" if kind is FileKind.TSV else None)
            return csv_rows(path, encoding=reading.encoding, delimiter=delimiter)
        case FileKind.JSON:
            return json_rows(path, record_path=reading.record_path, encoding=reading.encoding)
        case FileKind.PARQUET:
            assert connection is not None, "Parquet is read by DuckDB"
            return parquet_rows(path, connection, folder)
        case FileKind.SHEET:
            return sheet_rows(path, sheet=reading.sheet)
        case FileKind.NDJSON:
            raise ImportFileError(f"{path.name} is read as bytes, not as rows.")


def open_pieces(path: Path, reading: Reading, connection: Connection | None, folder: Path) -> Iterator[Piece]:
    """Yield the file as spool pieces; only Parquet needs the connection."""
    kind = file_kind(path)
    if kind is FileKind.NDJSON:
        if reading.encoding is None:
            _refuse_utf16(path)
        return NdjsonPieces(path, folder, reading.encoding).pieces()
    return _spooled(open_rows(path, kind, reading, connection, folder), folder)


def _spooled(rows: Rows, folder: Path) -> Iterator[Piece]:
    try:
        with PieceWriter(folder, lambda: rows.columns) as writer:
            for line, cells in rows.records:
                if isinstance(cells, dict):
                    writer.write({"_line": line, **cells})
                else:
                    writer.reject(cells)
                if writer.full:
                    yield writer.take(rows.position())
            if not writer.empty:
                yield writer.take(rows.position())
    finally:
        rows.close()


def _refuse_utf16(path: Path) -> None:
    with path.open("rb") as source:
        start = source.read(2)
    if start in (b"\xff\xfe", b"\xfe\xff"):
        raise ImportFileError(
            f"{path.name} is UTF-16; NDJSON is UTF-8. Save it again as UTF-8, or write 'encoding: utf-16'."
        )
