"""Every kind of metric as one line that can be read: what is counted, added up or divided. Ids, not labels."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields

from schemas.fields import Aggregate, At, Shift, Since, Take
from schemas.formula import Binary, Expression, Name, Negative, Number
from schemas.metrics import (
    OF_ANOTHER,
    Age,
    AnyMetric,
    Balance,
    Cohort,
    Contribution,
    Cumulative,
    Distinct,
    Formula,
    Lift,
    Metric,
    MonthlyMean,
    Offset,
    PeriodLength,
    Quantile,
    Share,
    Simple,
    Snapshot,
    Sole,
    Spike,
    Trailing,
    Where,
    leaves_of,
)

Naming = Callable[[str], str]

_SYMBOLS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


def definition_of(metric: AnyMetric) -> str:
    """Write the definition of a metric in terms of its entity's columns or of other metrics' ids."""
    return formula_text(metric, lambda name: name)


def formula_text(metric: AnyMetric, naming: Naming) -> str:
    """Write the definition with the names that `naming` gives to other metrics, their labels for instance."""
    match metric:
        case Formula():
            text = written(metric.expression, naming)
            scale = "" if metric.scale == 1 else f"{metric.scale:g} × "
            return f"{scale}√({text})" if metric.root else text
        case Share():
            return f"{naming(metric.of)} ÷ {naming(metric.of)} of all values of {metric.over}"
        case Contribution():
            rate = f"{naming(metric.part)} ÷ {naming(metric.whole)}"
            return (
                f"({rate} − the same over all {metric.over}) × "
                f"{naming(metric.whole)} ÷ {naming(metric.whole)} over all {metric.over}"
            )
        case Lift():
            return f"{naming(metric.part)} ÷ {naming(metric.whole)}, divided by the same over all {metric.over}"
        case Spike() | Trailing() | MonthlyMean() | Cumulative() | Offset():
            return _of_another(metric, naming(metric.of))
        case PeriodLength():
            return "days of the period"
    return _of_entity(metric)


def made_from(metric: AnyMetric) -> tuple[str, ...]:
    """Name the metrics that a metric is directly made from."""
    if isinstance(metric, OF_ANOTHER):
        return (metric.of,)
    return tuple(name for name in leaves_of(metric) if name != metric.name)


def definition_version(metric: AnyMetric, metrics: Mapping[str, AnyMetric]) -> str:
    """Return a short text that moves when this metric or one of its parts is defined otherwise; texts do not count."""
    return hashlib.sha256(repr(_deep(metric, metrics)).encode()).hexdigest()[:12]


def written(tree: Expression, naming: Naming) -> str:
    """Write a formula with × and ÷ and the fewest brackets."""
    match tree:
        case Name(id=name):
            return naming(name)
        case Number(value=value):
            return f"{value:g}"
        case Negative(operand=operand):
            return f"−{_bracketed(operand, 3, naming)}"
        case Binary(operator=operator, left=left, right=right):
            strength = _STRENGTH[operator]
            first, second = _bracketed(left, strength, naming), _bracketed(right, strength + 1, naming)
            return f"{first} {_SYMBOLS[operator]} {second}"


def _bracketed(tree: Expression, needed: int, naming: Naming) -> str:
    text = written(tree, naming)
    weak = isinstance(tree, Binary) and _STRENGTH[tree.operator] < needed
    return f"({text})" if weak or isinstance(tree, Negative) else text


def _of_another(metric: Spike | Trailing | MonthlyMean | Cumulative | Offset, of: str) -> str:
    match metric:
        case Spike():
            days = f"the same weekday of the {metric.weeks} weeks before"
            return f"({of} − median of {days}) ÷ median absolute deviation of {days}"
        case Trailing():
            return f"{of} of the {metric.days} days that end with the period"
        case MonthlyMean():
            return f"mean of {of} over the months of the period"
        case Cumulative():
            beginning = "the first day there is" if metric.since is Since.EVER else "the start of the range"
            return f"running total of {of} since {beginning}"
        case Offset():
            back = "the period before" if metric.by is Shift.PREVIOUS else "the same period one year earlier"
            return f"{of} of {back}"


def _of_entity(metric: AnyMetric) -> str:
    match metric:
        case Simple():
            return _aggregate(metric.entity, metric.aggregate, metric.column, metric.where)
        case Quantile():
            return f"quantile {metric.fraction:g} of {metric.entity}.{metric.column}"
        case Distinct():
            return f"count of different {metric.entity}.{metric.column}{_where(metric.where)}"
        case Sole():
            agreeing = f" where {' and '.join(metric.same)} agree" if metric.same else " of the only row"
            last = f", of rows with {metric.last} those of the last one" if metric.last else ""
            usual = f",{_where(metric.usual)} unless asked otherwise" if metric.usual else ""
            return f"{metric.entity}.{metric.column}{agreeing}{_where(metric.where)}{last}{usual}"
        case Snapshot():
            inner = _aggregate(metric.entity, metric.aggregate, metric.column, metric.where)
            return f"{inner} on the last day of the period"
        case Balance():
            day = "the day before the period" if metric.at is At.OPENING else "the last day of the period"
            counted = metric.column or (f"months since {metric.age_of}" if metric.age_of else "")
            what = f"sum of {metric.entity}.{counted}" if counted else f"count of {metric.entity}"
            return f"{what}{_where(metric.where)} open on {day} ({metric.opens} to before {metric.closes})"
        case Cohort():
            worth = f", worth {metric.value}" if metric.value else ""
            return (
                f"{metric.measure.value.replace('_', ' ')} of {metric.entity}.{metric.unit} between start and end of "
                f"the period ({metric.opens} to before {metric.closes}{worth})"
            )
        case Age():
            ends = metric.end or "now"
            age = f"{metric.unit} from {metric.entity}.{metric.start} to {ends}{_where(metric.where)}"
            if metric.take is Take.COUNT_ABOVE:
                return f"count of rows with more {age} than {metric.above}"
            return f"largest {age}" if metric.take is Take.MAX else f"{age}, of the only row"
    return _by_name(metric)


def _aggregate(entity: str, aggregate: Aggregate, column: str | None, where: Where) -> str:
    match aggregate:
        case Aggregate.COUNT:
            return f"count of {entity}{_where(where)}"
        case Aggregate.COUNT_FILLED:
            return f"count of {entity} with {column}{_where(where)}"
        case Aggregate.COUNT_EMPTY:
            return f"count of {entity} without {column}{_where(where)}"
        case Aggregate.SUM:
            return f"sum of {entity}.{column}{_where(where)}"
        case Aggregate.MIN:
            return f"smallest {entity}.{column}{_where(where)}"
        case Aggregate.MAX:
            return f"largest {entity}.{column}{_where(where)}"


def _where(where: Where) -> str:
    if not where:
        return ""
    return " where " + " and ".join(
        f"{column} = {' or '.join(_value(one) for one in values)}" for column, values in where
    )


def _value(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _by_name(metric: AnyMetric) -> str:
    """Write a kind that has no wording of its own by its name and what it holds."""
    shared = {item.name for item in fields(Metric)} | {"additivity"}
    held = [(item.name, getattr(metric, item.name)) for item in fields(metric) if item.name not in shared]
    inside = ", ".join(f"{name}: {value}" for name, value in held if value not in (None, (), ""))
    return f"{type(metric).__name__.lower()} ({inside})"


def _deep(metric: AnyMetric, metrics: Mapping[str, AnyMetric]) -> tuple[object, ...]:
    parts = tuple(_deep(metrics[name], metrics) for name in made_from(metric))
    return (metric.name, type(metric).__name__, metric.type.value, _by_name(metric), parts)
