"""The kinds of metric. What a metric may be used for follows from its kind, never from a flag set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.fields import Additivity, Direction, FieldType
from schemas.formula import Expression, names_in


class Aggregate(StrEnum):
    """How the rows of an entity become one number."""

    COUNT = "count"  # rows
    COUNT_FILLED = "count_filled"  # rows where the column is not NULL
    COUNT_EMPTY = "count_empty"  # rows where the column is NULL
    SUM = "sum"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True)
class Metric:
    """What every kind of metric has."""

    name: str
    label: str
    type: FieldType
    direction: Direction
    group: str
    description: str = field(repr=False)
    is_block: bool  # a part that formulas are made of, kept in the group "Building blocks"


@dataclass(frozen=True)
class Simple(Metric):
    """An aggregate over one entity; `where` holds equalities on columns only."""

    entity: str
    aggregate: Aggregate
    column: str | None
    where: tuple[tuple[str, tuple[str | int | bool, ...]], ...] = ()

    @property
    def additivity(self) -> Additivity:
        """Tell sums and counts from minimum and maximum."""
        if self.aggregate in {Aggregate.MIN, Aggregate.MAX}:
            return Additivity.EXTREMAL
        return Additivity.ADDITIVE

    @property
    def empty_is_zero(self) -> bool:
        """Say whether no rows at all mean zero."""
        return self.additivity is Additivity.ADDITIVE


@dataclass(frozen=True)
class Formula(Metric):
    """A ratio or another calculation; `expression` is expanded, so its names are never formulas."""

    expression: Expression
    additivity: Additivity


@dataclass(frozen=True)
class Quantile(Metric):
    """A quantile of one column, with linear interpolation."""

    entity: str
    column: str
    fraction: float
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Share(Metric):
    """A metric's part of the same request without one dimension; the shares add up to 1."""

    of: str
    over: str
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Contribution(Metric):
    """What one value of a dimension adds to or takes from the rate part ÷ whole; adds up to 0."""

    part: str
    whole: str
    over: str
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Spike(Metric):
    """How far a day lies from the same weekday of the weeks before, in median absolute deviations."""

    of: str
    weeks: int
    additivity: Additivity = Additivity.NON_ADDITIVE


AnyMetric = Simple | Formula | Quantile | Share | Contribution | Spike


def leaves_of(metric: AnyMetric) -> tuple[str, ...]:
    """Name what must be aggregated for a metric before anything is calculated; empty for a spike."""
    match metric:
        case Simple() | Quantile():
            return (metric.name,)
        case Formula():
            return tuple(dict.fromkeys(names_in(metric.expression)))
        case Share():
            return (metric.of,)
        case Contribution():
            return (metric.part, metric.whole)
        case Spike():
            return ()


def entities_of(metric: AnyMetric, metrics: Mapping[str, AnyMetric]) -> frozenset[str]:
    """Name the entities that a metric is computed from."""
    if isinstance(metric, Simple | Quantile):
        return frozenset({metric.entity})
    parts = (metric.of,) if isinstance(metric, Spike) else leaves_of(metric)
    return frozenset().union(*(entities_of(metrics[part], metrics) for part in parts))
