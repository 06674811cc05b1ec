"""Query → Plan: which branches, which keys, which filters. Every refusal happens here; there is no SQL."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.datasets import Dataset
from schemas.entities import Dimension, Entity
from schemas.errors import IncompatibleFieldsError, InvalidDateRangeError, UnknownFieldError, UnsupportedFilterError
from schemas.fields import Additivity
from schemas.filter_values import PATTERN_OPERATORS, Condition, Conditions, is_supported, parse_values
from schemas.metrics import AnyMetric, Contribution, Quantile, Simple, Spike, leaves_of
from schemas.model import SemanticModel
from schemas.query import DateRange, Filter, Money, Operator, Query, Scope

# What Looker Studio adds up itself, so that it may also filter the rows itself.
_SURVIVES_REGROUPING = frozenset({Additivity.ADDITIVE, Additivity.EXTREMAL, Additivity.FORMULA})


@dataclass(frozen=True)
class AggregateBranch:
    """One entity grouped by the keys; without leaves it yields the distinct keys."""

    entity: Entity
    leaves: tuple[Simple | Quantile, ...]


@dataclass(frozen=True)
class SpikeBranch:
    """Days of one entity compared with the same weekday of earlier weeks."""

    entity: Entity
    metric: Spike
    of: Simple


Branch = AggregateBranch | SpikeBranch


@dataclass(frozen=True)
class Plan:
    """Everything that the SQL will say, decided and checked."""

    dataset: Dataset
    keys: tuple[Dimension, ...]
    metrics: tuple[AnyMetric, ...]
    branches: tuple[Branch, ...]
    conditions: Conditions
    dates: DateRange | None
    scope: Scope
    money: Money
    columns: tuple[str, ...]
    filters_applied: bool

    def __str__(self) -> str:
        """Print what will be asked, one decision a line."""
        lines = [f"{self.dataset.name} by {', '.join(key.name for key in self.keys) or 'nothing'}"]
        for branch in self.branches:
            leaves = (branch.metric,) if isinstance(branch, SpikeBranch) else branch.leaves
            kind = type(branch).__name__.removesuffix("Branch").lower()
            lines.append(f"{kind} {branch.entity.name}: {', '.join(leaf.name for leaf in leaves) or 'distinct keys'}")
        for group in self.conditions:
            lines.append("only " + " or ".join(str(clause) for clause in group))
        if self.dates is not None:
            lines.append(f"from {self.dates.start} to before {self.dates.end}")
        return "\n".join([*lines, f"for {len(self.scope.client_account_ids)} client accounts"])

    @property
    def patterns(self) -> tuple[str, ...]:
        """List the regular expressions of the filters; they must be tried before the statement runs."""
        clauses = (clause for group in self.conditions for clause in group)
        return tuple(
            dict.fromkeys(
                str(value) for clause in clauses if clause.operator in PATTERN_OPERATORS for value in clause.values
            )
        )


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
        _check_leaving_out_filters(query, metrics, obstacle)
    applied = obstacle is None and bool(query.filters or query.filter_only)
    dimensions = query.dimensions if obstacle is None else query.dimensions + query.filter_only
    keys = tuple(model.dimensions[name] for name in dict.fromkeys(dimensions))
    plan = Plan(
        dataset=dataset,
        keys=keys,
        metrics=metrics,
        branches=tuple(_branches(model, _owners(model, dataset, keys), metrics)),
        conditions=conditions if obstacle is None else (),
        dates=query.dates,
        scope=query.scope,
        money=query.money,
        columns=_columns(query, keys, metrics),
        filters_applied=applied,
    )
    _check_combinations(plan)
    return plan


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
            condition = _condition(model, dataset, clause)
            if condition is None:
                obstacle = obstacle or clause
            else:
                clauses.append(condition)
        if clauses:
            groups.append(tuple(clauses))
    return tuple(groups), obstacle


def _condition(model: SemanticModel, dataset: Dataset, clause: Filter) -> Condition | None:
    if clause.field not in dataset.dimensions or clause.operator not in Operator.__members__:
        return None
    dimension, operator = model.dimensions[clause.field], Operator(clause.operator)
    if not is_supported(dimension, operator):
        return None
    return Condition(dimension, operator, parse_values(dimension, operator, clause.values), clause.exclude)


def _check_leaving_out_filters(query: Query, metrics: tuple[AnyMetric, ...], obstacle: Filter) -> None:
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


def _branches(model: SemanticModel, owners: tuple[str, ...], metrics: tuple[AnyMetric, ...]) -> Iterator[Branch]:
    """Make a branch for each entity that is measured; without metrics, for each owner of the dimensions."""
    leaves = dict.fromkeys(leaf for metric in metrics for leaf in leaves_of(metric))
    by_entity: dict[str, list[Simple | Quantile]] = {} if metrics else {name: [] for name in owners}
    for name in leaves:
        leaf = model.metrics[name]
        if isinstance(leaf, Simple | Quantile):
            by_entity.setdefault(leaf.entity, []).append(leaf)
    for entity, members in by_entity.items():
        yield AggregateBranch(model.entities[entity], tuple(members))
    for metric in metrics:
        if isinstance(metric, Spike):
            of = model.metrics[metric.of]
            if isinstance(of, Simple):
                yield SpikeBranch(model.entities[of.entity], metric, of)


def _owners(model: SemanticModel, dataset: Dataset, keys: tuple[Dimension, ...]) -> tuple[str, ...]:
    owners = tuple(
        name for name in dataset.entities if all(model.entities[name].column_of(key) is not None for key in keys)
    )
    if not owners:
        raise IncompatibleFieldsError(
            f"No part of {dataset.label} has all of {', '.join(repr(key.label) for key in keys)}. Remove one of them."
        )
    return owners


def _columns(query: Query, keys: tuple[Dimension, ...], metrics: tuple[AnyMetric, ...]) -> tuple[str, ...]:
    answered = [key.name for key in keys] + [metric.name for metric in metrics]
    wanted = [name for name in dict.fromkeys(query.columns) if name in answered]
    if not query.columns:
        filter_only = [name for name in query.filter_only if name not in query.dimensions]
        return tuple([name for name in answered if name not in filter_only] + [n for n in filter_only if n in answered])
    return tuple(wanted + [name for name in answered if name not in wanted])


def _check_combinations(plan: Plan) -> None:
    used = [*plan.keys, *(clause.dimension for group in plan.conditions for clause in group)]
    for branch in plan.branches:
        first = branch.metric if isinstance(branch, SpikeBranch) else next(iter(branch.leaves), None)
        for dimension in used:
            if branch.entity.column_of(dimension) is None:
                raise IncompatibleFieldsError(
                    f"{first.label if first else branch.entity.label} cannot be split or filtered by "
                    f"'{dimension.label}'. Remove the field or the metric from the chart.",
                    dimension=dimension.name,
                )
    names = {key.name for key in plan.keys}
    for metric in plan.metrics:
        if isinstance(metric, Contribution) and metric.over not in names:
            raise IncompatibleFieldsError(
                f"{metric.label} is a value of each '{metric.over}'. Add that field to the chart.",
                metric=metric.name,
                dimension=metric.over,
            )
        if isinstance(metric, Spike):
            _check_spike(plan, metric, names)


def _check_spike(plan: Plan, metric: Spike, names: set[str]) -> None:
    if "date_day" not in names:
        raise IncompatibleFieldsError(
            f"{metric.label} is a value of each day. Add the field 'date_day' to the chart.",
            metric=metric.name,
            dimension="date_day",
        )
    for key in plan.keys:
        if key.is_time and key.grain is None:
            raise IncompatibleFieldsError(
                f"{metric.label} compares whole days, so it cannot be split by '{key.label}'. Remove that field.",
                metric=metric.name,
                dimension=key.name,
            )
    for group in plan.conditions:
        if len({clause.dimension.is_time for clause in group}) > 1:
            raise UnsupportedFilterError(
                f"{metric.label} cannot be filtered by '{group[0].dimension.label}' OR a date. "
                "Make them two filters, or leave the metric out.",
                field=group[0].dimension.name,
            )
