"""The spike branch: each day against the same weekday of the weeks before.

Days without rows count as zero, but not days before the first row in scope: no history is not a quiet day.
"""

import sqlalchemy as sa

from schemas.aggregates import aggregate
from schemas.branches import day_filters, grouped, row_filters, scope_filters
from schemas.functions import Call, EngineFunction
from schemas.plan import Plan, SpikeBranch
from schemas.sql_types import BIGINT, DAY, DOUBLE, Select, Sql
from schemas.tables import entity_column, entity_table

_COUNT = "day_count"


def spike_select(branch: SpikeBranch, plan: Plan) -> Select:
    """Score every day of the range with (value - median) ÷ median absolute deviation."""
    observed, history = _observed(branch, plan), _history(branch, plan)
    weeks, beginning = _weeks(branch), _beginning(branch, plan)
    earlier = Call(EngineFunction.WEEKS_BEFORE, DAY, observed.c.date_day, weeks.c.week_number)
    same_day = [history.c.date_day == earlier]
    same_day += [history.c[key.name].is_not_distinct_from(observed.c[key.name]) for key in plan.keys if not key.is_time]
    count_or_zero = sa.func.coalesce(history.c[_COUNT], sa.literal_column("0"))
    known = sa.case((earlier >= beginning.c.first_day, count_or_zero))
    middle = Call(EngineFunction.MEDIAN, DOUBLE, known)
    spread = Call(EngineFunction.MEDIAN_DEVIATION, DOUBLE, known)
    count = sa.cast(observed.c[_COUNT], DOUBLE)
    score = (count - middle) / sa.func.nullif(spread, sa.literal_column("0"), type_=DOUBLE)
    keys = [observed.c[key.name] for key in plan.keys]
    return (
        sa.select(*keys, score.label(branch.metric.name))
        .select_from(observed.join(weeks, sa.true()).join(beginning, sa.true()).outerjoin(history, sa.and_(*same_day)))
        .group_by(*keys, observed.c[_COUNT])
    )


def _observed(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    count = aggregate(branch.of, branch.entity, plan.money).label(_COUNT)
    where = [*row_filters(branch.entity, plan, plan.conditions), *day_filters(branch.entity, plan)]
    return grouped(branch.entity, plan.keys, [count], where).subquery("observed")


def _history(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    """Count the days before the range too; filters on time would cut them off, so they stay out."""
    lasting = tuple(group for group in plan.conditions if not any(clause.dimension.is_time for clause in group))
    keys = tuple(key for key in plan.keys if key.name == "date_day" or not key.is_time)
    count = aggregate(branch.of, branch.entity, plan.money).label(_COUNT)
    days = day_filters(branch.entity, plan, days_before=7 * branch.metric.weeks)
    where = [*row_filters(branch.entity, plan, lasting), *days]
    return grouped(branch.entity, keys, [count], where).subquery("history")


def _weeks(branch: SpikeBranch) -> sa.Subquery:
    upto: Sql = sa.literal_column(str(branch.metric.weeks), BIGINT)
    return sa.select(Call(EngineFunction.NUMBERS_UP_TO, BIGINT, upto).label("week_number")).subquery("weeks")


def _beginning(branch: SpikeBranch, plan: Plan) -> sa.Subquery:
    day = sa.func.min(entity_column(branch.entity, branch.entity.date)).label("first_day")
    where = scope_filters(branch.entity, plan)
    return sa.select(day).select_from(entity_table(branch.entity)).where(*where).subquery("beginning")
