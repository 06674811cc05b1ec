"""The pages of alerts: the list with how each stands, making one with a preview, its history, pause and removal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.alerts.checking import PREVIEW_DAYS, Preview, preview
from api.alerts.keeping import alerts_of, find_alert, keep_alert, pause_alert, remove_alert
from api.alerts.measuring import reader_of
from api.alerts.records import AGAINST, DIRECTIONS, GRAINS, KINDS, Alert, AlertKind, Rule
from api.alerts.wishes import AlertWish, alert_metrics, checked
from api.alerts.words import period_words, rule_words
from api.console.alert_forms import amount_of, filters_of, filters_typed, given_of, narrowing
from api.console.forms import chosen_one, grouped_metrics
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import InvalidSettingError
from api.notices.recipients import recipients_of
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from schemas import AnyMetric

router = APIRouter(prefix="/console/alerts", include_in_schema=False, dependencies=[needs(Permission.SHARE)])

_HERE = "/console/alerts"
_SAID = {
    "saved": "Saved. It is checked within seconds.",
    "paused": "Paused.",
    "resumed": "It is checked again.",
    "removed": "Removed.",
}
_STATES = {"firing": ("Firing", "bad"), "quiet": ("Quiet", "good"), "unknown": ("Not judged yet", "neutral")}


@dataclass(frozen=True)
class _Shown:
    """An alert as the list shows it."""

    alert: Alert
    client: str
    rule: str
    word: str
    colour: str


@router.get("")
def alerts(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the alerts."""
    caller = caller_at(request, world, visitor)
    with world.metadata.read() as session:
        told = recipients_of(session, caller.workspace.id, mail=world.mailer is not None)
    shown = [_shown(world, caller, one) for one in alerts_of(world, caller)]
    said = _SAID.get(request.query_params.get("said", ""), "")
    return _page(
        world, visitor, caller, "alerts.html", shown=shown, said=said, recipients=[one.address for one in told]
    )


@router.get("/new")
def new(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a new alert; the address may name its kind, metric and client account."""
    caller = caller_at(request, world, visitor)
    given = {name: request.query_params.get(name, "") for name in ("client", "metric")}
    return _form(world, visitor, caller, _kind(request.query_params.get("kind", "")), given)


@router.get("/{alert_id}")
def edit(alert_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show an alert: how it stands, when it fired, and its form."""
    caller = caller_at(request, world, visitor)
    alert = find_alert(world, caller, alert_id)
    given = given_of(alert, _metric(world, caller, alert.metric_id), caller)
    return _form(world, visitor, caller, alert.rule.kind, given, alert)


@router.post("/new")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep an alert, or show when it would have fired."""
    return await run_in_threadpool(_put, request, world, visitor, form, "")


@router.post("/{alert_id}")
async def change(alert_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Change an alert, or show when it would have fired."""
    return await run_in_threadpool(_put, request, world, visitor, form, alert_id)


@router.post("/{alert_id}/pause")
async def pause(alert_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Let an alert rest, or let it go on."""

    def work() -> Response:
        rests = form.get("to") == "rest"
        pause_alert(world, caller_at(request, world, visitor), alert_id, is_paused=rests)
        return go_to(f"{_HERE}?said={'paused' if rests else 'resumed'}")

    return await run_in_threadpool(work)


@router.post("/{alert_id}/remove")
async def remove(alert_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Remove an alert with all that it found."""

    def work() -> Response:
        remove_alert(world, caller_at(request, world, visitor), alert_id)
        return go_to(f"{_HERE}?said=removed")

    return await run_in_threadpool(work)


def _put(request: Request, world: World, visitor: Visitor, form: dict[str, str], alert_id: str) -> Response:
    caller = caller_at(request, world, visitor)
    before = find_alert(world, caller, alert_id) if alert_id else None
    kind = _kind(form.get("kind", ""))
    try:
        alert = replace(_read(world, caller, kind, form), id=alert_id, author=visitor.person.email)
    except InvalidSettingError as error:
        return _form(world, visitor, caller, kind, form, before, wrong=str(error))
    if form.get("do") == "preview":
        seen = preview(world, reader_of(caller.workspace, caller.clients, alert), alert, now())
        return _form(world, visitor, caller, kind, form, before, seen=seen)
    keep_alert(world, caller.workspace, alert)
    return go_to(f"{_HERE}?said=saved")


def _read(world: World, caller: Caller, kind: AlertKind, form: Mapping[str, str]) -> Alert:
    model = world.model_of(caller.workspace.slug)
    metric = alert_metrics(model).get(form.get("metric", ""))
    if metric is None:
        raise InvalidSettingError("Choose the metric.")
    rule = Rule(
        kind,
        amount_of(kind, metric, form.get("amount", "")),
        chosen_one(form.get("direction") or "below", DIRECTIONS, "direction"),
        chosen_one(form.get("grain") or "day", GRAINS, "period"),
        chosen_one(form.get("against") or "period_before", AGAINST, "period to compare with"),
    )
    wish = AlertWish(metric.name, rule, form.get("client", ""), form.get("name", ""), "", filters_of(form))
    return checked(caller, model, wish)


def _form(
    world: World,
    visitor: Visitor,
    caller: Caller,
    kind: AlertKind,
    given: Mapping[str, str],
    alert: Alert | None = None,
    *,
    wrong: str = "",
    seen: Preview | None = None,
) -> Response:
    model = world.model_of(caller.workspace.slug)
    values = {
        "kind": kind,
        "given": given,
        "filters": filters_typed(given),
        "metrics": grouped_metrics(alert_metrics(model)),
        "narrowing": narrowing(model),
        "shown": None if alert is None else _shown(world, caller, alert),
        "period": period_words,
        "seen": seen,
        "grain": "day" if kind in ("anomaly", "stale") else given.get("grain") or "day",
        "days": PREVIEW_DAYS,
        "wrong": wrong,
    }
    return _page(world, visitor, caller, "alert.html", 422 if wrong else 200, **values)


def _shown(world: World, caller: Caller, alert: Alert) -> _Shown:
    client = next((one for one in caller.clients if one.id == alert.client_account_id), None)
    metric = _metric(world, caller, alert.metric_id)
    currency = caller.workspace.currency if client is None else client.report_currency
    rule = f"{metric.label} {rule_words(alert.rule, metric, currency)}" if metric is not None else alert.metric_id
    word, colour = ("Paused", "neutral") if alert.is_paused else _STATES[alert.state]
    return _Shown(alert, "All clients together" if client is None else client.name, rule, word, colour)


def _metric(world: World, caller: Caller, metric_id: str) -> AnyMetric | None:
    return world.model_of(caller.workspace.slug).metrics.get(metric_id)


def _kind(given: str) -> AlertKind:
    return next((one for one in KINDS if one == given), "threshold")


def _page(world: World, visitor: Visitor, caller: Caller, name: str, status: int = 200, **values: object) -> Response:
    return page(
        world,
        name,
        visitor=visitor,
        workspace=caller.workspace,
        status=status,
        here=_HERE,
        clients=caller.clients,
        **values,
    )
