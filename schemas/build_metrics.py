"""Turns checked YAML entries into metrics, expands their formulas and cross-checks what they name."""

from collections.abc import Mapping
from dataclasses import replace

from schemas.checks import check_id, require
from schemas.entities import Dimension, Entity
from schemas.entries import MetricEntry
from schemas.errors import CatalogError, FormulaSyntaxError, TypeConflictError, UnknownReferenceError
from schemas.fields import Additivity, Aggregate, ColumnType, Direction, FieldType
from schemas.formula import Expression, Name, names_in, parse_formula, replace_names
from schemas.metrics import (
    Age,
    AnyMetric,
    Balance,
    Cohort,
    Contribution,
    Cumulative,
    Distinct,
    Formula,
    Lift,
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
    leaves_of,
)

Entities = Mapping[str, Entity]
Dimensions = Mapping[str, Dimension]

Shared = tuple[str, str, FieldType, Direction, str, str, bool]  # what every kind of metric has

_ADDABLE = frozenset({ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY})


def build_metrics(
    entries: Mapping[str, MetricEntry], entities: Entities, dimensions: Dimensions
) -> dict[str, AnyMetric]:
    """Build every metric; formulas are expanded until they name no other formula."""
    metrics: dict[str, AnyMetric] = {}
    for name, entry in entries.items():
        check_id(name, "Metric")
        if entry.formula is None:
            metrics[name] = _plain_metric(name, entry, entities)
    for name, entry in entries.items():
        if entry.formula is not None:
            metrics[name] = formula_metric(name, entries, metrics)
    for metric in metrics.values():
        _check_special(metric, metrics, dimensions)
        if entries[metric.name].known_with and not (isinstance(metric, Simple) and metric.empty_is_zero):
            raise CatalogError(f"Metric '{metric.name}': only a sum or a count over rows can be 'known_with' others.")
        require(f"Metric '{metric.name}'", dimensions, (*entries[metric.name].needs, *entries[metric.name].never_by))
    return {name: replace(metrics[name], needs=entry.needs, never_by=entry.never_by) for name, entry in entries.items()}


def _plain_metric(name: str, entry: MetricEntry, entities: Entities) -> AnyMetric:
    shared = (name, entry.label, entry.type, entry.good, entry.group, entry.description, entry.block)
    if entry.entity is None:
        return _made_metric(shared, entry)
    where = f"Metric '{name}'"
    require(where, entities, [entry.entity])
    columns = entities[entry.entity].columns
    require(where, columns, [*entry.where, *_columns_of(entry)])
    require(f"{where}: known_with", entities, entry.known_with)
    for name_of_column, values in entry.where.items():
        if not values:
            raise CatalogError(f"{where}: the condition on '{name_of_column}' names no value.")
    condition = tuple(entry.where.items())
    if entry.quantile:
        return Quantile(*shared, entry.entity, entry.quantile.of, entry.quantile.at)
    if entry.distinct:
        return Distinct(*shared, entry.entity, entry.distinct, condition)
    if entry.sole:
        usual = tuple(entry.usual.items())
        return Sole(*shared, entry.entity, entry.sole, entry.same, False, condition, entry.last, usual)  # noqa: FBT003 - agreed
    if entry.agreed:
        return Sole(*shared, entry.entity, entry.agreed, (), True, condition)  # noqa: FBT003 - agreed
    if entry.cohort:
        one = entry.cohort
        return Cohort(
            *(*shared, entry.entity, one.unit, one.opens, one.closes, one.measure),
            *(one.value, one.original, one.currency, one.since),
        )
    if entry.age:
        age = entry.age
        return Age(*shared, entry.entity, age.start, age.end, age.unit, age.take, age.above, condition)
    return _aggregate_metric(shared, entry, entities[entry.entity])


def _columns_of(entry: MetricEntry) -> list[str]:
    """Name every column that a metric of one entity reads, its conditions apart."""
    named: list[object] = [getattr(entry, kind) for kind in (*Aggregate, "distinct", "sole", "agreed", "age_of")]
    named += [*entry.same, *entry.usual, entry.last]
    named += [entry.quantile.of] if entry.quantile else []
    if entry.open:
        named += [entry.open.opens, entry.open.closes]
    if entry.cohort:
        one = entry.cohort
        named += [one.unit, one.opens, one.closes, one.value, one.original, one.currency, one.since]
    if entry.age:
        named += [entry.age.start, entry.age.end, entry.age.above]
    return [name for name in named if isinstance(name, str)]


def _aggregate_metric(shared: Shared, entry: MetricEntry, entity: Entity) -> AnyMetric:
    condition = tuple(entry.where.items())
    if entry.age_of and not entry.open:
        raise CatalogError(f"Metric '{shared[0]}': 'age_of' needs 'open', which says on which day.")
    if entry.age_of and entry.open:
        opens = entry.open
        return Balance(*shared, entity.name, opens.opens, opens.closes, opens.at, None, entry.age_of, condition)
    aggregate = next(kind for kind in Aggregate if getattr(entry, kind) not in (None, False))
    value: str | bool = getattr(entry, aggregate)
    column = value if isinstance(value, str) else None
    if aggregate is Aggregate.SUM and entity.columns[str(column)].type not in _ADDABLE:
        raise TypeConflictError(
            f"Metric '{shared[0]}': the column '{column}' cannot be added up; count rows where it is true."
        )
    if entry.open:
        if aggregate not in {Aggregate.COUNT, Aggregate.SUM}:
            raise CatalogError(f"Metric '{shared[0]}': what is open can be counted or added up, not '{aggregate}'.")
        opens = entry.open
        return Balance(*shared, entity.name, opens.opens, opens.closes, opens.at, column, None, condition)
    if entry.at_last_day:
        return Snapshot(*shared, entity.name, aggregate, column, condition)
    return Simple(*shared, entity.name, aggregate, column, condition, entry.known_with)


def _made_metric(shared: Shared, entry: MetricEntry) -> AnyMetric:
    """Build a metric that is made from others."""
    if entry.share:
        return Share(*shared, entry.share.of, entry.share.over)
    if entry.contribution:
        return Contribution(*shared, entry.contribution.part, entry.contribution.whole, entry.contribution.over)
    if entry.lift:
        return Lift(*shared, entry.lift.part, entry.lift.whole, entry.lift.over)
    if entry.spike:
        return Spike(*shared, entry.spike.of, entry.spike.weeks)
    if entry.trailing:
        return Trailing(*shared, entry.trailing.of, entry.trailing.days)
    if entry.monthly_mean:
        return MonthlyMean(*shared, entry.monthly_mean.of)
    if entry.cumulative:
        return Cumulative(*shared, entry.cumulative.of, entry.cumulative.since)
    if entry.offset:
        return Offset(*shared, entry.offset.of, entry.offset.by)
    return PeriodLength(*shared)


def formula_metric(name: str, entries: Mapping[str, MetricEntry], metrics: Mapping[str, AnyMetric]) -> Formula:
    """Build a formula, expanded until it names no other; a name that is no entry is that of a metric built before."""
    entry = entries[name]
    expression = _expanded(name, entries, metrics, ())
    leaves = [metrics[leaf] for leaf in names_in(expression)]
    require(f"Metric '{name}': fixed", [leaf.name for leaf in leaves], entry.fixed)
    fixed = _fixed_within(name, entries, metrics)
    classes = {leaf.additivity for leaf in leaves}
    if entry.root or fixed or not classes <= {Additivity.ADDITIVE, Additivity.SEMI_ADDITIVE}:
        additivity = Additivity.NON_ADDITIVE
    else:
        additivity = Additivity.FORMULA if classes <= {Additivity.ADDITIVE} else Additivity.SEMI_ADDITIVE
    return Formula(
        name,
        entry.label,
        entry.type,
        entry.good,
        entry.group,
        entry.description,
        entry.block,
        expression,
        additivity,
        entry.root,
        entry.scale if entry.root else 1,
        fixed,
    )


def _fixed_within(name: str, entries: Mapping[str, MetricEntry], metrics: Mapping[str, AnyMetric]) -> tuple[str, ...]:
    """Collect the fixed parts of a formula and of the formulas that it names."""
    if name not in entries:
        known = metrics[name]
        return known.fixed if isinstance(known, Formula) else ()
    entry = entries[name]
    if entry.formula is None:
        return ()
    inner = (
        part for named in names_in(parse_formula(entry.formula)) for part in _fixed_within(named, entries, metrics)
    )
    return tuple(dict.fromkeys((*entry.fixed, *inner)))


def _expanded(
    name: str, entries: Mapping[str, MetricEntry], metrics: Mapping[str, AnyMetric], path: tuple[str, ...]
) -> Expression:
    if name in path:
        raise CatalogError(f"Metric '{name}': its formula leads back to itself ({' → '.join((*path, name))}).")
    if name not in entries:
        return _built(name, metrics, path[-1])
    entry = entries[name]
    if entry.formula is None:
        return Name(name)
    if entry.root and path:
        raise CatalogError(f"Metric '{path[-1]}': its formula names '{name}', which is a root; repeat it there.")
    try:
        tree = parse_formula(entry.formula, 1 if entry.root else entry.scale)
    except FormulaSyntaxError as error:
        raise FormulaSyntaxError(f"Metric '{name}': {error}") from None
    return replace_names(tree, lambda leaf: _expanded(leaf, entries, metrics, (*path, name)))


def _built(name: str, metrics: Mapping[str, AnyMetric], asking: str) -> Expression:
    found = metrics.get(name)
    if found is None:
        raise UnknownReferenceError(f"Metric '{asking}': its formula names '{name}', which is not a metric.")
    if isinstance(found, Formula) and found.root:
        raise CatalogError(f"Metric '{asking}': its formula names '{name}', which is a root; name other metrics.")
    return found.expression if isinstance(found, Formula) else Name(name)


def _check_special(metric: AnyMetric, metrics: Mapping[str, AnyMetric], dimensions: Dimensions) -> None:
    where = f"Metric '{metric.name}'"
    if isinstance(metric, Share | Contribution | Lift):
        require(where, dimensions, [metric.over])
    parts: tuple[str, ...] = ()
    match metric:
        case Share() | Spike() | Cumulative():
            parts = (metric.of,)
        case Contribution() | Lift():
            parts = (metric.part, metric.whole)
        case Trailing() | MonthlyMean() | Offset():
            require(where, metrics, [metric.of])
            if isinstance(metric, Trailing):
                _check_days(metric, metrics)
    require(where, metrics, parts)
    for part in parts:
        if not isinstance(metrics[part], Simple) or metrics[part].additivity is not Additivity.ADDITIVE:
            raise CatalogError(f"{where}: '{part}' must be a sum or a count, since its values are added up.")


def _check_days(metric: Trailing, metrics: Mapping[str, AnyMetric]) -> None:
    """What is added up day by day must be made from sums, counts and extremes alone."""
    for name in leaves_of(metrics[metric.of]):
        if not isinstance(metrics[name], Simple):
            raise CatalogError(
                f"Metric '{metric.name}': '{name}' cannot be put together from days; use sums and counts."
            )
