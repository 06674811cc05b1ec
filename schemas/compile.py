"""Plan → Select → text. Branches are folded with UNION ALL and MAX if there is more than one."""

from dataclasses import dataclass

import sqlalchemy as sa

from schemas.aggregates import Leaf, is_whole, worth
from schemas.branches import branch_select
from schemas.dialects import DuckDBDialect
from schemas.entities import Dimension, Entity
from schemas.fields import FieldType, Grain, OutputType
from schemas.formula import render_sql
from schemas.functions import decimal_text, wire_text
from schemas.metrics import AnyMetric, Contribution, Formula, Quantile, Share, Simple, Spike
from schemas.model import SemanticModel
from schemas.plan import AggregateBranch, Branch, Plan, SpikeBranch, plan_query
from schemas.query import Query
from schemas.render import render
from schemas.shares import contribution_value, share_value
from schemas.spike import spike_select
from schemas.sql_types import BIGINT, DAY, DOUBLE, Select, Sql, SqlType
from schemas.tables import SCHEMA

_LABELLED = frozenset({Grain.WEEK, Grain.QUARTER})  # their text is a label of the calendar


@dataclass(frozen=True)
class OutputColumn:
    """A column of the answer: a field id and one of four types."""

    name: str
    type: OutputType


@dataclass(frozen=True)
class Compiled:
    """A statement ready for the native cursor; `patterns` are to be tried before it runs."""

    sql: str
    parameters: tuple[object, ...]
    columns: tuple[OutputColumn, ...]
    filters_applied: bool
    patterns: tuple[str, ...]
    plan: Plan


def compile_query(model: SemanticModel, query: Query) -> Compiled:
    """Plan, build and render for DuckDB."""
    plan = plan_query(model, query)
    sql, parameters = render(build_select(plan), DuckDBDialect())
    return Compiled(sql, parameters, output_columns(plan), plan.filters_applied, plan.patterns, plan)


def output_columns(plan: Plan) -> tuple[OutputColumn, ...]:
    """Name and type the columns of the answer."""
    types = {key.name: _dimension_type(key) for key in plan.keys}
    types |= {metric.name: _metric_type(metric, plan) for metric in plan.metrics}
    return tuple(OutputColumn(name, types[name]) for name in plan.columns)


def build_select(plan: Plan) -> Select:
    """Write the statement: grouped branches, their fold, then formulas and formats."""
    parts = [_select(branch, plan) for branch in plan.branches]
    answer = _Answer(plan, (parts[0] if len(parts) == 1 else _fold(plan, parts)).subquery("grouped"))
    columns = [answer.column(name).label(name) for name in plan.columns]
    order = [answer.grouped.c[key.name].asc().nulls_last() for key in plan.keys]
    return sa.select(*columns).select_from(answer.source()).order_by(*order)


def _select(branch: Branch, plan: Plan) -> Select:
    return spike_select(branch, plan) if isinstance(branch, SpikeBranch) else branch_select(branch, plan)


def _values_of(branch: Branch) -> dict[str, SqlType]:
    if isinstance(branch, SpikeBranch):
        return {branch.metric.name: DOUBLE}
    return {leaf.name: BIGINT if is_whole(leaf, branch.entity) else DOUBLE for leaf in branch.leaves}


def _fold(plan: Plan, parts: list[Select]) -> Select:
    """Stack the branches with NULL for what each lacks; MAX is safe, since a key has one row a branch."""
    offered = [_values_of(branch) for branch in plan.branches]
    types = {name: type_ for values in offered for name, type_ in values.items()}
    stacked = []
    for part, values in zip(parts, offered, strict=True):
        inner = part.subquery()
        keys = [inner.c[key.name] for key in plan.keys]
        stacked.append(
            sa.select(
                *keys,
                *(
                    sa.cast(inner.c[name] if name in values else sa.null(), type_).label(name)
                    for name, type_ in types.items()
                ),
            )
        )
    union = sa.union_all(*stacked).subquery("stacked")
    keys = [union.c[key.name] for key in plan.keys]
    folded = sa.select(*keys, *(sa.func.max(union.c[name]).label(name) for name in types))
    return folded.group_by(*keys) if keys else folded


class _Answer:
    """The columns of the answer over the grouped rows."""

    def __init__(self, plan: Plan, grouped: sa.Subquery):
        self.plan = plan
        self.grouped = grouped
        self.keys: dict[str, Dimension] = {key.name: key for key in plan.keys}
        self.metrics: dict[str, AnyMetric] = {metric.name: metric for metric in plan.metrics}
        self.leaves: dict[str, tuple[Leaf, Entity]] = {
            leaf.name: (leaf, branch.entity)
            for branch in plan.branches
            if isinstance(branch, AggregateBranch)
            for leaf in branch.leaves
        }
        self.calendars = {
            key.name: sa.table(
                "calendar", sa.column("date_day", DAY), sa.column(f"{key.grain}_label"), schema=SCHEMA
            ).alias(f"{key.grain}_calendar")
            for key in plan.keys
            if key.grain in _LABELLED
        }

    def source(self) -> sa.FromClause:
        """Join the calendar where a label is needed: after grouping, so a few rows only."""
        source: sa.FromClause = self.grouped
        for name, calendar in self.calendars.items():
            source = source.outerjoin(calendar, calendar.c.date_day == self.grouped.c[name])
        return source

    def column(self, name: str) -> Sql:
        """Write one column of the answer."""
        return self._dimension(self.keys[name]) if name in self.keys else self._metric(self.metrics[name])

    def _dimension(self, key: Dimension) -> Sql:
        if key.name in self.calendars:
            return self.calendars[key.name].c[f"{key.grain}_label"]
        return wire_text(self.grouped.c[key.name], key.type)

    def _metric(self, metric: AnyMetric) -> Sql:
        if isinstance(metric, Simple) and _metric_type(metric, self.plan) is OutputType.BIGINT:
            return sa.cast(self._leaf(metric.name), BIGINT)
        value = self._number(metric)
        return decimal_text(value) if metric.type is FieldType.DURATION else value

    def _number(self, metric: AnyMetric) -> Sql:
        keys: dict[str, Sql] = {name: self.grouped.c[name] for name in self.keys}
        match metric:
            case Formula():
                return render_sql(metric.expression, self._double)
            case Share():
                return share_value(metric, self._double, keys)
            case Contribution():
                return contribution_value(metric, self._double, keys)
            case Spike():
                return self.grouped.c[metric.name]
            case Simple() | Quantile():
                return self._double(metric.name)

    def _leaf(self, name: str) -> Sql:
        leaf, entity = self.leaves[name]
        folded = len(self.plan.branches) > 1
        return worth(leaf, entity, self.grouped.c[name], folded=folded, money=self.plan.money)

    def _double(self, name: str) -> Sql:
        leaf, entity = self.leaves[name]
        value = self._leaf(name)
        # A whole divisor would be wrapped into DECIMAL(18,3), which cuts decimals.
        return sa.cast(value, DOUBLE) if is_whole(leaf, entity) else sa.type_coerce(value, DOUBLE)


def _dimension_type(key: Dimension) -> OutputType:
    match key.type:
        case FieldType.BOOLEAN:
            return OutputType.BOOLEAN
        case FieldType.NUMBER:
            return OutputType.DOUBLE
    return OutputType.VARCHAR


def _metric_type(metric: AnyMetric, plan: Plan) -> OutputType:
    if metric.type is FieldType.DURATION:
        return OutputType.VARCHAR
    whole = (
        is_whole(leaf, branch.entity)
        for branch in plan.branches
        if isinstance(branch, AggregateBranch)
        for leaf in branch.leaves
        if leaf.name == metric.name
    )
    return OutputType.BIGINT if isinstance(metric, Simple) and next(whole, False) else OutputType.DOUBLE
