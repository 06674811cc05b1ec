"""Evaluates connector formulas such as `SUM($a) / SUM($b)` over rows, as Looker Studio does.

A parser of its own, so that it shares no mistake with the one that wrote the formula.
"""

import re
from collections.abc import Callable, Mapping, Sequence

Value = str | int | float | bool | None
Row = dict[str, Value]

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<call>[A-Z_]+)\(\$(?P<field>\w+)\)|(?P<symbol>[-+*/()]))")


def as_number(value: Value) -> float | None:
    """Read a number that may have travelled as text, as durations do."""
    return None if value is None else float(value)


def add_up(values: Sequence[float]) -> float | None:
    """Add values; nothing at all is null."""
    return sum(values) if values else None


AGGREGATIONS: Mapping[str, Callable[[Sequence[float]], float | None]] = {
    "SUM": add_up,
    "MIN": lambda values: min(values, default=None),
    "MAX": lambda values: max(values, default=None),
}


def aggregate(name: str, field: str, rows: Sequence[Row]) -> float | None:
    """Aggregate one field of the rows; nulls do not count."""
    if name not in AGGREGATIONS:
        raise ValueError(f"This simulator knows no function {name} in a formula.")
    numbers = [number for row in rows if (number := as_number(row[field])) is not None]
    return AGGREGATIONS[name](numbers)


def fields_of(formula: str) -> list[str]:
    """Name the fields that a formula needs."""
    return list(dict.fromkeys(re.findall(r"\$(\w+)", formula)))


def evaluate(formula: str, rows: Sequence[Row]) -> float | None:
    """Evaluate a formula over the rows of one group; null as soon as a part is null or a divisor is zero."""
    parser = _Parser(_tokens(formula), rows)
    value = parser.sum()
    if parser.tokens:
        raise ValueError(f"Looker Studio would drop this field, its formula is invalid: {formula}")
    return value


def _tokens(formula: str) -> list[re.Match[str]]:
    tokens, position = [], 0
    while position < len(formula.rstrip()):
        match = _TOKEN.match(formula, position)
        if match is None:
            raise ValueError(f"Looker Studio would drop this field, its formula is invalid: {formula}")
        tokens.append(match)
        position = match.end()
    return tokens


class _Parser:
    """Recursive descent that calculates as it reads."""

    def __init__(self, tokens: list[re.Match[str]], rows: Sequence[Row]):
        self.tokens = tokens
        self.rows = rows

    def _next(self, symbols: str) -> str | None:
        if self.tokens and (self.tokens[0]["symbol"] or " ") in symbols:
            return self.tokens.pop(0)["symbol"]
        return None

    def sum(self) -> float | None:
        """Read a + b - c."""
        left = self._product()
        while symbol := self._next("+-"):
            right = self._product()
            known = left is not None and right is not None
            left = (left + right if symbol == "+" else left - right) if known else None  # type: ignore[operator]
        return left

    def _product(self) -> float | None:
        left = self._sign()
        while symbol := self._next("*/"):
            right = self._sign()
            if left is None or right is None or (symbol == "/" and right == 0):
                left = None
            else:
                left = left * right if symbol == "*" else left / right
        return left

    def _sign(self) -> float | None:
        if self._next("-"):
            value = self._sign()
            return None if value is None else -value
        if self._next("("):
            value = self.sum()
            if self._next(")") is None:
                raise ValueError("a bracket is not closed")
            return value
        token = self.tokens.pop(0)
        return float(token["number"]) if token["number"] else aggregate(token["call"], token["field"], self.rows)
