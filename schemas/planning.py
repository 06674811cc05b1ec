"""Query → Plan: which branches, which keys, which filters. Every refusal happens here; there is no SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import cast

from schemas.datasets import Dataset
from schemas.entities import Dimension
from schemas.errors import IncompatibleFieldsError, InvalidDateRangeError, UnknownFieldError
from schemas.fields import Grain
from schemas.filter_values import Condition, Conditions, is_supported, parse_values
from schemas.metrics import (
    OWN_ENTITY,
    AnyMetric,
    Balance,
    Cohort,
    Cumulative,
    MonthlyMean,
    Simple,
    Snapshot,
    Sole,
    Spike,
    Trailing,
)
from schemas.model import SemanticModel
from schemas.parts import leaves_within, parts_of
from schemas.personal import Showing
from schemas.plan import (
    AggregateBranch,
    BalanceBranch,
    Branch,
    CohortBranch,
    EntityBranch,
    Leaf,
    MeanBranch,
    Plan,
    RepeatedBranch,
    RowLeaf,
    SnapshotBranch,
    SoleBranch,
    SpikeBranch,
    WindowBranch,
)
from schemas.query import Filter, Operator, Query
from schemas.refusals import check_leaving_out_filters, check_metrics, is_too_fine

# Grains that lie within one calendar month.
_WITHIN_MONTH = frozenset({Grain.MONTH, Grain.FISCAL})


def plan_query(model: SemanticModel, query: Query) -> Plan:
    """Decide how a question is answered, or refuse it in words for the reader."""
    dataset = model.dataset(query.dataset)
    _check_fields(dataset, query)
    if query.dates is not None and query.dates.end <= query.dates.start:
        raise InvalidDateRangeError(
            "The date range ends before it starts. Choose a last day that is not before the first.",
            start=query.dates.start.isoformat(),
        )
    metrics = tuple(model.metrics[name] for name in dict.fromkeys(query.metrics))
    conditions, obstacle = _read_filters(model, dataset, query)
    if obstacle:
        check_leaving_out_filters(query, metrics, obstacle)
        conditions = ()
    names = dict.fromkeys(query.dimensions if obstacle is None else query.dimensions + query.filter_only)
    dimensions = [_dimension(model, query, name) for name in names]
    keys = tuple(one for one in dimensions if one.result_of is None)
    labels = tuple(one for one in dimensions if one.result_of is not None)
    hidden = tuple(model.metrics[name] for name in _named_by(labels) if name not in query.metrics)
    check_metrics(model, metrics + hidden, keys, conditions)
    plan = Plan(
        dataset=dataset,
        keys=keys,
        metrics=metrics,
        branches=(),
        conditions=conditions,
        dates=query.dates,
        scope=query.scope,
        money=query.money,
        columns=_columns(query, tuple(names), metrics),
        filters_applied=obstacle is None and bool(query.filters or query.filter_only),
        labels=labels,
        hidden=hidden,
        today=query.today,
        now=query.now,
        definitions=model.metrics,
        entities=model.entities,
    )
    branches = tuple(_branches(model, plan))
    if not branches and (keys or not metrics + hidden):
        # The length of a period is read from no table: its rows are those of the keys.
        branches = tuple(_distinct_keys(model, plan))
    return replace(plan, branches=branches)


def _dimension(model: SemanticModel, query: Query, name: str) -> Dimension:
    """Return a dimension as the workspace's weeks and financial years make it, and as whoever asks is shown it."""
    dimension = model.dimensions[name]
    if dimension.personal is not None and query.scope.personal.showing is not Showing.SHOWN:
        return replace(dimension, shown_as=query.scope.personal)
    if dimension.grain is Grain.WEEK:
        return replace(dimension, shift=query.week_start)
    if dimension.grain is Grain.FISCAL:
        return replace(dimension, shift=(13 - query.fiscal_year_start) % 12)
    return dimension


def _named_by(labels: tuple[Dimension, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.result_of for label in labels if label.result_of is not None))


def _check_fields(dataset: Dataset, query: Query) -> None:
    named = [(name, dataset.dimensions) for name in query.dimensions + query.filter_only]
    named += [(name, dataset.metrics) for name in query.metrics]
    named += [(clause.field, dataset.fields) for group in query.filters for clause in group]
    named += [(name, dataset.fields) for name in query.columns]
    for name, known in named:
        if name not in known:
            raise UnknownFieldError(name, dataset.name, dataset.fields)
    if not query.dimensions and not query.metrics:
        raise IncompatibleFieldsError("The request names no field. Add a dimension or a metric to the chart.")


def _read_filters(model: SemanticModel, dataset: Dataset, query: Query) -> tuple[Conditions, Filter | None]:
    """Type all clauses; also return the first one that cannot be applied, if any."""
    obstacle: Filter | None = None
    groups: list[tuple[Condition, ...]] = []
    for group in query.filters:
        clauses: list[Condition] = []
        for clause in group:
            condition = _condition(model, dataset, query, clause)
            if condition is None:
                obstacle = obstacle or clause
            else:
                clauses.append(condition)
        if clauses:
            groups.append(tuple(clauses))
    return tuple(groups), obstacle


def _condition(model: SemanticModel, dataset: Dataset, query: Query, clause: Filter) -> Condition | None:
    if clause.field not in dataset.dimensions or clause.operator not in Operator.__members__:
        return None
    dimension, operator = _dimension(model, query, clause.field), Operator(clause.operator)
    if dimension.result_of is not None or not is_supported(dimension, operator):
        return None
    return Condition(dimension, operator, parse_values(dimension, operator, clause.values), clause.exclude)


def _branches(model: SemanticModel, plan: Plan) -> Iterator[Branch]:
    """Make a branch for each entity and way of counting, then one for each metric that is computed as a whole."""
    parts = [part for metric in plan.metrics + plan.hidden for part in parts_of(metric, model.metrics)]
    used = [*plan.keys, *(clause.dimension for group in plan.conditions for clause in group)]
    split: dict[str, Leaf] = {}
    repeated: dict[str, Leaf] = {}
    for part, repeats in parts:
        if isinstance(part, OWN_ENTITY):
            entity = model.entities[part.entity]
            lacking = repeats and any(entity.column_of(dimension) is None for dimension in used)
            (repeated if lacking else split)[part.name] = part
    yield from _grouped(model, split.values())
    for branch in _grouped(model, repeated.values()):
        yield _repeated(branch, plan)
    for made in dict.fromkeys(part for part, _ in parts):
        yield from _made(model, plan, made)


def _grouped(model: SemanticModel, leaves: Iterable[Leaf]) -> Iterator[EntityBranch]:
    """Put leaves that read the same rows into one branch."""
    groups: dict[tuple[object, ...], list[Leaf]] = {}
    for leaf in leaves:
        groups.setdefault(_rows_read(leaf), []).append(leaf)
    for members in groups.values():
        entity = model.entities[members[0].entity]
        match members[0]:
            case Snapshot():
                yield SnapshotBranch(entity, cast(tuple[Snapshot, ...], tuple(members)))
            case Sole(last=last, usual=usual) if last or usual:
                yield SoleBranch(entity, cast(tuple[Sole, ...], tuple(members)))
            case Balance():
                yield BalanceBranch(entity, cast(tuple[Balance, ...], tuple(members)))
            case Cohort():
                yield CohortBranch(entity, cast(tuple[Cohort, ...], tuple(members)))
            case _:
                yield AggregateBranch(entity, cast(tuple[RowLeaf, ...], tuple(members)))


def _rows_read(leaf: Leaf) -> tuple[object, ...]:
    match leaf:
        case Snapshot():
            return ("snapshot", leaf.entity)
        case Sole(last=last, usual=usual) if last or usual:
            return ("sole", leaf.entity, last, usual, leaf.same if last else ())
        case Balance():
            return ("balance", leaf.entity, leaf.opens, leaf.closes, leaf.at)
        case Cohort():
            worth = (leaf.value, leaf.original, leaf.currency)
            return ("cohort", leaf.entity, leaf.unit, leaf.opens, leaf.closes, *worth)
    return ("rows", leaf.entity)


def _repeated(branch: EntityBranch, plan: Plan) -> RepeatedBranch:
    entity = branch.entity
    keys = tuple(key for key in plan.keys if entity.column_of(key) is not None)
    conditions = tuple(
        group for group in plan.conditions if all(entity.column_of(clause.dimension) is not None for clause in group)
    )
    return RepeatedBranch(branch, keys, conditions)


def _made(model: SemanticModel, plan: Plan, metric: AnyMetric) -> Iterator[Branch]:
    match metric:
        case Spike():
            of = model.metrics[metric.of]
            if isinstance(of, Simple):
                yield SpikeBranch(model.entities[of.entity], metric, of)
        case Trailing() | Cumulative():
            by_entity: dict[str, dict[str, Simple]] = {}
            for leaf, _ in leaves_within(model.metrics[metric.of], model.metrics):
                if isinstance(leaf, Simple):
                    by_entity.setdefault(leaf.entity, {})[leaf.name] = leaf
            for name, leaves in by_entity.items():
                yield WindowBranch(model.entities[name], tuple(leaves.values()), metric)
        case MonthlyMean():
            yield MeanBranch(metric, _monthly(model, plan, metric))


def _monthly(model: SemanticModel, plan: Plan, metric: MonthlyMean) -> Plan:
    """Ask the same by month; keys of a month or less already tell the months apart."""
    has_months = any(key.grain in _WITHIN_MONTH for key in plan.keys)
    keys = plan.keys if has_months else (*plan.keys, model.dimensions["date_month"])
    monthly = replace(plan, keys=keys, metrics=(model.metrics[metric.of],), hidden=(), labels=(), columns=())
    return replace(monthly, branches=tuple(_branches(model, monthly)))


def _distinct_keys(model: SemanticModel, plan: Plan) -> Iterator[Branch]:
    """Without metrics the answer is every combination of the keys, from each entity that has them all."""
    owners = [
        entity
        for entity in (model.entities[name] for name in plan.dataset.entities)
        if all(entity.column_of(key) is not None for key in plan.keys) and not is_too_fine(entity, plan.keys)
    ]
    if not owners:
        raise IncompatibleFieldsError(
            f"No part of {plan.dataset.label} has all of {', '.join(repr(key.label) for key in plan.keys)}. "
            "Remove one of them.",
            dimension=plan.keys[-1].name,
        )
    used = [clause.dimension for group in plan.conditions for clause in group]
    # Rows that cannot have what is asked for are none of those that do.
    able = [entity for entity in owners if all(entity.column_of(dimension) is not None for dimension in used)]
    if not able:
        lacking = next(dimension for dimension in used if owners[0].column_of(dimension) is None)
        raise IncompatibleFieldsError(
            f"{owners[0].label} cannot be split or filtered by '{lacking.label}'. "
            "Remove the field or the metric from the chart.",
            dimension=lacking.name,
        )
    for entity in able:
        yield AggregateBranch(entity, ())


def _columns(query: Query, dimensions: tuple[str, ...], metrics: tuple[AnyMetric, ...]) -> tuple[str, ...]:
    answered = [*dimensions, *(metric.name for metric in metrics)]
    wanted = [name for name in dict.fromkeys(query.columns) if name in answered]
    if not query.columns:
        filter_only = [name for name in query.filter_only if name not in query.dimensions]
        return tuple([name for name in answered if name not in filter_only] + [n for n in filter_only if n in answered])
    return tuple(wanted + [name for name in answered if name not in wanted])
