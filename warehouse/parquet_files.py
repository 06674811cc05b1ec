"""Parquet: read by DuckDB from a link in the spool folder, every value as text."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from warehouse.duckdb import Connection, quote_name, quote_text
from warehouse.errors import ImportFileError
from warehouse.quarantine import BadRow
from warehouse.rows import Record, Rows, header_columns

_ROWS_AT_ONCE = 5_000


def parquet_rows(path: Path, connection: Connection, folder: Path) -> Rows:
    """Open a Parquet file; its rows are numbered from 1."""
    link = folder / "source.parquet"
    into_spool(path, link)
    table = f"read_parquet({quote_text(str(link))})"
    cursor = connection.cursor()
    try:
        described = cursor.execute(f"describe select * from {table}").fetchall()  # noqa: S608
    except duckdb.Error as error:
        raise ImportFileError(f"{path.name} cannot be read as Parquet: {error}") from error
    columns, notes = header_columns([str(row[0]) for row in described], 0)
    texts = ", ".join(_as_text(str(name), str(kind)) for name, kind, *_ in described)
    size = path.stat().st_size
    numbered = f"read_parquet({quote_text(str(link))}, file_row_number = true)"
    cursor.execute(f"select file_row_number + 1, {texts} from {numbered}")  # noqa: S608
    return Rows(columns, _records(cursor, columns), lambda: size, notes, cursor.close)


def into_spool(path: Path, link: Path) -> None:
    """Link a file into the spool folder, or copy it when it lies on another disk."""
    link.unlink(missing_ok=True)
    try:
        os.link(path.resolve(), link)
    except OSError:
        shutil.copyfile(path, link)


def _as_text(name: str, kind: str) -> str:
    column = quote_name(name)
    nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"cast(to_json({column}) as varchar)" if nested else f"cast({column} as varchar)"


def _records(cursor: Connection, columns: list[str]) -> Iterator[tuple[int, Record | BadRow]]:
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        for number, *cells in rows:
            yield number, dict(zip(columns, cells, strict=True))
    cursor.close()
