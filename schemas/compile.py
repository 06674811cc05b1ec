"""Plan → Select → text. Branches are folded with UNION ALL and MAX if there is more than one."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect

from schemas.answer import Answer
from schemas.branches import branch_select, by_position
from schemas.cohorts import cohort_select
from schemas.comparison_select import comparison_select, comparison_types
from schemas.comparisons import Comparison, asks_comparison, plan_comparison
from schemas.dialects import DuckDBDialect
from schemas.fields import OutputType
from schemas.fold import fold
from schemas.functions import whole
from schemas.known import fills_zeros, known_columns
from schemas.model import SemanticModel
from schemas.plan import (
    AggregateBranch,
    BalanceBranch,
    Branch,
    CohortBranch,
    MeanBranch,
    Plan,
    RepeatedBranch,
    SnapshotBranch,
    SoleBranch,
    SpikeBranch,
    WindowBranch,
)
from schemas.planning import plan_query
from schemas.query import Query
from schemas.render import render
from schemas.rollups import NO_ROLLUPS, Rollups
from schemas.soles import sole_select
from schemas.spike import spike_select
from schemas.sql_types import DOUBLE, Select
from schemas.stocks import balance_select, snapshot_select
from schemas.windows import window_select

_DUCKDB = DuckDBDialect()  # one for all questions: it remembers how types are written, which saves a sixth of compiling


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


def compile_query(
    model: SemanticModel, query: Query, dialect: DefaultDialect | None = None, rollups: Rollups = NO_ROLLUPS
) -> Compiled:
    """Plan, build and render, for DuckDB unless another engine's dialect is given; rollups are read where they fit."""
    if asks_comparison(model, query):
        return _compile_comparison(plan_comparison(model, query), dialect or _DUCKDB)
    plan = replace(plan_query(model, query), rollups=rollups)
    sql, parameters = render(build_select(plan), dialect or _DUCKDB)
    return Compiled(sql, parameters, output_columns(plan), plan.filters_applied, plan.patterns, plan)


def without_rollups(compiled: Compiled) -> Compiled:
    """Write a question that reads rollups over the entities themselves, for DuckDB."""
    plan = replace(compiled.plan, rollups=NO_ROLLUPS)
    sql, parameters = render(build_select(plan), _DUCKDB)
    return replace(compiled, sql=sql, parameters=parameters, plan=plan)


def _compile_comparison(comparison: Comparison, dialect: DefaultDialect) -> Compiled:
    sql, parameters = render(comparison_select(comparison, _grouped), dialect)
    types = comparison_types(comparison)
    columns = tuple(OutputColumn(name, types[name]) for name in comparison.columns)
    return Compiled(sql, parameters, columns, comparison.now.filters_applied, comparison.now.patterns, comparison.now)


def output_columns(plan: Plan) -> tuple[OutputColumn, ...]:
    """Name and type the columns of the answer."""
    answer = Answer(plan, None)
    return tuple(OutputColumn(name, answer.output_type(name)) for name in plan.columns)


def build_select(plan: Plan) -> Select:
    """Write the statement: grouped branches, their fold, then formulas and formats."""
    grouped = _grouped(plan)
    answer = Answer(plan, grouped)
    columns = [answer.column(name).label(name) for name in plan.columns]
    order = [grouped.c[key.name].asc().nulls_last() for key in plan.keys]
    return sa.select(*columns).select_from(grouped).order_by(*order)


def _grouped(plan: Plan) -> sa.Subquery:
    parts = [_select(branch, plan) for branch in plan.branches]
    if not parts:
        return sa.select(whole(1).label("one_row")).subquery("grouped")
    alone = len(parts) == 1 and not isinstance(plan.branches[0], RepeatedBranch)
    rows = parts[0] if alone else fold(plan, parts)
    return (rows.add_columns(*known_columns(plan)) if fills_zeros(plan) else rows).subquery("grouped")


def _select(branch: Branch, plan: Plan) -> Select:
    match branch:
        case AggregateBranch():
            return branch_select(branch, plan)
        case SoleBranch():
            return sole_select(branch, plan)
        case SnapshotBranch():
            return snapshot_select(branch, plan)
        case BalanceBranch():
            return balance_select(branch, plan)
        case CohortBranch():
            return cohort_select(branch, plan)
        case WindowBranch():
            return window_select(branch, plan)
        case SpikeBranch():
            return spike_select(branch, plan)
        case MeanBranch():
            return _mean(branch, plan)
        case RepeatedBranch():
            return _select(branch.branch, replace(plan, keys=branch.keys, conditions=branch.conditions))


def _mean(branch: MeanBranch, plan: Plan) -> Select:
    """Average the months' finished values, whose own question is answered inside."""
    grouped = _grouped(branch.monthly)
    value = Answer(branch.monthly, grouped).number(branch.monthly.metrics[0])
    keys = [grouped.c[key.name] for key in plan.keys]
    months = sa.select(*keys, value.label(branch.metric.name)).select_from(grouped).subquery("months")
    columns = [months.c[key.name] for key in plan.keys]
    monthly = months.c[branch.metric.name]
    mean = sa.func.sum(monthly, type_=DOUBLE) / sa.func.nullif(sa.func.count(monthly), whole(0))
    return by_position(sa.select(*columns, mean.label(branch.metric.name)), len(columns))
