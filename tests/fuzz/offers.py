"""What may be asked of each dataset: which metrics go with which dimensions, restated from the catalogue's own words.

Restated on purpose: what refuses and what draws questions must not be one piece of code.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from schemas import Additivity, FieldType, Grain, SemanticModel, load_model
from schemas.entities import Dimension
from schemas.formula import names_in
from schemas.metrics import (
    OWN_ENTITY,
    AnyMetric,
    Balance,
    Cohort,
    Contribution,
    Cumulative,
    Formula,
    Lift,
    MonthlyMean,
    Offset,
    PeriodLength,
    Share,
    Snapshot,
    Spike,
    Trailing,
)

MODEL: SemanticModel = load_model()
ADDS_UP = (Additivity.ADDITIVE, Additivity.EXTREMAL, Additivity.FORMULA)  # in a chart, by the flags of getSchema
_WHOLE_DAYS = (Snapshot, Balance, Cohort, Trailing, Cumulative, MonthlyMean, PeriodLength)
_CLOCK = (FieldType.HOUR, FieldType.DAY_OF_WEEK, FieldType.YEAR_MONTH_DAY_HOUR)
_SHORT = (Grain.DAY, Grain.WEEK)


def _parts(metric: AnyMetric, *, repeated: bool = False) -> Iterator[tuple[AnyMetric, bool]]:
    """Yield everything that a metric is made of, down to what is read, and whether it may be repeated."""
    names: Iterable[str] = ()
    match metric:
        case Formula():
            names = tuple(dict.fromkeys(names_in(metric.expression)))
        case Share() | Spike() | Trailing() | MonthlyMean() | Cumulative() | Offset():
            names = (metric.of,)
        case Contribution() | Lift():
            names = (metric.part, metric.whole)
    yield metric, repeated
    for name in names:
        fixed = isinstance(metric, Formula) and name in metric.fixed
        yield from _parts(MODEL.metrics[name], repeated=repeated or fixed)


@cache
def is_offered(metric: str, dimension: str) -> bool:
    """Say whether a metric may be split and filtered by a dimension."""
    asked, by = MODEL.metrics[metric], MODEL.dimensions[dimension]
    if by.result_of is not None:
        return True  # a label of the finished row, which splits nothing
    if dimension in asked.never_by:
        return False
    return all(_goes(part, by, repeated=repeated) for part, repeated in _parts(asked))


def _goes(part: AnyMetric, by: Dimension, *, repeated: bool) -> bool:
    if isinstance(part, OWN_ENTITY):
        entity = MODEL.entities[part.entity]
        if entity.column_of(by) is None and not repeated:
            return False
        if entity.finest_grain is Grain.MONTH and by.grain in _SHORT:
            return False
    if isinstance(part, _WHOLE_DAYS) and by.grain is None and by.type in _CLOCK:
        return False
    if isinstance(part, Spike) and by.is_time and by.grain is None:
        return False
    return not (isinstance(part, MonthlyMean) and by.grain in _SHORT)


@cache
def needed(metric: str) -> frozenset[str]:
    """Name the dimensions without which a metric means nothing."""
    asked = MODEL.metrics[metric]
    over = {asked.over} if isinstance(asked, Contribution) else set()
    days = {"date_day"} if any(isinstance(part, Spike) for part, _ in _parts(asked)) else set()
    return frozenset({*asked.needs, *over, *days})


def may_be_asked(dimensions: Iterable[str], metrics: Iterable[str], filtered: Iterable[str] = ()) -> bool:
    """Say whether a table of these fields is one that is promised; a label asks for its metric too."""
    dimensions = tuple(dimensions)
    labelled = [one for name in dimensions if (one := MODEL.dimensions[name].result_of) is not None]
    return all(
        needed(metric) <= set(dimensions) and all(is_offered(metric, name) for name in (*dimensions, *filtered))
        for metric in (*metrics, *labelled)
    )


def combines(metric: str) -> bool:
    """Say whether a chart may make a value from those of its parts."""
    return MODEL.metrics[metric].additivity in ADDS_UP
