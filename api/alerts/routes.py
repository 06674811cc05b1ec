"""The admin API of alerts."""

from collections.abc import Mapping
from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.alerts.checking import PREVIEW_DAYS, preview
from api.alerts.keeping import alerts_of, find_alert, keep_alert, pause_alert, remove_alert
from api.alerts.measuring import reader_of
from api.alerts.records import Against, Alert, AlertKind, AlertState, Direction, Grain, Rule
from api.alerts.wishes import AlertWish, checked
from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.people.roles import Permission, needs
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from api.writing.places import slug_of

router = APIRouter(prefix="/v1/alerts", tags=["alerts"], responses=REFUSALS, dependencies=[needs(Permission.SHARE)])


class AlertAsked(BaseModel):
    """An alert to keep or to try."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str
    kind: AlertKind
    amount: float = Field(
        allow_inf_nan=False,
        description="Of a threshold in the metric's own unit (0.82 for 82 %, seconds for a duration); of a change a "
        "share of what was before, or points of a percentage; of an anomaly the distance in usual spreads (3.5 is "
        "common); of staleness days.",
    )
    direction: Direction = Field("below", description="`either` is for changes and anomalies.")
    grain: Grain = Field("day", description="The period whose value is judged, once it is over. Anomalies are of days.")
    against: Against = Field("period_before", description="What a change is measured against.")
    client: str | None = Field(None, description="The slug of a client account; all of them together by default.")
    dataset: str | None = Field(None, description="By default the first one that serves the metric with the filters.")
    filters: Mapping[str, tuple[str | None, ...]] = Field(
        default_factory=dict, description="Values by dimension; null is what is not set."
    )
    name: str | None = Field(None, max_length=200)


class PauseAsked(BaseModel):
    """Whether an alert rests."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paused: bool


class EventAnswer(BaseModel):
    """One time that an alert fired; the days are the first ones of its first and its last period."""

    id: str
    first_on: date
    last_on: date
    value: float
    evidence: str
    opened_at: datetime
    closed_at: datetime | None


class AlertAnswer(BaseModel):
    """An alert, how it stands, and when it fired, the newest first."""

    id: str
    name: str
    metric: str
    dataset: str
    client: str | None
    filters: Mapping[str, tuple[str | None, ...]]
    kind: AlertKind
    amount: float
    direction: Direction
    grain: Grain
    against: Against
    paused: bool
    state: AlertState
    told: str = Field(description="What the last check found.")
    author: str
    checked_at: datetime | None
    events: list[EventAnswer]


class AlertsAnswer(BaseModel):
    """Alerts by their names."""

    alerts: list[AlertAnswer]


class WouldHaveFired(BaseModel):
    """One time that an alert would have fired."""

    first_on: date
    last_on: date
    value: float
    evidence: str


class PreviewAnswer(BaseModel):
    """When an alert would have fired in the last days; `told` says why that is not known."""

    days: int
    periods: int = Field(description="How many of their periods could be judged.")
    fired: list[WouldHaveFired]
    told: str


@router.get("")
def alerts(world: WorldDep, caller: AdminDep) -> AlertsAnswer:
    """List the alerts of the workspace."""
    return AlertsAnswer(alerts=[_answer(caller, one) for one in alerts_of(world, caller)])


@router.post("", status_code=201, openapi_extra=takes(AlertAsked))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> AlertAnswer:
    """Keep an alert. It is checked within seconds, then after each load and once an hour."""
    asked = await parsed(request, world, AlertAsked)

    def work() -> AlertAnswer:
        return _answer(caller, keep_alert(world, caller.workspace, _checked(world, caller, asked)))

    return await run_in_threadpool(work)


@router.post("/preview", openapi_extra=takes(AlertAsked))
async def try_out(request: Request, world: WorldDep, caller: AdminDep) -> PreviewAnswer:
    """Say when an alert would have fired in the last 90 days; nothing is kept."""
    asked = await parsed(request, world, AlertAsked)

    def work() -> PreviewAnswer:
        alert = _checked(world, caller, asked)
        found = preview(world, reader_of(caller.workspace, caller.clients, alert), alert, now())
        fired = [
            WouldHaveFired(first_on=one.first_on, last_on=one.last_on, value=one.judged.value, evidence=words)
            for one, words in found.fired
        ]
        return PreviewAnswer(days=PREVIEW_DAYS, periods=found.periods, fired=fired, told=found.told)

    return await run_in_threadpool(work)


@router.patch("/{alert_id}", openapi_extra=takes(PauseAsked))
async def change(alert_id: str, request: Request, world: WorldDep, caller: AdminDep) -> AlertAnswer:
    """Let an alert rest, which closes what is open, or let it go on."""
    asked = await parsed(request, world, PauseAsked)

    def work() -> AlertAnswer:
        return _answer(caller, pause_alert(world, caller, alert_id, is_paused=asked.paused))

    return await run_in_threadpool(work)


@router.get("/{alert_id}")
def alert(alert_id: str, world: WorldDep, caller: AdminDep) -> AlertAnswer:
    """Return one alert."""
    return _answer(caller, find_alert(world, caller, alert_id))


@router.delete("/{alert_id}", status_code=204)
def remove(alert_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Remove an alert with all that it found."""
    remove_alert(world, caller, alert_id)
    return Response(status_code=204)


def _checked(world: World, caller: Caller, asked: AlertAsked) -> Alert:
    rule = Rule(asked.kind, asked.amount, asked.direction, asked.grain, asked.against)
    wish = AlertWish(asked.metric, rule, asked.client or "", asked.name or "", asked.dataset or "", asked.filters)
    return checked(caller, world.model_of(caller.workspace.slug), wish)


def _answer(caller: Caller, one: Alert) -> AlertAnswer:
    rule = one.rule
    return AlertAnswer(
        id=one.id,
        name=one.name,
        metric=one.metric_id,
        dataset=one.dataset,
        client=None if one.client_account_id is None else slug_of(caller, one.client_account_id),
        filters=one.filters,
        kind=rule.kind,
        amount=rule.amount,
        direction=rule.direction,
        grain=rule.grain,
        against=rule.against,
        paused=one.is_paused,
        state=one.state,
        told=one.told,
        author=one.author,
        checked_at=one.checked_at,
        events=[EventAnswer.model_validate(vars(event)) for event in one.events],
    )
