"""What every answer has to look like, whatever it says: the fields asked for, values of their kinds, no row twice."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from tests.fuzz.wire import Reply
from tests.looker_formula import Row, Value
from tests.looker_simulator import Field

_FORMS = {
    "YEAR": r"\d{4}",
    "YEAR_QUARTER": r"\d{4}[1-4]",
    "YEAR_MONTH": r"\d{4}(0[1-9]|1[0-2])",
    "YEAR_WEEK": r"\d{4}(0[1-9]|[1-4]\d|5[0-3])",
    "YEAR_MONTH_DAY": r"\d{8}",
    "YEAR_MONTH_DAY_HOUR": r"\d{8}([01]\d|2[0-3])",
    "YEAR_MONTH_DAY_SECOND": r"\d{8}([01]\d|2[0-3])[0-5]\d[0-5]\d",
    "HOUR": r"[01]\d|2[0-3]",
    "DAY_OF_WEEK": r"[0-6]",
    "DURATION": r"-?\d+(\.\d+)?",
}
_PATTERNS = {kind: re.compile(form) for kind, form in _FORMS.items()}


def wrong_shape(fields: Mapping[str, Field], answer: Reply, asked: Sequence[str], keys: Sequence[str]) -> str | None:
    """Say what no answer may look like: other columns, values of another kind, a group that comes twice."""
    document = answer.document
    if [column["name"] for column in document["schema"]] != list(asked):
        return f"columns {[column['name'] for column in document['schema']]} instead of {list(asked)}"
    if not isinstance(document["filtersApplied"], bool):
        return f"filtersApplied {document['filtersApplied']!r}"
    try:
        rows = answer.rows
    except ValueError as error:
        return str(error)
    for name in asked:
        wrong = next((row[name] for row in rows if not _is_formed(fields[name].semantic_type, row[name])), None)
        if wrong is not None:
            return f"{name}: {wrong!r} is no {fields[name].semantic_type}"
    return _twice(rows, keys)


def _twice(rows: Sequence[Row], keys: Sequence[str]) -> str | None:
    seen: set[tuple[Value, ...]] = set()
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key in seen:
            return f"the group {key} comes twice"
        seen.add(key)
    return None if keys or len(rows) == 1 else f"{len(rows)} rows for a question without dimensions"


def _is_formed(kind: str, value: Value) -> bool:
    if value is None or kind not in _PATTERNS:
        return True
    text = str(value)
    if not _PATTERNS[kind].fullmatch(text):
        return False
    return not kind.startswith("YEAR_MONTH_DAY") or _is_day(text)


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return True
