"""XLSX and other sheets by python-calamine; rows are numbered as in the sheet."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from warehouse.errors import ImportFileError
from warehouse.quarantine import BadRow
from warehouse.rows import Record, Rows, cells_to_record, header_columns


def sheet_rows(path: Path, *, sheet: str | None) -> Rows:
    """Open one sheet of a workbook; the first row that holds something is the header."""
    try:
        workbook = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise ImportFileError(f"{path.name} cannot be read as a sheet: {error}.") from error
    names = workbook.sheet_names
    if sheet is not None and sheet not in names:
        raise ImportFileError(f"{path.name} has no sheet '{sheet}'. Sheets: {', '.join(names)}.")
    rows = workbook.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    numbered = [(number, [_text(cell) for cell in cells]) for number, cells in enumerate(rows, start=1)]
    filled = [(number, cells) for number, cells in numbered if any(cells)]
    if not filled:
        raise ImportFileError(f"{path.name}, sheet '{sheet or names[0]}' is empty: there is nothing to load.")
    first = next(position for position, cell in enumerate(filled[0][1]) if cell)
    columns, notes = header_columns(_trimmed(filled[0][1])[first:], filled[0][0])
    size = path.stat().st_size
    return Rows(columns, _records(filled[1:], columns, first), lambda: size, notes)


def _records(
    rows: list[tuple[int, list[str]]], columns: list[str], first: int
) -> Iterator[tuple[int, Record | BadRow]]:
    for number, cells in rows:
        yield number, cells_to_record(columns, cells[first:], number)


def _trimmed(cells: Sequence[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _text(cell: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
