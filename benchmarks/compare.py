"""Compares an answer of the server with rows made by hand: numbers to nine digits, everything else exactly."""

import math
from collections.abc import Sequence

Row = dict[str, list[object]]


def compare(rows: Sequence[Row], by_hand: Sequence[Sequence[object]]) -> str:
    """Return the first difference in words, or nothing."""
    if len(rows) != len(by_hand):
        return f"{len(rows)} rows, by hand {len(by_hand)}"
    for row, expected in zip(rows, by_hand, strict=True):
        if not all(_same(*pair) for pair in zip(row["values"], expected, strict=True)):
            return f"{row['values']}, by hand {expected}"
    return ""


def _same(ours: object, other: object) -> bool:
    if isinstance(other, int | float) and not isinstance(other, bool):
        # A duration travels as text.
        return isinstance(ours, int | float | str) and math.isclose(float(ours), other, rel_tol=1e-9)
    return ours == other
