"""What a dimension filter means, on the values as they travel: the reference for our SQL, and Looker Studio's part.

Patterns are RE2, which Python does not have; DuckDB's own is asked for each value.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import duckdb

from tests.looker_formula import Row, Value

Clause = Mapping[str, Any]
Groups = Sequence[Sequence[Clause]]


@cache
def _re2() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def _matches(function: str, text: str, pattern: str) -> bool:
    found = _re2().execute(f"select {function}(?, ?)", [text, pattern]).fetchone()
    return bool(found and found[0])


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _comparable(value: Value, semantic_type: str, *, numeric: bool) -> str | float | bool | None:
    """Bring a value of a row or of a filter into the order of its type; None if it has no place in it."""
    if semantic_type == "BOOLEAN":
        return _text(value).lower() in {"true", "1"}
    if semantic_type.startswith("YEAR"):
        return re.sub(r"[-:T ]", "", _text(value))
    if semantic_type in {"NUMBER", "HOUR", "DAY_OF_WEEK"} or numeric:
        try:
            return float(_text(value))
        except ValueError:
            return None
    return _text(value)


def _ordered(value: Value, clause: Clause, kind: str, test: Callable[[Any, Any], bool], *, numeric: bool) -> bool:
    own = _comparable(value, kind, numeric=numeric)
    others = [_comparable(other, kind, numeric=numeric) for other in clause["values"]]
    return own is not None and any(test(own, other) for other in others)


def clause_is_true(value: Value, clause: Clause, semantic_type: str) -> bool:
    """Say whether one clause, its INCLUDE or EXCLUDE left aside, is true of a value."""
    operator, values = clause["operator"], clause["values"]
    if operator == "IS_NULL":
        return value is None
    if operator in {"EQUALS", "IN_LIST"}:
        if value is None:
            return None in values
        clause = {**clause, "values": [other for other in values if other is not None]}
        return _ordered(value, clause, semantic_type, lambda own, other: own == other, numeric=False)
    if value is None:
        return False
    match operator:
        case "CONTAINS":
            return any(_text(other) in _text(value) for other in values)
        case "REGEXP_PARTIAL_MATCH":
            return any(_matches("regexp_matches", _text(value), other) for other in values)
        case "REGEXP_EXACT_MATCH":
            return any(_matches("regexp_full_match", _text(value), other) for other in values)
        case "BETWEEN":
            own, low, high = (_comparable(item, semantic_type, numeric=False) for item in (value, *values))
            return bool(low <= own <= high)  # type: ignore[operator]
    tests: dict[str, Callable[[Any, Any], bool]] = {
        "NUMERIC_GREATER_THAN": lambda own, other: own > other,
        "NUMERIC_GREATER_THAN_OR_EQUAL": lambda own, other: own >= other,
        "NUMERIC_LESS_THAN": lambda own, other: own < other,
        "NUMERIC_LESS_THAN_OR_EQUAL": lambda own, other: own <= other,
    }
    return _ordered(value, clause, semantic_type, tests[operator], numeric=True)


def rows_passing(rows: Sequence[Row], groups: Groups, semantic_types: Mapping[str, str]) -> list[Row]:
    """Keep the rows of an AND of ORs; EXCLUDE keeps what is not true, null included."""
    kept = list(rows)
    for group in groups:
        tests = [(clause["fieldName"], _by_value(clause, kept, semantic_types)) for clause in group]
        kept = [row for row in kept if any(true_of[row[name]] for name, true_of in tests)]
    return kept


def _by_value(clause: Clause, rows: Sequence[Row], semantic_types: Mapping[str, str]) -> dict[Value, bool]:
    """Ask a clause once for each value of its field; fields are of one kind, so that 1 and True never meet."""
    name, wanted = clause["fieldName"], clause["type"] == "INCLUDE"
    return {
        value: clause_is_true(value, clause, semantic_types[name]) is wanted for value in {row[name] for row in rows}
    }
