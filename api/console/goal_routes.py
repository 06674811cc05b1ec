"""The pages of goals: the list with pace and status, setting one, ending it, copying it to the next year."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.forms import chosen_one, day_of, grouped_metrics, share_of
from api.console.render import go_to, pages_at
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, InvalidSettingError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World
from api.writing.amounts import read_amount, shown_amount, typed_amount
from api.writing.following import follow
from api.writing.goals import DIRECTIONS, Goal, Goals, copied, ended, goal_metrics, usual_direction
from api.writing.periods import GRAINS, period_name, period_start
from api.writing.places import chosen_client, may_write_about, slug_of
from api.writing.setting_goals import set_goal, standings
from schemas import AnyMetric, FieldType

router = APIRouter(prefix="/console/goals", include_in_schema=False, dependencies=[needs(Permission.WRITE)])

_HERE = "/console/goals"
_page = pages_at(_HERE)
_STATUS = {"good": ("On goal", "good"), "watch": ("Near goal", "watch"), "bad": ("Off goal", "bad")}
_UNMEASURED, _AHEAD = ("No data yet", "neutral"), ("Not begun", "neutral")


@dataclass(frozen=True)
class _Shown:
    """A goal as the list shows it: its newest period that has begun."""

    goal: Goal
    client: str
    label: str
    target: str
    period: str
    actual: str
    pace: str
    word: str
    colour: str
    is_over: bool


@router.get("")
def goals(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the goals, of one client account if the address names it."""
    caller = caller_at(request, world, visitor)
    slug = request.query_params.get("client") or ""
    wanted = [chosen_client(caller, slug).id] if slug else [one.id for one in caller.clients]
    with world.metadata.read() as session:
        found = Goals(session, caller.workspace.id).all(wanted)
    known, today = standings(world, caller.workspace), _today(caller)
    metrics = world.model_of(caller.workspace.slug).metrics
    shown = []
    for goal in found:
        begun = [period for period in goal.periods if period <= today]
        standing = known.get(goal.key_of(begun[-1])) if begun else None
        metric, currency = metrics.get(goal.metric_id), _currency(caller, goal.client_account_id)
        kind = metric.type if metric is not None else FieldType.NUMBER
        word, colour = _STATUS.get(standing.status or "", _UNMEASURED) if standing else _UNMEASURED if begun else _AHEAD
        shown.append(
            _Shown(
                goal=goal,
                client=next((one.name for one in caller.clients if one.id == goal.client_account_id), ""),
                label=metric.label if metric is not None else goal.metric_id,
                target=_target(goal, kind, currency),
                period=period_name(begun[-1], goal.grain) if begun else "",
                actual=shown_amount(standing.actual if standing else None, kind, currency),
                pace=shown_amount(standing.pace if standing else None, FieldType.PERCENT),
                word=word,
                colour=colour,
                is_over=period_start(today, goal.grain, caller.workspace.first_weekday) > goal.last,
            )
        )
    said = request.query_params.get("said", "")
    return _page(world, visitor, caller, "goals.html", shown=shown, client=slug, said=said)


@router.get("/new")
def new(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a new goal; the address may name client account and metric."""
    caller = caller_at(request, world, visitor)
    given = {name: request.query_params.get(name, "") for name in ("client", "metric", "account")}
    first = _today(caller).replace(day=1)
    return _form(world, visitor, caller, given | {"grain": "month", "first": first.isoformat()})


@router.get("/{goal_id}")
def edit(goal_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a goal that is there."""
    caller = caller_at(request, world, visitor)
    goal = _goal(world, caller, goal_id)
    return _form(world, visitor, caller, _typed(world, caller, goal), goal_id)


@router.post("/new")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Set a goal."""
    return await run_in_threadpool(_put, request, world, visitor, form, "")


@router.post("/{goal_id}")
async def change(goal_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Change a goal."""
    return await run_in_threadpool(_put, request, world, visitor, form, goal_id)


@router.post("/{goal_id}/end")
async def end(goal_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Let a goal end with the period that runs now."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        goal = ended(_goal(world, caller, goal_id), _today(caller), caller.workspace.first_weekday)
        return _done(set_goal(world, caller.workspace, goal)[1], "ended")

    return await run_in_threadpool(work)


@router.post("/{goal_id}/copy")
async def copy(goal_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Copy a goal to the next year, by so many per cent more or less."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        goal = _goal(world, caller, goal_id)
        try:
            growth = read_amount(form.get("growth", ""), FieldType.PERCENT, "The growth") or 0
            return _done(set_goal(world, caller.workspace, copied(goal, visitor.person.email, growth))[1], "copied")
        except (ConflictError, InvalidSettingError) as error:
            return _form(world, visitor, caller, _typed(world, caller, goal), goal_id, error)

    return await run_in_threadpool(work)


@router.post("/{goal_id}/remove")
async def remove(goal_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Remove a goal with all of its periods."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        _goal(world, caller, goal_id)
        with world.metadata.write() as session:
            Goals(session, caller.workspace.id).remove(goal_id)
        return _done(follow(world, caller.workspace), "removed")

    return await run_in_threadpool(work)


def _put(request: Request, world: World, visitor: Visitor, form: dict[str, str], goal_id: str) -> Response:
    caller = caller_at(request, world, visitor)
    if goal_id:
        _goal(world, caller, goal_id)
    try:
        goal = replace(_read(world, caller, form), id=goal_id, author=visitor.person.email)
        return _done(set_goal(world, caller.workspace, goal)[1], "saved")
    except (ConflictError, InvalidSettingError) as error:
        return _form(world, visitor, caller, form, goal_id, error)


def _read(world: World, caller: Caller, form: dict[str, str]) -> Goal:
    metric = goal_metrics(world.model_of(caller.workspace.slug)).get(form.get("metric", ""))
    if metric is None:
        raise InvalidSettingError("Choose the metric.")
    if not form.get("client"):
        raise InvalidSettingError("Choose the client account.")
    grain = chosen_one(form.get("grain", ""), GRAINS, "period")
    first = day_of(form.get("first", ""), "The first period")
    last = day_of(form["last"], "The last period") if form.get("last", "").strip() else first
    chosen = form.get("direction", "")
    return Goal(
        client_account_id=chosen_client(caller, form["client"]).id,
        metric_id=metric.name,
        account_id=form.get("account", "").strip()[:300] or None,
        grain=grain,
        first=first,
        last=last,
        direction=chosen_one(chosen, DIRECTIONS, "direction") if chosen else usual_direction(metric),
        target=read_amount(form.get("target", ""), metric.type, "The target"),
        target_min=read_amount(form.get("target_min", ""), metric.type, "The least amount"),
        target_max=read_amount(form.get("target_max", ""), metric.type, "The most amount"),
        near_share=share_of(form.get("near", ""), "What is still near"),
    )


def _typed(world: World, caller: Caller, goal: Goal) -> dict[str, str]:
    kind = _kind(world, caller, goal.metric_id)
    return {
        "client": slug_of(caller, goal.client_account_id) or "",
        "metric": goal.metric_id,
        "account": goal.account_id or "",
        "grain": goal.grain,
        "first": goal.first.isoformat(),
        "last": goal.last.isoformat(),
        "direction": goal.direction,
        "target": typed_amount(goal.target, kind),
        "target_min": typed_amount(goal.target_min, kind),
        "target_max": typed_amount(goal.target_max, kind),
        "near": typed_amount(goal.near_share, FieldType.PERCENT),
    }


def _form(
    world: World,
    visitor: Visitor,
    caller: Caller,
    given: dict[str, str],
    goal_id: str = "",
    error: ApiError | None = None,
) -> Response:
    metrics: dict[str, AnyMetric] = dict(goal_metrics(world.model_of(caller.workspace.slug)))
    values = {"given": given, "goal_id": goal_id, "metrics": grouped_metrics(metrics), "grains": GRAINS}
    return _page(world, visitor, caller, "goal.html", wrong=str(error or ""), **values)


def _goal(world: World, caller: Caller, goal_id: str) -> Goal:
    with world.metadata.read() as session:
        found = Goals(session, caller.workspace.id).get(goal_id)
    if found is None or not may_write_about(caller, found.client_account_id):
        raise NotFoundError(f"There is no goal '{goal_id[:40]}'.")
    return found


def _target(goal: Goal, kind: FieldType, currency: str) -> str:
    if goal.direction != "band":
        return f"{'at most' if goal.direction == 'down' else 'at least'} {shown_amount(goal.target, kind, currency)}"
    low, high = shown_amount(goal.target_min, kind, currency), shown_amount(goal.target_max, kind, currency)
    return f"{low} to {high}"


def _kind(world: World, caller: Caller, metric_id: str) -> FieldType:
    metric = world.model_of(caller.workspace.slug).metrics.get(metric_id)
    return metric.type if metric is not None else FieldType.NUMBER


def _currency(caller: Caller, client_account_id: str) -> str:
    return next((one.report_currency for one in caller.clients if one.id == client_account_id), "")


def _today(caller: Caller) -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(caller.workspace.timezone)).date()


def _done(shown_already: bool, what: str) -> Response:
    return go_to(f"{_HERE}?said={what if shown_already else 'later'}")
