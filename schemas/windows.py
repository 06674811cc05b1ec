"""Sums over the days that end with a period: the last so many of them, or all since a beginning."""

from datetime import timedelta

import sqlalchemy as sa

from schemas.aggregates import aggregate
from schemas.branches import by_position, grouped, key_column, lasting_conditions, row_filters
from schemas.fields import Aggregate, Since
from schemas.functions import days_after
from schemas.metrics import (
    Cumulative,
    Simple,
    Trailing,
)
from schemas.periods import LAST, known_by_today, other_keys, period_keys, periods
from schemas.plan import Plan, WindowBranch
from schemas.sql_types import Select, Sql, Truth
from schemas.tables import entity_column

_DAY = "row__day"


def window_column(metric: Trailing | Cumulative, leaf: str) -> str:
    """Name the column of a leaf that is added up over a window."""
    return f"{metric.name}__{leaf}"


def window_select(branch: WindowBranch, plan: Plan) -> Select:
    """Add up the days of each period's window; days are added up first, so that no row is read once a period."""
    spine = periods(plan, branch.entity, branch.entity.date)
    days = _daily(branch, plan)
    last = spine.c[LAST]
    inside: list[Truth] = [days.c[_DAY] <= last]
    if isinstance(branch.metric, Trailing):
        inside.append(days.c[_DAY] > days_after(last, -branch.metric.days))
    keys = period_keys(plan, spine, days)
    values = [_again(leaf, days.c[leaf.name]).label(window_column(branch.metric, leaf.name)) for leaf in branch.leaves]
    return by_position(sa.select(*keys, *values).select_from(days.join(spine, sa.and_(*inside))), len(keys))


def _daily(branch: WindowBranch, plan: Plan) -> sa.Subquery:
    entity = branch.entity
    day = entity_column(entity, entity.date)
    leaves = [aggregate(leaf, entity, plan.money).label(leaf.name) for leaf in branch.leaves]
    where = [*row_filters(entity, plan, lasting_conditions(plan)), *_reach(branch, plan, day)]
    keys = [key_column(entity, key).label(key.name) for key in other_keys(plan)]
    source = grouped(entity, (), [*keys, day.label(_DAY), *leaves], where)
    return by_position(source, len(keys) + 1).subquery("days")


def _reach(branch: WindowBranch, plan: Plan, day: Sql) -> list[Truth]:
    """Write the days that any of the windows can hold, so that the engine can skip what lies outside."""
    where = known_by_today(day, plan)
    if plan.dates is None:
        return where
    where.append(day < plan.dates.end)
    if isinstance(branch.metric, Trailing):
        where.append(day > plan.dates.start - timedelta(days=branch.metric.days))
    elif branch.metric.since is Since.RANGE:
        where.append(day >= plan.dates.start)
    return where


def _again(leaf: Simple, value: Sql) -> Sql:
    match leaf.aggregate:
        case Aggregate.MIN:
            return sa.func.min(value)
        case Aggregate.MAX:
            return sa.func.max(value)
    return sa.func.sum(value)
