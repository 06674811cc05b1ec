"""The spike branch: each day against the same weekday of the weeks before.

Days without rows count as zero, but not days before the first row in scope: no history is not a quiet day.
Days and their history are stacked and folded, as branches are, since no engine agrees with another on outer joins.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from schemas.aggregates import aggregate
from schemas.branches import day_filters, grouped, lasting_conditions, row_filters, scope_filters
from schemas.functions import Call, EngineFunction, bucket
from schemas.plan import Plan, SpikeBranch
from schemas.sql_types import BIGINT, DAY, DOUBLE, Select, Sql
from schemas.tables import entity_column, entity_table

_COUNT, _EARLIER, _WEEK = "day_count", "earlier_count", "week_number"
_ZERO: Sql = sa.literal_column("0")
_NOTHING: Sql = sa.cast(sa.null(), BIGINT)


def spike_select(branch: SpikeBranch, plan: Plan) -> Select:
    """Score every day of the range with (value - median) ÷ median absolute deviation."""
    compared = _compared(branch, plan)
    keys = [compared.c[key.name] for key in plan.keys]
    distance = sa.func.abs(compared.c.known - compared.c.middle, type_=DOUBLE)
    spread = _median(distance, keys)
    spreads = sa.select(*keys, compared.c[_COUNT], compared.c.middle, spread.label("spread")).subquery("spreads")
    keys = [spreads.c[key.name] for key in plan.keys]
    # All rows of a day say the same; MAX takes one of them.
    count, middle, width = (sa.func.max(spreads.c[name], type_=DOUBLE) for name in (_COUNT, "middle", "spread"))
    score = (sa.cast(count, DOUBLE) - middle) / sa.func.nullif(width, _ZERO, type_=DOUBLE)
    return sa.select(*keys, score.label(branch.metric.name)).group_by(*keys)


def _compared(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    """Write a row for each day and earlier week: the day's count, the earlier one and the median of these."""
    slots, beginning = _slots(branch, plan), _beginning(branch, plan)
    keys = [slots.c[key.name] for key in plan.keys]
    earlier = Call(EngineFunction.WEEKS_BEFORE, DAY, slots.c.date_day, slots.c[_WEEK])
    counted = sa.cast(sa.func.coalesce(slots.c[_EARLIER], _ZERO), DOUBLE)
    known = sa.case((earlier >= beginning.c.first_day, counted))
    columns = [slots.c[_COUNT], known.label("known"), _median(known, keys).label("middle")]
    return sa.select(*keys, *columns).select_from(slots.join(beginning, sa.true())).subquery("compared")


def _slots(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    """Stack the days and their history, moved to the days that it is compared with, and fold them."""
    observed, history, weeks = _observed(branch, plan), _history(branch, plan), _weeks(branch)
    week = weeks.c[_WEEK]
    days = sa.select(
        *(observed.c[key.name] for key in plan.keys), week, observed.c[_COUNT], _NOTHING.label(_EARLIER)
    ).select_from(observed.join(weeks, sa.true()))
    later = Call(EngineFunction.WEEKS_BEFORE, DAY, history.c.date_day, -week)
    moved = [
        (history.c[key.name] if key.grain is None else bucket(later, key.grain, key.shift)).label(key.name)
        for key in plan.keys
    ]
    past = sa.select(*moved, week, _NOTHING.label(_COUNT), history.c[_COUNT].label(_EARLIER)).select_from(
        history.join(weeks, sa.true())
    )
    stacked = sa.union_all(days, past).subquery("stacked")
    keys = [*(stacked.c[key.name] for key in plan.keys), stacked.c[_WEEK]]
    counts = [sa.func.max(stacked.c[name]).label(name) for name in (_COUNT, _EARLIER)]
    asked_for = sa.func.max(stacked.c[_COUNT]).is_not(None)
    return sa.select(*keys, *counts).group_by(*keys).having(asked_for).subquery("slots")


def _median(value: Sql, keys: Sequence[Sql]) -> Sql:
    return sa.over(Call(EngineFunction.MEDIAN_OVER, DOUBLE, value), partition_by=keys)


def _observed(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    count = aggregate(branch.of, branch.entity, plan.money).label(_COUNT)
    where = [*row_filters(branch.entity, plan, plan.conditions), *day_filters(branch.entity, plan)]
    return grouped(branch.entity, plan.keys, [count], where).subquery("observed")


def _history(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    """Count the days before the range too; filters on time would cut them off, so they stay out."""
    keys = tuple(key for key in plan.keys if key.name == "date_day" or not key.is_time)
    count = aggregate(branch.of, branch.entity, plan.money).label(_COUNT)
    days = day_filters(branch.entity, plan, days_before=7 * branch.metric.weeks)
    where = [*row_filters(branch.entity, plan, lasting_conditions(plan)), *days]
    return grouped(branch.entity, keys, [count], where).subquery("history")


def _weeks(branch: SpikeBranch) -> sa.Subquery:
    numbers = [sa.literal_column(str(number), BIGINT) for number in range(1, branch.metric.weeks + 1)]
    return sa.union_all(*(sa.select(number.label(_WEEK)) for number in numbers)).subquery("weeks")


def _beginning(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    day = sa.func.min(entity_column(branch.entity, branch.entity.date)).label("first_day")
    where = scope_filters(branch.entity, plan)
    return sa.select(day).select_from(entity_table(branch.entity)).where(*where).subquery("beginning")
