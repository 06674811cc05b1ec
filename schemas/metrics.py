"""The kinds of metric. What a metric may be used for follows from its kind, never from a flag set by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.fields import Additivity, Aggregate, At, Direction, FieldType, Measure, Shift, Since, Take
from schemas.formula import Expression, names_in

Where = tuple[tuple[str, tuple[str | int | bool, ...]], ...]  # a column equals any of the values, and so on


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
    needs: tuple[str, ...] = field(default=(), kw_only=True, repr=False)  # dimensions without which it means nothing
    never_by: tuple[str, ...] = field(default=(), kw_only=True, repr=False)  # dimensions that would mislead


@dataclass(frozen=True)
class Simple(Metric):
    """An aggregate over one entity; `where` holds equalities on columns only."""

    entity: str
    aggregate: Aggregate
    column: str | None
    where: Where = ()
    known_with: tuple[str, ...] = ()  # entities whose rows, too, make zero of what has none

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
    root: bool = False  # the square root of the expression
    scale: float = 1  # of the root; any other scale is part of the expression
    # Parts whose entity lacks some of the request's dimensions: they are computed without those and repeated.
    fixed: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Distinct(Metric):
    """The number of different values of a column."""

    entity: str
    column: str
    where: Where = ()
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Sole(Metric):
    """The value of a column where a group has one row; NULL where it has several.

    With `same`, several rows are added up as long as each of those columns has one value in the group. Of rows with a
    day in `last`, only those of the period's last such day count: what there is does not add up over days. `usual`
    holds where the request names none of its dimensions.
    """

    entity: str
    column: str
    same: tuple[str, ...] = ()
    agreed: bool = False  # the value that all rows of the group have; NULL where they differ
    where: Where = ()
    last: str | None = None
    usual: Where = ()
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Snapshot(Metric):
    """An aggregate over the rows of the last snapshot day of the period, for each client account."""

    entity: str
    aggregate: Aggregate
    column: str | None
    where: Where = ()
    additivity: Additivity = Additivity.SEMI_ADDITIVE


@dataclass(frozen=True)
class Balance(Metric):
    """What is open on one day of the period: rows that began by then and had not ended, counted or added up.

    `opens` is the first day that counts, `closes` the first day that does not (NULL = still open). With `age_of`,
    the months from that date to the day are added up.
    """

    entity: str
    opens: str
    closes: str
    at: At
    column: str | None = None  # None counts rows
    age_of: str | None = None
    where: Where = ()
    additivity: Additivity = Additivity.SEMI_ADDITIVE


@dataclass(frozen=True)
class Cohort(Metric):
    """Units (accounts) at the start of a period compared with the same units at its end, for any period.

    `value` is added up for each unit, at the exchange rate of the start where `original` and `currency` are given;
    without it a unit is worth 1 while it is open.
    """

    entity: str
    unit: str
    opens: str
    closes: str
    measure: Measure
    value: str | None = None
    original: str | None = None
    currency: str | None = None
    since: str | None = None
    additivity: Additivity = Additivity.SEMI_ADDITIVE


@dataclass(frozen=True)
class Age(Metric):
    """Time from a row's moment to its end, or to now; whole days count from their end."""

    entity: str
    start: str
    end: str | None
    unit: str  # hours | days
    take: Take
    above: str | None = None
    where: Where = ()
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Trailing(Metric):
    """A metric over the days that end with the row's period."""

    of: str
    days: int
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class MonthlyMean(Metric):
    """The mean of a metric over the calendar months of the period."""

    of: str
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Lift(Metric):
    """A rate divided by the same rate of the request without one dimension."""

    part: str
    whole: str
    over: str
    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class PeriodLength(Metric):
    """The number of days of the period: of the date field's bucket within the range, or of the whole range."""

    additivity: Additivity = Additivity.NON_ADDITIVE


@dataclass(frozen=True)
class Cumulative(Metric):
    """The running total of a sum or a count."""

    of: str
    since: Since
    additivity: Additivity = Additivity.SEMI_ADDITIVE


@dataclass(frozen=True)
class Offset(Metric):
    """A metric of an earlier period."""

    of: str
    by: Shift
    additivity: Additivity = Additivity.NON_ADDITIVE


AnyMetric = (
    Simple
    | Formula
    | Quantile
    | Share
    | Contribution
    | Spike
    | Distinct
    | Sole
    | Snapshot
    | Balance
    | Cohort
    | Age
    | Trailing
    | MonthlyMean
    | Lift
    | PeriodLength
    | Cumulative
    | Offset
)

# Kinds that one entity answers by itself, and kinds that are made from another metric.
OWN_ENTITY = (Simple, Quantile, Distinct, Sole, Snapshot, Balance, Cohort, Age)
OF_ANOTHER = (Spike, Trailing, MonthlyMean, Cumulative, Offset)


def leaves_of(metric: AnyMetric) -> tuple[str, ...]:
    """Name what must be computed for a metric before anything is calculated from it."""
    match metric:
        case Formula():
            return tuple(dict.fromkeys(names_in(metric.expression)))
        case Share():
            return (metric.of,)
        case Contribution() | Lift():
            return (metric.part, metric.whole)
        case Spike():
            return ()
    return (metric.name,)


def entities_of(metric: AnyMetric, metrics: Mapping[str, AnyMetric]) -> frozenset[str]:
    """Name the entities that a metric is computed from."""
    if isinstance(metric, PeriodLength):
        return frozenset()
    if isinstance(metric, OWN_ENTITY):
        return frozenset({metric.entity})
    parts = (metric.of,) if isinstance(metric, OF_ANOTHER) else leaves_of(metric)
    return frozenset().union(*(entities_of(metrics[part], metrics) for part in parts))
