"""Period helpers: a metric of an earlier period, its change, its goal. Planned as whole questions about other days.

Each frame is the request's own question asked of other days; its finished values are moved to the days of the request
and folded with those, so that every kind of metric can be compared, and ratios are never averaged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from schemas.entities import Dimension, Entity
from schemas.errors import IncompatibleFieldsError, UnknownFieldError, UnsupportedFilterError
from schemas.fields import FieldType, Grain, Shift
from schemas.metrics import (
    AnyMetric,
    Offset,
)
from schemas.model import SemanticModel
from schemas.plan import Plan
from schemas.planning import plan_query
from schemas.query import DateRange, Query

GOALS = "goal"  # the entity that goals are read from
SEPARATOR = "__"

_FINEST_FIRST = (Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.FISCAL, Grain.QUARTER, Grain.YEAR)
_MONTHS = {Grain.MONTH: 1, Grain.FISCAL: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


class Made(StrEnum):
    """What follows a metric's id and two underscores."""

    PREV = "prev"
    YOY = "yoy"
    CHANGE = "change_pct"
    GOAL = "goal"
    STATUS = "status"


@dataclass(frozen=True)
class Wished:
    """A field that is made from a metric: `<metric>__prev` and its like, or an offset of the catalogue."""

    base: AnyMetric
    made: Made


@dataclass(frozen=True)
class Back:
    """How far a frame lies back."""

    months: int = 0
    days: int = 0

    def moved(self, day: date) -> date:
        """Move a day back; the 31st of a shorter month becomes its last day."""
        whole = day.year * 12 + day.month - 1 - self.months
        year, month = divmod(whole, 12)
        for last in (day.day, 30, 29, 28):
            try:
                return date(year, month + 1, min(last, day.day)) - timedelta(days=self.days)
            except ValueError:
                continue
        raise AssertionError("every month has 28 days")


@dataclass(frozen=True)
class Frame:
    """The question asked of other days."""

    name: str
    plan: Plan
    back: Back


@dataclass(frozen=True)
class Comparison:
    """A request with helpers: the frames to fold, and what each field is made of."""

    now: Plan
    frames: tuple[Frame, ...]
    wished: Mapping[str, Wished]
    goals: Entity | None
    goal_dates: DateRange | None
    goal_grain: str | None
    columns: tuple[str, ...]


def parse(model: SemanticModel, name: str) -> Wished | None:
    """Read a field's name as a helper; None for any other field."""
    found = model.metrics.get(name)
    if isinstance(found, Offset):
        return Wished(model.metrics[found.of], Made.PREV if found.by is Shift.PREVIOUS else Made.YOY)
    base, separator, made = name.partition(SEPARATOR)
    if separator and made in set(Made) and base in model.metrics:
        return Wished(model.metrics[base], Made(made))
    return None


def asks_comparison(model: SemanticModel, query: Query) -> bool:
    """Say whether a request names a helper."""
    return any(parse(model, name) is not None for name in (*query.dimensions, *query.metrics))


def plan_comparison(model: SemanticModel, query: Query) -> Comparison:
    """Plan every frame, or refuse in words for the reader."""
    dataset = model.dataset(query.dataset)
    wished = {name: one for name in (*query.dimensions, *query.metrics) if (one := parse(model, name)) is not None}
    for name, one in wished.items():
        if one.base.name not in dataset.metrics or one.base.type.startswith("YEAR"):
            raise UnknownFieldError(name, dataset.name, dataset.fields)
    bases = tuple(one.base.name for one in wished.values())
    asked = replace(
        query,
        dimensions=tuple(name for name in query.dimensions if name not in wished),
        metrics=tuple(dict.fromkeys((*(name for name in query.metrics if name not in wished), *bases))),
        columns=(),
    )
    now = plan_query(model, asked)
    if query.filters and not now.filters_applied:
        raise UnsupportedFilterError(
            "Values of another period cannot be filtered afterwards. Filter another field or use another condition.",
            field=query.filters[0][0].field,
        )
    kinds = {one.made for one in wished.values()}
    frames = [Frame("now", now, Back())]
    for name, needed in (("prev", {Made.PREV, Made.CHANGE}), ("yoy", {Made.YOY})):
        if kinds & needed:
            _check_time(now)
            metrics = tuple(dict.fromkeys(one.base.name for one in wished.values() if one.made in needed))
            back = _back(now, name, query.dates)
            dates = query.dates and DateRange(back.moved(query.dates.start), back.moved(query.dates.end))
            frames.append(Frame(name, plan_query(model, replace(asked, metrics=metrics, dates=dates)), back))
    goals = model.entities.get(GOALS) if kinds & {Made.GOAL, Made.STATUS} else None
    grain, dates = _goal_period(now, query.dates) if goals is not None else (None, None)
    columns = query.columns or (*query.dimensions, *query.metrics)
    return Comparison(now, tuple(frames), wished, goals, dates, grain, tuple(dict.fromkeys(columns)))


def finest(plan: Plan) -> Dimension | None:
    """Return the date field whose buckets are the periods; None if the whole range is one."""
    dated = [key for key in plan.keys if key.grain is not None]
    return min(dated, key=lambda key: _FINEST_FIRST.index(key.grain or Grain.DAY), default=None)


def _back(plan: Plan, name: str, dates: DateRange | None) -> Back:
    key = finest(plan)
    if name == "yoy":
        # A year of weeks is 52 of them, so that weekdays meet.
        return Back(days=364) if key is not None and key.grain is Grain.WEEK else Back(months=12)
    if key is None:
        if dates is None:
            raise IncompatibleFieldsError(
                "The previous period is as long as the date range, but the request has none. "
                "Add a date range or a date field to the chart."
            )
        return Back(days=(dates.end - dates.start).days)
    if key.grain in _MONTHS:
        return Back(months=_MONTHS[key.grain])
    return Back(days=7 if key.grain is Grain.WEEK else 1)


def _check_time(plan: Plan) -> None:
    for key in plan.keys:
        if key.type is FieldType.YEAR_MONTH_DAY_HOUR:
            raise IncompatibleFieldsError(
                f"Another period cannot be shown by '{key.label}'. Use the Date field and the Hour field instead.",
                dimension=key.name,
            )
    grains = {key.grain for key in plan.keys if key.grain is not None}
    if Grain.WEEK in grains and grains - {Grain.WEEK, Grain.DAY}:
        raise IncompatibleFieldsError(
            "Weeks do not fit into months, so another period cannot be shown by both. Remove one of the two fields.",
            dimension="date_week",
        )
    for group in plan.conditions:
        for clause in group:
            if clause.dimension.is_time:
                raise UnsupportedFilterError(
                    f"A filter on '{clause.dimension.label}' would hide the other period too. "
                    "Use the date range instead.",
                    field=clause.dimension.name,
                )


def _goal_period(plan: Plan, dates: DateRange | None) -> tuple[str | None, DateRange | None]:
    """Choose the goals of a request: those of its buckets, or the one whose period is the whole range."""
    key = finest(plan)
    if key is not None:
        grain = Grain.MONTH if key.grain is Grain.FISCAL else key.grain
        return (None if grain is Grain.DAY else str(grain)), dates
    if dates is None:
        return None, None
    for grain, back in ((Grain.MONTH, Back(months=1)), (Grain.QUARTER, Back(months=3)), (Grain.YEAR, Back(months=12))):
        if dates.start.day == 1 and back.moved(dates.end) == dates.start:
            return str(grain), dates
    return (str(Grain.WEEK), dates) if (dates.end - dates.start).days == 7 else (None, None)
