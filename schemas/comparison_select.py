"""Comparison → Select: finished values of several periods, moved to the days of the request, stacked and folded."""

from collections.abc import Callable

import sqlalchemy as sa

from schemas.answer import Answer
from schemas.branches import scope_filters
from schemas.comparisons import Comparison, Frame, Made, finest
from schemas.entities import Dimension, Entity
from schemas.fields import Additivity, FieldType, Grain, OutputType
from schemas.functions import Call, EngineFunction, bucket, days_after, decimal_text, number, quoted, whole, wire_text
from schemas.known import fills_zeros, is_known, known_columns
from schemas.labels import LABELS
from schemas.metrics import AnyMetric, Simple
from schemas.plan import Plan
from schemas.sql_types import BIGINT, DAY, DOUBLE, TEXT, Labelled, Select, Sql, Truth
from schemas.tables import dimension_column, entity_column, entity_table

Grouped = Callable[[Plan], sa.Subquery]

# What a goal says, beside its target.
_GOAL_COLUMNS = ("target", "target_min", "target_max", "near_share")
_DIRECTION = "goal_direction"
_ACCOUNT = frozenset({"account", "account_id"})
_CLIENT = frozenset({"client_account", "client_account_id"})
NEAR = 0.1  # how much of a target may lack and still be "watch", where the goal does not say


def comparison_select(comparison: Comparison, grouped: Grouped) -> Select:
    """Write the statement; `grouped` writes the folded rows of one plan."""
    folded = _folded(comparison, grouped)
    columns = [_column(comparison, folded, name).label(name) for name in comparison.columns]
    order = [folded.c[key.name].asc().nulls_last() for key in comparison.now.keys]
    return sa.select(*columns).select_from(folded).order_by(*order)


def comparison_types(comparison: Comparison) -> dict[str, OutputType]:
    """Tell the type of each column."""
    answer = Answer(comparison.now, None)
    types = {}
    for name in comparison.columns:
        one = comparison.wished.get(name)
        if one is None:
            types[name] = answer.output_type(name)
        elif one.made is Made.STATUS or (one.made is not Made.CHANGE and one.base.type is FieldType.DURATION):
            types[name] = OutputType.VARCHAR
        else:
            types[name] = OutputType.DOUBLE
    return types


def _folded(comparison: Comparison, grouped: Grouped) -> sa.Subquery:
    keys = comparison.now.keys
    parts = [_frame(frame, grouped) for frame in comparison.frames] + _goals(comparison)
    types = {
        column.key: column.type for part in parts for column in part.subquery().c if column.key not in _names(keys)
    }
    stacked = []
    for part in parts:
        rows = part.subquery()
        values = [
            sa.cast(rows.c[name] if name in rows.c else sa.null(), type_).label(name) for name, type_ in types.items()
        ]
        stacked.append(sa.select(*(rows.c[key.name] for key in keys), *values).select_from(rows))
    union = sa.union_all(*stacked).subquery("periods_stacked")
    shared = [union.c[key.name] for key in keys]
    folded = sa.select(*shared, *(sa.func.max(union.c[name]).label(name) for name in types))
    folded = folded.add_columns(*known_columns(comparison.now)) if _may_lack_rows(comparison) else folded
    return (folded.group_by(*shared) if shared else folded).subquery("compared")


def _may_lack_rows(comparison: Comparison) -> bool:
    """Say whether a row can come from another entity or from a goal alone."""
    return bool(comparison.now.keys) and (fills_zeros(comparison.now) or comparison.goals is not None)


def _names(keys: tuple[Dimension, ...]) -> set[str]:
    return {key.name for key in keys}


def _frame(frame: Frame, grouped: Grouped) -> Select:
    rows = grouped(frame.plan)
    answer = Answer(frame.plan, rows)
    values = [_value(answer, metric).label(f"{metric.name}__{frame.name}") for metric in _all_metrics(frame.plan)]
    select = sa.select(*_moved(frame, rows), *values).select_from(rows)
    return select.where(*_still_days(frame, rows))


def _all_metrics(plan: Plan) -> tuple[AnyMetric, ...]:
    return plan.metrics + plan.hidden


def _value(answer: Answer, metric: AnyMetric) -> Sql:
    """Write a value that can be calculated with; a date is only carried."""
    return answer.column(metric.name) if metric.type.startswith("YEAR") else answer.number(metric)


def _moved(frame: Frame, rows: sa.Subquery) -> list[Labelled]:
    """Move the date keys to the days of the request; coarser ones follow the finest."""
    fine = finest(frame.plan)
    columns = []
    for key in frame.plan.keys:
        column: Sql = rows.c[key.name]
        if fine is not None and key.grain is not None and frame.name != "now":
            column = bucket(_later(frame, rows.c[fine.name]), key.grain, key.shift)
        columns.append(column.label(key.name))
    return columns


def _later(frame: Frame, day: Sql) -> Sql:
    if frame.back.months:
        return sa.cast(Call(EngineFunction.MONTHS_AFTER, DAY, day, whole(frame.back.months)), DAY)
    return days_after(day, frame.back.days)


def _still_days(frame: Frame, rows: sa.Subquery) -> list[Truth]:
    """Leave out a 29 February that has no such day in the request's year: it would meet the 28th."""
    fine = finest(frame.plan)
    if fine is None or fine.grain is not Grain.DAY or not frame.back.months:
        return []
    later = _later(frame, rows.c[fine.name])
    return [sa.cast(Call(EngineFunction.MONTHS_AFTER, DAY, later, whole(-frame.back.months)), DAY) == rows.c[fine.name]]


def _goals(comparison: Comparison) -> list[Select]:
    """Write the goals of the request's metrics; none where a key has no goals of its own."""
    entity, plan = comparison.goals, comparison.now
    if entity is None or comparison.goal_grain is None or plan.conditions:
        return []
    if any(key.grain is None and entity.column_of(key) is None and key.name not in _ACCOUNT for key in plan.keys):
        return []
    wanted = {one.base.name: one.base for one in comparison.wished.values() if one.made in {Made.GOAL, Made.STATUS}}
    return [_goal(comparison, entity, metric) for metric in wanted.values()]


def _goal(comparison: Comparison, entity: Entity, metric: AnyMetric) -> Select:
    plan = comparison.now

    def column(name: str) -> Sql:
        return entity_column(entity, name)

    day = column(entity.date)
    of_account = bool(_names(plan.keys) & _ACCOUNT)
    keys = [
        bucket(day, key.grain, key.shift).label(key.name)
        if key.grain is not None
        else dimension_column(entity, key).label(key.name)
        for key in plan.keys
    ]
    where: list[Truth] = [
        *scope_filters(entity, plan),
        column("metric_id") == metric.name,
        column("period_grain") == comparison.goal_grain,
        column("filter_field").is_(None),
        column("account_id").is_not(None) if of_account else column("account_id").is_(None),
    ]
    if comparison.goal_dates is not None:
        where.append(day < comparison.goal_dates.end)
        # A bucket that the range cuts off begins before it.
        first = sa.bindparam(None, comparison.goal_dates.start, DAY)
        where.append(day >= bucket(first, Grain(comparison.goal_grain or Grain.DAY), _week_shift(plan)))
    # A goal stands for one client account; only sums of all of them say something about several.
    alone = of_account or bool(_names(plan.keys) & _CLIENT) or len(plan.scope.client_account_ids) == 1
    adds_up = isinstance(metric, Simple) and metric.additivity is Additivity.ADDITIVE
    clients = 1 if alone else len(plan.scope.client_account_ids)
    complete: Sql = sa.func.count() == whole(clients) if alone or adds_up else sa.false()
    values = [
        sa.case((complete, sa.func.sum(column(name), type_=DOUBLE))).label(f"{metric.name}__{name}")
        for name in _GOAL_COLUMNS[:3]
    ]
    values.append(sa.case((complete, sa.func.max(column("near_share")))).label(f"{metric.name}__near_share"))
    one_way = sa.and_(complete, sa.func.min(column(_DIRECTION)) == sa.func.max(column(_DIRECTION)))
    values.append(sa.case((one_way, sa.func.max(column(_DIRECTION), type_=TEXT))).label(f"{metric.name}__direction"))
    select = sa.select(*keys, *values).select_from(entity_table(entity)).where(*where)
    return select.group_by(*(sa.literal_column(str(place + 1)) for place in range(len(keys)))) if keys else select


def _week_shift(plan: Plan) -> int:
    return next((key.shift for key in plan.keys if key.grain is Grain.WEEK), 0)


def _column(comparison: Comparison, folded: sa.Subquery, name: str) -> Sql:
    plan, one = comparison.now, comparison.wished.get(name)
    if one is None:
        key = next((key for key in plan.keys if key.name == name), None)
        if key is not None:
            return wire_text(folded.c[name], key.type, key.grain, key.shift)
        label = next((label for label in plan.labels if label.name == name), None)
        if label is not None:
            return LABELS[name](folded.c[f"{label.result_of}__now"])
        return _plain(comparison, folded, plan.definitions[name])
    match one.made:
        case Made.CHANGE:
            return _change(comparison, folded, one.base)
        case Made.STATUS:
            return _status(comparison, folded, one.base)
        case Made.GOAL:
            value = _said(folded, one.base, "target")
        case _:
            value = _known(comparison, folded, one.base, one.made)
    return decimal_text(value) if one.base.type is FieldType.DURATION else value


def _plain(comparison: Comparison, folded: sa.Subquery, metric: AnyMetric) -> Sql:
    if metric.type.startswith("YEAR"):
        return folded.c[f"{metric.name}__now"]
    value = _known(comparison, folded, metric, "now")
    if Answer(comparison.now, None).output_type(metric.name) is OutputType.BIGINT:
        return sa.cast(value, BIGINT)
    return decimal_text(value) if metric.type is FieldType.DURATION else value


def _known(comparison: Comparison, folded: sa.Subquery, metric: AnyMetric, frame: str) -> Sql:
    """Write a value of a frame; a row that only another period has is zero for what is counted or added up."""
    plan = comparison.now
    value = sa.type_coerce(folded.c[f"{metric.name}__{frame}"], DOUBLE)
    # Without keys there is no such row, and every frame has filled in its own zeros.
    if not plan.keys or not (isinstance(metric, Simple) and metric.empty_is_zero):
        return value
    filled = sa.func.coalesce(value, number(0.0), type_=DOUBLE)
    if not _may_lack_rows(comparison):
        return filled
    return sa.case((is_known(metric, plan.entities[metric.entity], plan, folded), filled))


def _change(comparison: Comparison, folded: sa.Subquery, metric: AnyMetric) -> Sql:
    """Write now less before: in points for a share, else in parts of the amount before."""
    now, before = _known(comparison, folded, metric, "now"), _known(comparison, folded, metric, "prev")
    if metric.type is FieldType.PERCENT:
        return now - before
    return (now - before) / sa.func.nullif(sa.func.abs(before), number(0.0), type_=DOUBLE)


def _said(folded: sa.Subquery, metric: AnyMetric, name: str) -> Sql:
    column = f"{metric.name}__{name}"
    return folded.c[column] if column in folded.c else sa.cast(sa.null(), TEXT if name == "direction" else DOUBLE)


def _status(comparison: Comparison, folded: sa.Subquery, metric: AnyMetric) -> Sql:
    """Name how a value stands to its goal; `near` is the share of a target that may lack and still be watched."""
    value, target = _known(comparison, folded, metric, "now"), _said(folded, metric, "target")
    low, high, way = (_said(folded, metric, name) for name in ("target_min", "target_max", "direction"))
    zero = number(0.0)
    band = sa.case(
        (value < low, value / sa.func.nullif(low, zero, type_=DOUBLE)),
        (value > high, high / sa.func.nullif(value, zero, type_=DOUBLE)),
        (value.is_not(None), number(1.0)),
    )
    attained = sa.case(
        (way == quoted("band"), band),
        (
            way == quoted("down"),
            sa.case((value <= target, number(1.0)), else_=target / sa.func.nullif(value, zero, type_=DOUBLE)),
        ),
        else_=value / sa.func.nullif(target, zero, type_=DOUBLE),
    )
    near = sa.func.coalesce(_said(folded, metric, "near_share"), number(NEAR), type_=DOUBLE)
    has_goal = sa.or_(target.is_not(None), low.is_not(None), high.is_not(None))
    return sa.case(
        (sa.not_(has_goal), quoted("no goal")),
        (attained >= number(1.0), quoted("good")),
        (attained >= number(1.0) - near, quoted("watch")),
        (attained.is_not(None), quoted("bad")),
    )
