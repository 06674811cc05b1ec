"""What a metric is computed from, seen through formulas and through metrics that are made from others."""

from collections.abc import Iterable, Iterator, Mapping

from schemas.formula import names_in
from schemas.metrics import (
    OF_ANOTHER,
    OWN_ENTITY,
    Age,
    AnyMetric,
    Contribution,
    Formula,
    Lift,
    MonthlyMean,
    Share,
)
from schemas.model import SemanticModel
from schemas.plan import Leaf

Definitions = Mapping[str, AnyMetric]


def parts_of(metric: AnyMetric, definitions: Definitions) -> Iterator[tuple[AnyMetric, bool]]:
    """Yield what has to be computed before a metric's formula, and whether it may be repeated where it cannot be split.

    A part is a leaf or a metric of a kind that is computed as a whole; no part is a formula.
    """
    match metric:
        case Formula():
            for name in dict.fromkeys(names_in(metric.expression)):
                for part, repeats in parts_of(definitions[name], definitions):
                    yield part, repeats or name in metric.fixed
        case Share():
            yield definitions[metric.of], False
        case Contribution() | Lift():
            yield definitions[metric.part], False
            yield definitions[metric.whole], False
        case _:
            yield metric, False


def leaves_within(metric: AnyMetric, definitions: Definitions) -> Iterator[tuple[Leaf, bool]]:
    """Yield every leaf, those of metrics that are made from others too, and whether it may be repeated."""
    for part, repeats in parts_of(metric, definitions):
        if isinstance(part, OWN_ENTITY):
            yield part, repeats
        elif isinstance(part, OF_ANOTHER):
            for leaf, inner in leaves_within(definitions[part.of], definitions):
                yield leaf, repeats or inner


def made_within(metric: AnyMetric, definitions: Definitions) -> Iterator[AnyMetric]:
    """Yield every part, and the parts of metrics that are averaged over months."""
    for part, _ in parts_of(metric, definitions):
        yield part
        if isinstance(part, MonthlyMean):
            yield from made_within(definitions[part.of], definitions)


def asks_age(model: SemanticModel, metrics: Iterable[str]) -> bool:
    """Say whether an answer depends on the moment at which it is given."""
    known = (model.metrics[base] for name in metrics if (base := name.partition("__")[0]) in model.metrics)
    return any(isinstance(leaf, Age) for metric in known for leaf, _ in leaves_within(metric, model.metrics))
