"""What is refused, in words for the reader: they name the metric, the field and what to do about it."""

from collections.abc import Iterable

from schemas.entities import Dimension, Entity
from schemas.errors import IncompatibleFieldsError, UnsupportedFilterError
from schemas.fields import Additivity, FieldType, Grain
from schemas.filter_values import Conditions
from schemas.metrics import (
    AnyMetric,
    Balance,
    Cohort,
    Contribution,
    Cumulative,
    MonthlyMean,
    Offset,
    PeriodLength,
    Snapshot,
    Spike,
    Trailing,
)
from schemas.model import SemanticModel
from schemas.parts import leaves_within, made_within
from schemas.query import Filter, Query

# What Looker Studio adds up itself, so that it may also filter the rows itself.
_SURVIVES_REGROUPING = frozenset({Additivity.ADDITIVE, Additivity.EXTREMAL, Additivity.FORMULA})

# Kinds that are values of whole days, taken at the end of a period or over the days before it.
_OF_PERIODS = (Snapshot, Balance, Cohort, Trailing, Cumulative, MonthlyMean, PeriodLength)
# Kinds whose days are found before the rows are filtered, so that a filter on the day must stand by itself.
_DAYS_FIRST = (Snapshot, Balance, Cohort, Trailing, Cumulative)

_CLOCK = frozenset({FieldType.HOUR, FieldType.DAY_OF_WEEK, FieldType.YEAR_MONTH_DAY_HOUR})
_SHORT = frozenset({Grain.DAY, Grain.WEEK})


def check_leaving_out_filters(query: Query, metrics: tuple[AnyMetric, ...], obstacle: Filter) -> None:
    """Looker Studio may filter our rows itself only if every metric adds up again and the fields are there."""
    fixed = [metric.label for metric in metrics if metric.additivity not in _SURVIVES_REGROUPING]
    returned = {*query.dimensions, *query.metrics, *query.filter_only}
    missing = {clause.field for group in query.filters for clause in group} - returned
    if not fixed and not missing:
        return
    what = f"{fixed[0]} cannot be filtered afterwards" if fixed else f"the field '{min(missing)}' is not in the request"
    raise UnsupportedFilterError(
        f"The filter {obstacle.operator} on '{obstacle.field}' is not supported here, and {what}. "
        "Filter another field or use another condition.",
        field=obstacle.field,
        operator=obstacle.operator,
    )


def check_metrics(
    model: SemanticModel, metrics: Iterable[AnyMetric], keys: tuple[Dimension, ...], conditions: Conditions
) -> None:
    """Refuse a metric that a key or a filter of the request does not go with."""
    for metric in metrics:
        _check_rules(metric, keys, conditions)
        used = [*keys, *(clause.dimension for group in conditions for clause in group)]
        for leaf, repeats in leaves_within(metric, model.metrics):
            for dimension in used:
                _check_leaf(metric, model.entities[leaf.entity], dimension, repeats=repeats)
        for part in made_within(metric, model.metrics):
            _check_kind(metric, part, used, conditions, model)
            if isinstance(part, Spike):
                _check_spike(part, keys, conditions)


def _check_rules(metric: AnyMetric, keys: tuple[Dimension, ...], conditions: Conditions) -> None:
    names = {key.name for key in keys}
    needs = (*metric.needs, metric.over) if isinstance(metric, Contribution) else metric.needs
    for name in needs:
        if name not in names:
            raise IncompatibleFieldsError(
                f"{metric.label} is a value of each '{name}'. Add that field to the chart.",
                metric=metric.name,
                dimension=name,
            )
    for dimension in [*keys, *(clause.dimension for group in conditions for clause in group)]:
        if dimension.name in metric.never_by:
            raise _not_split(metric, dimension)


def _not_split(metric: AnyMetric, dimension: Dimension) -> IncompatibleFieldsError:
    return IncompatibleFieldsError(
        f"{metric.label} cannot be split or filtered by '{dimension.label}'. "
        "Remove the field or the metric from the chart.",
        metric=metric.name,
        dimension=dimension.name,
    )


def _check_leaf(metric: AnyMetric, entity: Entity, dimension: Dimension, *, repeats: bool) -> None:
    if entity.column_of(dimension) is None and not repeats:
        raise _not_split(metric, dimension)
    if is_too_fine(entity, [dimension]):
        raise IncompatibleFieldsError(
            f"{metric.label} is known by month, so it cannot be split or filtered by '{dimension.label}'. "
            "Use the field Month, Quarter or Year instead.",
            metric=metric.name,
            dimension=dimension.name,
        )


def is_too_fine(entity: Entity, dimensions: Iterable[Dimension]) -> bool:
    """Say whether days or weeks are asked of rows that stand for a whole month."""
    return entity.finest_grain is Grain.MONTH and any(dimension.grain in _SHORT for dimension in dimensions)


def _check_kind(
    metric: AnyMetric, part: AnyMetric, used: list[Dimension], conditions: Conditions, model: SemanticModel
) -> None:
    if isinstance(part, Offset):
        raise IncompatibleFieldsError(
            f"{metric.label} is a value of an earlier period. Ask for '{model.metrics[part.of].label}' of that period.",
            metric=metric.name,
        )
    for dimension in used:
        if isinstance(part, _OF_PERIODS) and dimension.grain is None and dimension.type in _CLOCK:
            raise IncompatibleFieldsError(
                f"{metric.label} is a value of whole days, so it cannot be split or filtered by '{dimension.label}'. "
                "Remove that field, or use Date, Week or Month.",
                metric=metric.name,
                dimension=dimension.name,
            )
        if isinstance(part, MonthlyMean) and dimension.grain in _SHORT:
            raise IncompatibleFieldsError(
                f"{metric.label} is a mean over months, so it cannot be split or filtered by '{dimension.label}'. "
                "Use the field Month, Quarter or Year instead.",
                metric=metric.name,
                dimension=dimension.name,
            )
    if isinstance(part, _DAYS_FIRST):
        _check_days_stand_alone(metric, conditions)


def _check_days_stand_alone(metric: AnyMetric, conditions: Conditions) -> None:
    for group in conditions:
        if len({clause.dimension.is_time for clause in group}) > 1:
            raise UnsupportedFilterError(
                f"{metric.label} cannot be filtered by '{group[0].dimension.label}' OR a date. "
                "Make them two filters, or leave the metric out.",
                field=group[0].dimension.name,
            )


def _check_spike(metric: Spike, keys: tuple[Dimension, ...], conditions: Conditions) -> None:
    if "date_day" not in {key.name for key in keys}:
        raise IncompatibleFieldsError(
            f"{metric.label} is a value of each day. Add the field 'date_day' to the chart.",
            metric=metric.name,
            dimension="date_day",
        )
    for key in keys:
        if key.is_time and key.grain is None:
            raise IncompatibleFieldsError(
                f"{metric.label} compares whole days, so it cannot be split by '{key.label}'. Remove that field.",
                metric=metric.name,
                dimension=key.name,
            )
    _check_days_stand_alone(metric, conditions)
