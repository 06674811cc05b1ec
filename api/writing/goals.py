"""Goals that people set: kept in metadata, one row for a run of periods; reports read the copy in the warehouse."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import ConflictError, InvalidSettingError
from api.writing.models import GoalRow
from api.writing.periods import GoalGrain, period_name, period_start, periods_between, year_later
from schemas import AnyMetric, FieldType, SemanticModel
from schemas import Direction as MetricDirection
from warehouse import Foreign, WrittenRow

Direction: TypeAlias = Literal["up", "down", "band"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
MOST_PERIODS = 120
USUAL_NEAR = 0.1  # as for a goal that does not say it, so that lists and cards judge alike
_WITH_GOALS = frozenset({FieldType.NUMBER, FieldType.PERCENT, FieldType.DURATION, FieldType.CURRENCY})


@dataclass(frozen=True)
class Goal:
    """A target for every period from `first` to `last` (the first days of both), in the metric's own unit."""

    client_account_id: str
    metric_id: str
    grain: GoalGrain
    first: date
    last: date
    direction: Direction
    target: float | None = None
    target_min: float | None = None
    target_max: float | None = None
    account_id: str | None = None
    near_share: float | None = None
    weight: float | None = None
    author: str = ""
    id: str = ""
    written_at: datetime | None = None

    @property
    def periods(self) -> tuple[date, ...]:
        """Return the first day of every period."""
        return tuple(periods_between(self.first, self.last, self.grain))

    @property
    def span(self) -> str:
        """Return the periods in words."""
        first, last = period_name(self.first, self.grain), period_name(self.last, self.grain)
        return first if first == last else f"{first} to {last}"

    def key_of(self, period: date) -> str:
        """Return the id of one period's row in the warehouse."""
        return f"{self.id}-{period:%Y%m%d}"


class Goals:
    """The goals of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self, clients: Iterable[str] | None = None) -> list[Goal]:
        """Return the goals, of some client accounts or of all, the newest periods first."""
        query = select(GoalRow).where(GoalRow.workspace_id == self._workspace_id)
        if clients is not None:
            query = query.where(GoalRow.client_account_id.in_(list(clients)))
        order = (GoalRow.client_account_id, GoalRow.metric_id, GoalRow.first.desc(), GoalRow.id)
        return [_goal(row) for row in self._session.scalars(query.order_by(*order))]

    def get(self, goal_id: str) -> Goal | None:
        """Return one goal of the workspace."""
        row = self._row(goal_id)
        return None if row is None else _goal(row)

    def put(self, goal: Goal, foreign: Iterable[Foreign] = ()) -> Goal:
        """Add a goal, or change the one with its id; refuse one that stands beside another for the same period."""
        wanted = set(goal.periods)
        for other in self.all([goal.client_account_id]):
            if other.id != goal.id and _about(other) == _about(goal) and (both := wanted & set(other.periods)):
                period = period_name(min(both), goal.grain)
                raise ConflictError(f"There is a goal for this metric and {period} already. Change that one.")
        for one in foreign:
            about = (one.client_account_id, one.metric_id, one.account_id, one.grain)
            if about == _about(goal) and one.period_start in wanted:
                period = period_name(one.period_start, goal.grain)
                raise ConflictError(
                    f"The goal for {period} comes from '{one.connection}'. Change it there, or choose other periods."
                )
        row = self._row(goal.id)
        if row is None:
            row = GoalRow(workspace_id=self._workspace_id)
            self._session.add(row)
        for name, value in asdict(goal).items():
            if name not in {"id", "written_at"}:
                setattr(row, name, value)
        self._session.flush()
        return _goal(row)

    def remove(self, goal_id: str) -> bool:
        """Remove a goal with all of its periods, and tell whether there was one."""
        query = delete(GoalRow).where(GoalRow.workspace_id == self._workspace_id, GoalRow.id == goal_id)
        return bool(getattr(self._session.execute(query), "rowcount", 0))

    def _row(self, goal_id: str) -> GoalRow | None:
        query = select(GoalRow).where(GoalRow.workspace_id == self._workspace_id, GoalRow.id == goal_id)
        return self._session.scalar(query)


def checked(goal: Goal, model: SemanticModel, week_start: int = 0) -> Goal:
    """Return the goal on whole periods and with a direction, or say what is wrong with it."""
    metric = goal_metrics(model).get(goal.metric_id)
    if metric is None:
        raise InvalidSettingError(f"There is no metric '{goal.metric_id[:60]}' that can have a goal.")
    first, last = (period_start(day, goal.grain, week_start) for day in (goal.first, goal.last))
    goal = replace(goal, first=first, last=last)
    if goal.last < goal.first:
        raise InvalidSettingError("The last period lies before the first one.")
    if len(goal.periods) > MOST_PERIODS:
        raise InvalidSettingError(f"A goal may have {MOST_PERIODS} periods at most. Choose an earlier end.")
    if goal.direction == "band":
        low, high = goal.target_min, goal.target_max
        if low is None and high is None:
            raise InvalidSettingError("Give a least or a most amount, or both.")
        if low is not None and high is not None and low > high:
            raise InvalidSettingError("The least amount is above the most amount.")
        return replace(goal, target=None)
    if goal.target is None:
        raise InvalidSettingError("Give the target, or choose that the amount stays between two bounds.")
    return replace(goal, target_min=None, target_max=None)


def goal_metrics(model: SemanticModel) -> Mapping[str, AnyMetric]:
    """Return the metrics that can have a goal: those that some dataset serves as a number."""
    served = {name for dataset in model.datasets.values() for name in dataset.metrics}
    return {name: one for name, one in model.metrics.items() if name in served and one.type in _WITH_GOALS}


def usual_direction(metric: AnyMetric) -> Direction:
    """Return where a metric should go if nobody says otherwise."""
    return "down" if metric.direction is MetricDirection.DOWN else "up"


def ended(goal: Goal, today: date, week_start: int = 0) -> Goal:
    """Return the goal without the periods that begin after the one that `today` is in."""
    return replace(goal, last=max(goal.first, min(goal.last, period_start(today, goal.grain, week_start))))


def copied(goal: Goal, author: str, growth: float = 0) -> Goal:
    """Return the goal for the next year as one of its own; `growth` is the share by which the amounts grow."""
    factor = 1 + growth
    amounts = {
        name: None if value is None else round(value * factor, 10)
        for name, value in (("target", goal.target), ("target_min", goal.target_min), ("target_max", goal.target_max))
    }
    first, last = year_later(goal.first, goal.grain), year_later(goal.last, goal.grain)
    return replace(goal, id="", first=first, last=last, author=author, **amounts)  # type: ignore[arg-type]  # numbers


def goal_rows(goals: Iterable[Goal]) -> list[WrittenRow]:
    """Return a row of the warehouse for every period of every goal."""
    return [
        WrittenRow(
            goal.client_account_id,
            goal.key_of(period),
            {
                "metric_id": goal.metric_id,
                "account_id": goal.account_id,
                "period_grain": goal.grain,
                "period_start": period,
                "target": goal.target,
                "target_min": goal.target_min,
                "target_max": goal.target_max,
                "goal_direction": goal.direction,
                "near_share": USUAL_NEAR if goal.near_share is None else goal.near_share,
                "weight": goal.weight,
            },
        )
        for goal in goals
        for period in goal.periods
    ]


def _about(goal: Goal) -> tuple[str, str, str | None, str]:
    return goal.client_account_id, goal.metric_id, goal.account_id, goal.grain


def _goal(row: GoalRow) -> Goal:
    values = {column.name: getattr(row, column.name) for column in GoalRow.__table__.columns}
    del values["workspace_id"]
    return Goal(**values)
