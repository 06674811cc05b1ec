"""CSV and TSV: Python's csv module knows the true line of every record, also when a cell holds line breaks."""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol, TextIO

from warehouse.encodings import undecodable, unknown_encoding
from warehouse.errors import ImportFileError
from warehouse.quarantine import BadRow
from warehouse.rows import Record, Rows, cells_to_record, header_columns

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = (",", ";", "\t", "|")
_QUOTED = re.compile(r'"[^"]*"')
_END = "\x00end of file\x00"  # comes back as a row of its own unless a quote is still open


def csv_rows(path: Path, *, encoding: str | None, delimiter: str | None) -> Rows:
    """Open a delimited text file."""
    csv.field_size_limit(sys.maxsize)
    name = _encoding(path, encoding)
    try:
        source = path.open(encoding=name, newline="")
    except LookupError as error:
        raise unknown_encoding(name) from error
    try:
        first = next((line for line in source if line.strip()), "")
        source.seek(0)
        reader = csv.reader(chain(source, [_END]), delimiter=delimiter or _sniff(first))
        header, line = _header(reader, path)
    except UnicodeError as error:
        source.close()
        raise undecodable(path, name) from error
    except ImportFileError:
        source.close()
        raise
    columns, notes = header_columns(header, line)
    return Rows(columns, _records(path, name, source, reader, columns), _position(source), notes, source.close)


def _position(source: TextIO) -> _Position:
    return _Position(source)


class _Lines(Protocol):
    """What csv.reader returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class _Position:
    """Tells how many bytes of an open text file have been read, also after it is closed."""

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._last = 0

    def __call__(self) -> int:
        if not self._source.closed:
            self._last = self._source.buffer.tell()
        return self._last


def _encoding(path: Path, wanted: str | None) -> str:
    with path.open("rb") as source:
        start = source.read(4)
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    return wanted or "utf-8"


def _sniff(line: str) -> str:
    line = _QUOTED.sub("", line)
    counts = {mark: line.count(mark) for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: counts[mark])
    return best if counts[best] else ","


def _header(reader: _Lines, path: Path) -> tuple[list[str], int]:
    for cells in reader:
        if cells == [_END]:
            break
        if cells and cells[-1].endswith(_END):
            raise _open_quote(path, 1)
        if any(cell.strip() for cell in cells):
            return cells, reader.line_num
    raise ImportFileError(f"{path.name} has no header line: there is nothing to load.")


def _records(
    path: Path, encoding: str, source: TextIO, reader: _Lines, columns: list[str]
) -> Iterator[tuple[int, Record | BadRow]]:
    last = reader.line_num
    with source:
        try:
            for cells in reader:
                line, last = last + 1, reader.line_num
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    raise _open_quote(path, line)
                if cells:
                    yield line, cells_to_record(columns, cells, line)
        except UnicodeError as error:
            raise undecodable(path, encoding) from error
        except csv.Error as error:
            raise ImportFileError(f"{path.name}, line {reader.line_num}: {error}.") from error


def _open_quote(path: Path, line: int) -> ImportFileError:
    return ImportFileError(
        f"{path.name}, line {line}: a quote is opened here and never closed, so the rest of the file would be one "
        "cell. Close it, or double it if it belongs to the text. Nothing was loaded."
    )
