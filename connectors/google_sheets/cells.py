"""From a range's cells to records: the header names them, and times become ISO text.

The API gives a time as a number of days or as text in the sheet's own format, and never says that it is one. So the
range is asked for both ways: a cell that is a number in one answer and text in the other is a time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import zip_longest

from connectors.errors import UnexpectedSchemaError
from connectors.json_value import JsonValue

ROW = "Row number"
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001  of Google's serial numbers, on the sheet's own clock
_LAST_DAY = 2_958_465  # 9999-12-31

Cells = list[list[JsonValue]]
_NO_ROW: list[JsonValue] = []


def same_moment(numbers: Cells, texts: Cells) -> bool:
    """Tell whether two answers are of the same state of the sheet: only times may differ."""
    return all(
        one == other or _is_time(one, other)
        for row, other_row in zip_longest(numbers, texts, fillvalue=_NO_ROW)
        for one, other in zip_longest(row, other_row)
    )


def records_of(numbers: Cells, texts: Cells, first_row: int) -> list[dict[str, JsonValue]]:
    """Return a record for each row below the header that holds anything. `first_row` is the header's number."""
    if not numbers:
        return []
    names = header_of(numbers[0])
    found = []
    for place, (row, written) in enumerate(zip(numbers[1:], texts[1:], strict=True), start=first_row + 1):
        cells = [_cell(one, other) for one, other in zip(row, written, strict=True)]
        if any(cell is not None for cell in cells):
            values = {name: cells[at] if at < len(cells) else None for at, name in names.items()}
            found.append({ROW: place, **values})
    return found


def header_of(cells: Sequence[JsonValue]) -> dict[int, str]:
    """Return the names of the columns by their place; columns without a name are left out, and no name comes twice."""
    names: dict[int, str] = {}
    for at, cell in enumerate(cells):
        name = "" if cell is None else str(cell).strip()
        if not name:
            continue
        if name in names.values():
            raise UnexpectedSchemaError(
                f"Two columns of the range are called '{name}'. Rename one of them.", source="google_sheets"
            )
        names[at] = name
    return names


def _cell(number: JsonValue, text: JsonValue) -> JsonValue:
    if isinstance(number, str):
        return number.strip() or None
    if not _is_time(number, text) or not isinstance(number, int | float):
        return number
    if not 1 <= number < _LAST_DAY:
        return text  # a time of day, or a duration
    moment = _FIRST_DAY + timedelta(seconds=round(number * 86_400))
    return moment.date().isoformat() if isinstance(number, int) or number.is_integer() else moment.isoformat()


def _is_time(number: JsonValue, text: JsonValue) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and isinstance(text, str)
