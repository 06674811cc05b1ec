"""Whether two charts say the same."""

from collections.abc import Mapping, Sequence

from schemas import Additivity
from tests.fuzz.formulas import same
from tests.fuzz.offers import MODEL
from tests.looker_formula import Row, Value

Groups = Mapping[tuple[Value, ...], Row]


def by_key(rows: Sequence[Row], dimensions: Sequence[str], metrics: Sequence[str]) -> Groups:
    """Give each group by its dimensions; one of nothing but nothing need not be there."""
    return {
        tuple(row[name] for name in dimensions): row
        for row in rows
        if any(row[name] is not None and str(row[name]) not in {"0", "0.0"} for name in metrics)
    }


def differing(own: Groups, right: Groups, metrics: Sequence[str]) -> str | None:
    """Say where two charts are not the same; nothing is zero in sums alone."""
    if own.keys() != right.keys():
        return f"groups {sorted(own.keys() ^ right.keys(), key=str)[:5]}"
    for key, row in right.items():
        for name in metrics:
            one, other = own[key][name], row[name]
            if MODEL.metrics[name].additivity is Additivity.ADDITIVE:
                one, other = one or 0, other or 0
            if not same(one, other):
                return f"{name} of {key} is {one} instead of {other}"
    return None
