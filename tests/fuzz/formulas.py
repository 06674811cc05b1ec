"""Formulas of the catalogue, calculated again from the parts in the same row."""

from collections.abc import Sequence
from functools import cache
from math import isclose, sqrt

from schemas.formula import names_in, render_looker
from schemas.metrics import Formula
from tests.fuzz.offers import MODEL, may_be_asked
from tests.looker_formula import Row, Value, evaluate


def checkable(dataset: str, metric: str, dimensions: Sequence[str]) -> tuple[str, ...]:
    """Name the parts of a formula if all of them may be asked beside it; nothing for what is no such formula."""
    found = MODEL.metrics[metric]
    if not isinstance(found, Formula):
        return ()
    parts = tuple(dict.fromkeys(names_in(found.expression)))
    known = all(part in MODEL.datasets[dataset].metrics for part in parts)
    return parts if known and not set(found.fixed) & set(parts) and may_be_asked(dimensions, parts) else ()


def wrong_formula(dataset: str, metrics: Sequence[str], dimensions: Sequence[str], rows: Sequence[Row]) -> str | None:
    """Say which value of a formula is not the one that its parts make."""
    for name in metrics:
        if not checkable(dataset, name, dimensions):
            continue
        for row in rows:
            right = _calculated(name, row)
            if not same(row[name], right, rel=1e-7):
                return f"{name} is {row[name]} where its parts make {right}, in {row}"
    return None


@cache
def _written(metric: str) -> str:
    found = MODEL.metrics[metric]
    assert isinstance(found, Formula)
    return render_looker(found.expression)


def _calculated(metric: str, row: Row) -> Value:
    found = MODEL.metrics[metric]
    assert isinstance(found, Formula)
    value = evaluate(_written(metric), [row])
    if value is None or not found.root:
        return value
    return sqrt(value) * found.scale if value >= 0 else None


def same(one: Value, other: Value, *, rel: float = 1e-9) -> bool:
    """Say whether two numbers are one, and nothing only where nothing is."""
    if one is None or other is None:
        return one is other
    try:
        return isclose(float(one), float(other), rel_tol=rel, abs_tol=1e-7)
    except ValueError:
        return one == other
