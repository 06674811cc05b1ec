"""The periods of a request: one row for each bucket of its date fields, with its first and last day.

They come from the calendar, clipped to the range, to filters on the day and to today. Without date fields the whole
range is one period; without a range it begins with the entity's first day.
"""

from datetime import timedelta

import sqlalchemy as sa

from schemas.branches import by_position, day_conditions, scope_filters, written
from schemas.entities import Dimension, Entity
from schemas.fields import Grain
from schemas.functions import Call, EngineFunction, bucket, days_after, days_between, whole
from schemas.plan import Plan
from schemas.sql_types import BIGINT, DAY, Labelled, Select, Sql, Truth
from schemas.tables import calendar_day, calendar_table, entity_column, entity_table

FIRST, LAST = "period__first", "period__last"

_MONTHS = {Grain.MONTH: 1, Grain.FISCAL: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def date_keys(plan: Plan) -> tuple[Dimension, ...]:
    """Return the keys that are buckets of the calendar."""
    return tuple(key for key in plan.keys if key.grain is not None)


def other_keys(plan: Plan) -> tuple[Dimension, ...]:
    """Return the keys that are attributes of rows."""
    return tuple(key for key in plan.keys if key.grain is None)


def periods(plan: Plan, entity: Entity, first_day: str) -> sa.Subquery:
    """Write the periods; `first_day` is the column that a history without a range begins with."""
    day = calendar_day()
    buckets = [bucket(day, key.grain, key.shift).label(key.name) for key in date_keys(plan) if key.grain is not None]
    edges = [sa.func.min(day).label(FIRST), sa.func.max(day).label(LAST)]
    where = [*_within(plan, entity, first_day, day), *written(day_conditions(plan), lambda _: day)]
    return by_position(sa.select(*buckets, *edges).select_from(calendar_table()).where(*where), len(buckets)).subquery(
        "periods"
    )


def _within(plan: Plan, entity: Entity, first_day: str, day: Sql) -> list[Truth]:
    limits = [] if plan.today is None else [day <= plan.today]
    if plan.dates is not None:
        return [day >= plan.dates.start, day < plan.dates.end, *limits]
    if not limits:
        limits = [day <= _edge(plan, entity, sa.func.max(entity_column(entity, first_day), type_=DAY))]
    return [day >= _edge(plan, entity, sa.func.min(entity_column(entity, first_day), type_=DAY)), *limits]


def _edge(plan: Plan, entity: Entity, edge: Sql) -> sa.ScalarSelect[object]:
    select: Select = sa.select(edge).select_from(entity_table(entity)).where(*scope_filters(entity, plan))
    return select.scalar_subquery()


def period_keys(plan: Plan, spine: sa.Subquery, rows: sa.Subquery) -> list[Labelled]:
    """Take the date keys from the periods and the others from the rows."""
    return [(spine if key.grain is not None else rows).c[key.name].label(key.name) for key in plan.keys]


def known_by_today(day: Sql, plan: Plan) -> list[Truth]:
    """Leave out what is dated after today."""
    return [] if plan.today is None else [day <= plan.today]


def period_length(plan: Plan, values: dict[str, Sql]) -> Sql:
    """Count the days of a row's period, clipped to the range and to today; NULL if it has no edges."""
    firsts = [values[key.name] for key in date_keys(plan)]
    ends = [_bucket_end(values[key.name], key) for key in date_keys(plan)]
    if plan.dates is not None:
        firsts.append(sa.bindparam(None, plan.dates.start, DAY))
        ends.append(sa.bindparam(None, plan.dates.end, DAY))
    if not firsts:
        return sa.cast(sa.null(), BIGINT)
    if plan.today is not None:
        ends.append(sa.bindparam(None, plan.today + timedelta(days=1), DAY))
    first, end = (_extreme(function, days) for function, days in (("greatest", firsts), ("least", ends)))
    return sa.case((first < end, days_between(first, end)))


def _bucket_end(first: Sql, key: Dimension) -> Sql:
    """Write the first day after a bucket."""
    if key.grain in _MONTHS:
        return sa.cast(Call(EngineFunction.MONTHS_AFTER, DAY, first, whole(_MONTHS[key.grain])), DAY)
    return days_after(first, 7 if key.grain is Grain.WEEK else 1)


def _extreme(function: str, days: list[Sql]) -> Sql:
    return days[0] if len(days) == 1 else getattr(sa.func, function)(*days, type_=DAY)
