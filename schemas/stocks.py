"""Stocks: what there is on one day of a period, from daily snapshots or from rows that are open on that day."""

import sqlalchemy as sa

from schemas.aggregates import aggregate, filtered, is_count, served_column
from schemas.branches import (
    by_position,
    day_conditions,
    day_filters,
    grouped,
    key_column,
    lasting_conditions,
    row_filters,
)
from schemas.entities import Entity
from schemas.fields import At
from schemas.functions import days_after, days_between, number, whole
from schemas.metrics import (
    Balance,
)
from schemas.periods import FIRST, LAST, date_keys, known_by_today, other_keys, period_keys, periods
from schemas.plan import BalanceBranch, Plan, SnapshotBranch
from schemas.sql_types import DOUBLE, Labelled, Select, Sql, Truth
from schemas.tables import entity_column, entity_table

DAYS_OF_MONTH = 365.25 / 12

_CLIENT, _DAY = "last__client", "last__day"
_OPENS, _CLOSES = "row__opens", "row__closes"


def snapshot_select(branch: SnapshotBranch, plan: Plan) -> Select:
    """Group the rows of the last snapshot day that each client account has in the period."""
    entity = branch.entity
    last = _last_days(entity, plan)
    same_client = entity_column(entity, "client_account_id") == last.c[_CLIENT]
    same_day = entity_column(entity, entity.date) == last.c[_DAY]
    leaves: list[Labelled] = []
    for leaf in branch.leaves:
        value = aggregate(leaf, entity, plan.money)
        if is_count(leaf) and not plan.keys:
            value = sa.case((sa.func.count() > whole(0), value))  # no rows at all: nothing is known
        leaves.append(value.label(leaf.name))
    where = [*row_filters(entity, plan, plan.conditions), *day_filters(entity, plan)]
    return grouped(entity, plan.keys, leaves, where, entity_table(entity).join(last, sa.and_(same_client, same_day)))


def _last_days(entity: Entity, plan: Plan) -> sa.Subquery:
    """Write the last snapshot day of each client account and period, whatever else the request filters."""
    client, day = entity_column(entity, "client_account_id"), entity_column(entity, entity.date)
    buckets = [key_column(entity, key).label(key.name) for key in date_keys(plan)]
    where = [
        *row_filters(entity, plan, day_conditions(plan)),
        *day_filters(entity, plan),
        *known_by_today(day, plan),
    ]
    columns = [client.label(_CLIENT), *buckets, sa.func.max(day).label(_DAY)]
    return by_position(sa.select(*columns).select_from(entity_table(entity)).where(*where), 1 + len(buckets)).subquery(
        "last_days"
    )


def balance_select(branch: BalanceBranch, plan: Plan) -> Select:
    """Count or add up the rows that are open on the last day of each period, or on the day before it."""
    entity, first = branch.entity, branch.leaves[0]
    spine = periods(plan, entity, first.opens)
    day = spine.c[LAST] if first.at is At.CLOSING else days_after(spine.c[FIRST], -1)
    values = [_row_value(leaf, entity, plan).label(leaf.name) for leaf in branch.leaves]
    rows = spans(entity, plan, first.opens, first.closes, values)
    joined = rows.join(spine, sa.and_(opened_by(rows, day), not_closed_by(rows, day)))
    keys = period_keys(plan, spine, rows)
    leaves = [_total(leaf, rows.c[leaf.name], day).label(leaf.name) for leaf in branch.leaves]
    return by_position(sa.select(*keys, *leaves).select_from(joined), len(keys))


def spans(entity: Entity, plan: Plan, opens: str, closes: str, values: list[Labelled]) -> sa.Subquery:
    """Write the rows that are open on some day of the range or the day before it, with their keys and values."""
    opened, closed = entity_column(entity, opens), entity_column(entity, closes)
    # A row without an end is open for good; a day beyond the calendar keeps the join a plain comparison.
    end = sa.func.coalesce(closed, sa.cast(sa.literal_column("'9999-12-31'"), opened.type), type_=opened.type)
    where: list[Truth] = row_filters(entity, plan, lasting_conditions(plan))
    if plan.dates is not None:
        where += [opened < plan.dates.end, sa.or_(closed.is_(None), closed >= plan.dates.start)]
    keys = [key_column(entity, key).label(key.name) for key in other_keys(plan)]
    columns = [*keys, opened.label(_OPENS), end.label(_CLOSES), *values]
    return sa.select(*columns).select_from(entity_table(entity)).where(*where).subquery("spans")


def opened_by(rows: sa.Subquery, day: Sql) -> Truth:
    """Say whether a span has begun by a day."""
    return rows.c[_OPENS] <= day


def not_closed_by(rows: sa.Subquery, day: Sql) -> Truth:
    """Say whether a span still runs after a day began."""
    return rows.c[_CLOSES] > day


def closing(rows: sa.Subquery) -> Sql:
    """Name the first day that a span no longer runs."""
    return rows.c[_CLOSES]


def _row_value(leaf: Balance, entity: Entity, plan: Plan) -> Sql:
    if leaf.age_of is not None:
        return filtered(leaf, entity, entity_column(entity, leaf.age_of))
    return filtered(leaf, entity, whole(1) if leaf.column is None else served_column(leaf, entity, plan.money))


def _total(leaf: Balance, value: Sql, day: Sql) -> Sql:
    if leaf.age_of is not None:
        return sa.cast(sa.func.sum(days_between(value, day)), DOUBLE) / number(DAYS_OF_MONTH)
    return sa.func.count(value) if is_count(leaf) else sa.func.sum(value)
