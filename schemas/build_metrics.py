"""Turns checked YAML entries into metrics, expands their formulas and cross-checks what they name."""

from collections.abc import Mapping

from schemas.checks import check_id, require
from schemas.entities import Dimension, Entity
from schemas.entries import MetricEntry
from schemas.errors import CatalogError, FormulaSyntaxError, TypeConflictError, UnknownReferenceError
from schemas.fields import Additivity, ColumnType
from schemas.formula import Expression, Name, names_in, parse_formula, replace_names
from schemas.metrics import Aggregate, AnyMetric, Contribution, Formula, Quantile, Share, Simple, Spike

Entities = Mapping[str, Entity]
Dimensions = Mapping[str, Dimension]

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
            metrics[name] = _formula_metric(name, entries, metrics)
    for metric in metrics.values():
        _check_special(metric, metrics, dimensions)
    return {name: metrics[name] for name in entries}


def _plain_metric(name: str, entry: MetricEntry, entities: Entities) -> AnyMetric:
    shared = (name, entry.label, entry.type, entry.good, entry.group, entry.description, entry.block)
    if entry.share:
        return Share(*shared, entry.share.of, entry.share.over)
    if entry.contribution:
        return Contribution(*shared, entry.contribution.part, entry.contribution.whole, entry.contribution.over)
    if entry.spike:
        return Spike(*shared, entry.spike.of, entry.spike.weeks)
    where = f"Metric '{name}'"
    entity_name = entry.entity or ""
    require(where, entities, [entity_name])
    columns = entities[entity_name].columns
    if entry.quantile:
        require(where, columns, [entry.quantile.of])
        return Quantile(*shared, entity_name, entry.quantile.of, entry.quantile.at)
    aggregate = next(kind for kind in Aggregate if getattr(entry, kind) not in (None, False))
    value: str | bool = getattr(entry, aggregate)
    column = value if isinstance(value, str) else None
    require(where, columns, [*entry.where, *([column] if column else [])])
    for name_of_column, values in entry.where.items():
        if not values:
            raise CatalogError(f"{where}: the condition on '{name_of_column}' names no value.")
    if aggregate is Aggregate.SUM and columns[str(column)].type not in _ADDABLE:
        raise TypeConflictError(f"{where}: the column '{column}' cannot be added up; count rows where it is true.")
    return Simple(*shared, entity_name, aggregate, column, tuple(entry.where.items()))


def _formula_metric(name: str, entries: Mapping[str, MetricEntry], metrics: Mapping[str, AnyMetric]) -> Formula:
    entry = entries[name]
    expression = _expanded(name, entries, ())
    leaves = [metrics[leaf] for leaf in names_in(expression)]
    additive = all(leaf.additivity is Additivity.ADDITIVE for leaf in leaves)
    return Formula(
        name,
        entry.label,
        entry.type,
        entry.good,
        entry.group,
        entry.description,
        entry.block,
        expression,
        Additivity.FORMULA if additive else Additivity.NON_ADDITIVE,
    )


def _expanded(name: str, entries: Mapping[str, MetricEntry], path: tuple[str, ...]) -> Expression:
    if name in path:
        raise CatalogError(f"Metric '{name}': its formula leads back to itself ({' → '.join((*path, name))}).")
    if name not in entries:
        raise UnknownReferenceError(f"Metric '{path[-1]}': its formula names '{name}', which is not a metric.")
    entry = entries[name]
    if entry.formula is None:
        return Name(name)
    try:
        tree = parse_formula(entry.formula, entry.scale)
    except FormulaSyntaxError as error:
        raise FormulaSyntaxError(f"Metric '{name}': {error}") from None
    return replace_names(tree, lambda leaf: _expanded(leaf, entries, (*path, name)))


def _check_special(metric: AnyMetric, metrics: Mapping[str, AnyMetric], dimensions: Dimensions) -> None:
    where = f"Metric '{metric.name}'"
    parts: tuple[str, ...] = ()
    if isinstance(metric, Share | Contribution):
        require(where, dimensions, [metric.over])
        parts = (metric.of,) if isinstance(metric, Share) else (metric.part, metric.whole)
    elif isinstance(metric, Spike):
        parts = (metric.of,)
    require(where, metrics, parts)
    for part in parts:
        if not isinstance(metrics[part], Simple) or metrics[part].additivity is not Additivity.ADDITIVE:
            raise CatalogError(f"{where}: '{part}' must be a sum or a count, since its values are added up.")
