"""The pages of scheduled report mails: the list, making and changing one, a test, and what became of every mail."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, InvalidSettingError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.reports import read_choices
from api.schedules.planning import keep, mail_file, pause, resume, send_now, send_test
from api.schedules.records import DeliveryState, LiveLink, Run, RunState, Schedule
from api.schedules.repository import Schedules
from api.schedules.routes import schedule_of
from api.schedules.runs import Runs
from api.schedules.timing import WEEKDAYS, cron_of, form_of, words_of
from api.schedules.wishes import LOCALES, ScheduleWish, wish_of
from api.templates.library import Library
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from looker_templates import in_english

router = APIRouter(prefix="/console/schedules", include_in_schema=False, dependencies=[needs(Permission.SHARE)])

_HERE = "/console/schedules"
_REFUSED = (InvalidSettingError, NotFoundError, ConflictError)
PERIODS = {
    "last_full_week": "The last full week",
    "last_full_month": "The last full month",
    "last_full_quarter": "The last full quarter",
    "yesterday": "Yesterday",
    "last_7_days": "The last 7 days",
    "last_28_days": "The last 28 days",
    "month_to_date": "The month up to yesterday",
    "year_to_date": "The year up to yesterday",
}
HOW = {
    "daily": "Every day",
    "workdays": "Monday to Friday",
    "weekly": "Every week",
    "monthly": "Every month",
    "cron": "By a cron line",
}
LINKS = {
    LiveLink.LINK: "Anybody with the link, for 60 days",
    LiveLink.PERSON: "People who sign in",
    LiveLink.NONE: "Nobody: no link in the mail",
}


@dataclass(frozen=True)
class Result:
    """What became of a run in a word, a colour, and what there is to say."""

    word: str
    colour: str
    told: str = ""


@router.get("")
def schedules(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the schedules with what became of their last mails."""
    caller = caller_at(request, world, visitor)
    with world.metadata.read() as session:
        known = Schedules(session, caller.workspace.id).all()
        runs = {one.id: Runs(session).last_of(one.id) for one in known}
        titles = {
            name: in_english(one.title) for name, one in Library(session, caller.workspace.id).templates().items()
        }
    listed = [
        {
            "schedule": one,
            "about": f"{titles.get(one.template_id, one.template_id)}, {_client(caller, one)}",
            "when": words_of(one.cron),
            "last": runs[one.id],
            "result": result_of(runs[one.id]),
        }
        for one in known
    ]
    return _page(world, visitor, caller, "schedules.html", listed=listed)


@router.get("/new")
def new(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a new schedule; the address may name report and client."""
    caller, query = caller_at(request, world, visitor), request.query_params
    choices = read_choices(query.multi_items())
    given = {"template": query.get("report", ""), "client": choices.client or "", "recipients": visitor.person.email}
    given |= {"how": "weekly", "weekday": "Monday", "at": "08:00", "month_day": "1", "period": "last_full_week"}
    given |= {"locale": choices.locale, "attach_pdf": "yes", "link": LiveLink.LINK.value, "wait_hours": "12"}
    return _form(world, visitor, caller, given)


@router.post("/new")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep a new schedule."""
    return await run_in_threadpool(_keep, request, world, visitor, form, "")


@router.get("/{schedule_id}")
def edit(schedule_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show a schedule, what became of its mails, and its form."""
    caller = caller_at(request, world, visitor)
    found = schedule_of(world, caller, schedule_id)
    said = request.query_params.get("said", "")
    return _form(world, visitor, caller, _typed(caller, found), found, said=said)


@router.post("/{schedule_id}")
async def change(
    schedule_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Change a schedule."""
    return await run_in_threadpool(_keep, request, world, visitor, form, schedule_id)


@router.post("/{schedule_id}/{action}")
async def act(
    schedule_id: str, action: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Test, hand out as a file, send now, pause, resume or remove a schedule, or send one of its mails again."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        found = schedule_of(world, caller, schedule_id)
        try:
            if action == "file":
                return _file(world, visitor, caller, found)
            _act(world, visitor, caller, found, action, form)
        except ApiError as error:
            if isinstance(error, NotFoundError):
                raise
            return _form(world, visitor, caller, _typed(caller, found), found, wrong_act=str(error))
        return go_to(_HERE if action == "remove" else f"{_HERE}/{found.id}?said={action}")

    return await run_in_threadpool(work)


def _file(world: World, visitor: Visitor, caller: Caller, found: Schedule) -> Response:
    content = mail_file(world, caller.workspace, found, visitor.person.email, now())
    headers = {"content-disposition": 'attachment; filename="report.eml"', "cache-control": "private, no-store"}
    return Response(content, media_type="message/rfc822", headers=headers)


def _act(world: World, visitor: Visitor, caller: Caller, found: Schedule, action: str, form: Mapping[str, str]) -> None:
    match action:
        case "test":
            send_test(world, caller.workspace, found, visitor.person.email, now())
        case "send":
            send_now(world.metadata, caller.workspace, found, now())
        case "pause":
            pause(world.metadata, found)
        case "resume":
            resume(world.metadata, found, now())
        case "again":
            with world.metadata.write() as session:
                if not Runs(session).send_again(found.id, form.get("delivery", ""), now()):
                    raise ConflictError("This mail is not one that can be sent again.")
        case "remove":
            with world.metadata.write() as session:
                Schedules(session, caller.workspace.id).remove(found.id)
        case _:
            raise NotFoundError("There is nothing at this address.")


def _keep(request: Request, world: World, visitor: Visitor, form: dict[str, str], schedule_id: str) -> Response:
    caller = caller_at(request, world, visitor)
    there = schedule_of(world, caller, schedule_id) if schedule_id else None
    try:
        kept = keep(world, caller, _wish(form), visitor.person.email, now(), there)
    except _REFUSED as error:
        return _form(world, visitor, caller, form, there, wrong=str(error))
    return go_to(f"{_HERE}/{kept}?said=saved")


def _wish(form: Mapping[str, str]) -> ScheduleWish:
    hours = form.get("wait_hours", "").strip() or "0"
    if not hours.isdecimal():
        raise InvalidSettingError("Write how many hours a mail waits for its data, as a whole number.")
    if not form.get("template"):
        raise InvalidSettingError("Choose the report.")
    chosen = {name: form.get(name, "") for name in ("how", "at", "weekday", "month_day", "cron")}
    return ScheduleWish(
        template=form["template"],
        client=form.get("client", ""),
        name=form.get("name", ""),
        recipients=(form.get("recipients", ""),),
        cron=cron_of(**chosen),
        timezone=form.get("timezone", ""),
        period=form.get("period", ""),
        locale=form.get("locale", ""),
        attach_pdf=form.get("attach_pdf") == "yes",
        link=form.get("link", ""),
        wait_hours=int(hours),
    )


def _typed(caller: Caller, found: Schedule) -> dict[str, str]:
    """Return a schedule as its form shows it."""
    wish = wish_of(caller, found)
    return {
        "template": wish.template,
        "client": wish.client,
        "name": wish.name,
        "recipients": "\n".join(found.addresses),
        "weekday": "Monday",
        "at": "08:00",
        "month_day": "1",
        **form_of(wish.cron),
        "timezone": wish.timezone,
        "period": wish.period,
        "locale": wish.locale,
        "attach_pdf": "yes" if wish.attach_pdf else "",
        "link": wish.link,
        "wait_hours": str(wish.wait_hours),
    }


def _form(
    world: World,
    visitor: Visitor,
    caller: Caller,
    given: Mapping[str, str],
    found: Schedule | None = None,
    **more: str,
) -> Response:
    with world.metadata.read() as session:
        templates = Library(session, caller.workspace.id).templates()
        runs = Runs(session).history([found.id]) if found else []
    values: dict[str, object] = {
        "given": {"name": "", "cron": "", "timezone": "", **given},
        "schedule": found,
        "when": words_of(found.cron) if found else "",
        "runs": [(one, result_of(one)) for one in runs],
        "templates": {name: in_english(one.title) for name, one in templates.items()},
        "periods": PERIODS,
        "hows": HOW,
        "weekdays": (*WEEKDAYS[1:], WEEKDAYS[0]),
        "locales": LOCALES,
        "links": LINKS,
        "mail_server": None if world.mailer is None else world.mailer.server.place,
        "is_public": world.settings.public_url.startswith("https://"),
        "wrong": "",
        "wrong_act": "",
        "said": "",
        **more,
    }
    return _page(
        world, visitor, caller, "schedule.html", 422 if more.get("wrong") or more.get("wrong_act") else 200, **values
    )


def result_of(run: Run | None) -> Result | None:
    """Return what became of a run, the worst first."""
    if run is None:
        return None
    total, sent = len(run.deliveries), run.count(DeliveryState.SENT)
    unknown, failed = run.count(DeliveryState.UNKNOWN), run.count(DeliveryState.FAILED)
    tried = [one for one in run.deliveries if one.state is DeliveryState.WAITING and one.error]
    if unknown:
        return Result("Not sure", "bad", f"{unknown} of {total} may or may not have arrived")
    if failed:
        return Result("Not sent", "bad", f"{failed} of {total} could not be sent")
    if tried:
        return Result("Tried again", "watch", tried[0].error or "")
    if run.state is RunState.WAITING:
        return Result("Waits for data", "watch", run.lacking or "")
    if run.state is RunState.SENDING:
        return Result("Being sent", "busy", f"{sent} of {total}")
    if run.state is RunState.DROPPED:
        return Result("Dropped", "neutral", "it was paused before it was sent")
    if not sent:
        return Result("Nobody got it", "neutral", "there is no recipient any more")
    if run.is_late:
        return Result("Sent late", "watch", f"without {run.lacking}")
    return Result("Sent", "good", f"to {sent}")


def _client(caller: Caller, schedule: Schedule) -> str:
    if schedule.client_account_id is None:
        return "all clients"
    return next((one.name for one in caller.clients if one.id == schedule.client_account_id), "")


def _page(world: World, visitor: Visitor, caller: Caller, name: str, status: int = 200, **values: object) -> Response:
    more = {"here": _HERE, "clients": caller.clients, **values}
    return page(world, name, visitor=visitor, workspace=caller.workspace, status=status, **more)
