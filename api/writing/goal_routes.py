"""The admin API of goals."""

from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World
from api.writing.following import follow
from api.writing.goals import Direction, Goal, Goals
from api.writing.periods import GoalGrain
from api.writing.places import chosen_client, slug_of
from api.writing.setting_goals import set_goal, standings
from warehouse import GoalStanding

router = APIRouter(prefix="/v1/goals", tags=["goals"], responses=REFUSALS, dependencies=[needs(Permission.WRITE)])


class GoalAsked(BaseModel):
    """A goal to set. Amounts are in the metric's own unit as it is served: 0.82 for 82 %, seconds for a duration."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str = Field(description="The slug of the client account.")
    metric: str
    grain: GoalGrain = "month"
    first: date = Field(description="A day of the first period.")
    last: date | None = Field(None, description="A day of the last period; by default the first one is the only one.")
    account: str | None = Field(None, max_length=300, description="The id of one account; by default all of them.")
    direction: Direction | None = Field(None, description="By default the metric's own: up or down.")
    target: float | None = Field(None, allow_inf_nan=False)
    target_min: float | None = Field(None, allow_inf_nan=False)
    target_max: float | None = Field(None, allow_inf_nan=False)
    near_share: float | None = Field(None, ge=0, le=1, description="The share of the target that may lack for `watch`.")
    weight: float | None = Field(None, ge=0, allow_inf_nan=False)


class PeriodAnswer(BaseModel):
    """How one period of a goal stands."""

    first: date
    actual: float | None
    attainment: float | None
    pace: float | None
    status: str | None
    is_closed: bool


class GoalAnswer(BaseModel):
    """A goal, and how those of its periods stand that have been counted."""

    id: str
    client: str
    metric: str
    grain: GoalGrain
    first: date
    last: date
    account: str | None
    direction: Direction
    target: float | None
    target_min: float | None
    target_max: float | None
    near_share: float | None
    weight: float | None
    author: str
    written_at: datetime | None
    periods: list[PeriodAnswer]


class GoalsAnswer(BaseModel):
    """Goals by client account and metric."""

    goals: list[GoalAnswer]


@router.get("")
def goals(world: WorldDep, caller: AdminDep, client: str | None = None) -> GoalsAnswer:
    """List the goals that were set in Belvedere, of one client account or of all."""
    wanted = [one.id for one in caller.clients] if client is None else [chosen_client(caller, client).id]
    with world.metadata.read() as session:
        found = Goals(session, caller.workspace.id).all(wanted)
    known = standings(world, caller.workspace)
    return GoalsAnswer(goals=[_answer(caller, one, known) for one in found])


@router.post("", status_code=201, openapi_extra=takes(GoalAsked))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> GoalAnswer:
    """Set a goal. It is in `goals`, `<metric>__goal` and `<metric>__status` at once."""
    asked = await parsed(request, world, GoalAsked)
    return await run_in_threadpool(_add, world, caller, asked)


@router.delete("/{goal_id}", status_code=204)
def remove(goal_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Remove a goal with all of its periods."""
    with world.metadata.write() as session:
        repository = Goals(session, caller.workspace.id)
        found = repository.get(goal_id)
        if found is None or slug_of(caller, found.client_account_id) is None:
            raise NotFoundError(f"There is no goal '{goal_id[:40]}'. GET /v1/goals lists them.")
        repository.remove(goal_id)
    follow(world, caller.workspace)
    return Response(status_code=204)


def _add(world: World, caller: Caller, asked: GoalAsked) -> GoalAnswer:
    metric = world.model_of(caller.workspace.slug).metrics.get(asked.metric)
    values = asked.model_dump(exclude={"client", "metric", "account", "last", "direction"})
    goal = Goal(
        client_account_id=chosen_client(caller, asked.client).id,
        metric_id=asked.metric,
        account_id=asked.account or None,
        last=asked.last or asked.first,
        direction=asked.direction or ("down" if metric is not None and metric.direction == "down" else "up"),
        author=caller.key_name,
        **values,
    )
    kept, _ = set_goal(world, caller.workspace, goal)
    return _answer(caller, kept, standings(world, caller.workspace))


def _answer(caller: Caller, goal: Goal, known: dict[str, GoalStanding]) -> GoalAnswer:
    names = set(GoalAnswer.model_fields) - {"client", "metric", "account", "periods"}
    return GoalAnswer(
        client=slug_of(caller, goal.client_account_id) or "",
        metric=goal.metric_id,
        account=goal.account_id,
        periods=[
            PeriodAnswer(
                first=period,
                actual=one.actual,
                attainment=one.attainment,
                pace=one.pace,
                status=one.status,
                is_closed=one.is_closed,
            )
            for period in goal.periods
            if (one := known.get(goal.key_of(period))) is not None
        ],
        **{name: getattr(goal, name) for name in names},
    )
