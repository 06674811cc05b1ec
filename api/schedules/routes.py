"""The admin API of scheduled reports: what goes out to whom and when, and what became of every mail."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.schedules.messages import (
    DaysAnswer,
    DeliveryAnswer,
    HistoryAnswer,
    RecipientAnswer,
    RunAnswer,
    ScheduleAnswer,
    ScheduleChange,
    ScheduleMessage,
    SchedulesAnswer,
    SentAnswer,
    TrialMessage,
)
from api.schedules.planning import keep, pause, resume, send_now, send_test
from api.schedules.records import Delivery, DeliveryState, Run, Schedule
from api.schedules.repository import Schedules
from api.schedules.runs import Runs
from api.schedules.wishes import ScheduleWish, wish_of
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from api.writing.places import slug_of

router = APIRouter(
    prefix="/v1/schedules", tags=["schedules"], responses=REFUSALS, dependencies=[needs(Permission.SHARE)]
)


@router.get("")
def schedules(world: WorldDep, caller: AdminDep) -> SchedulesAnswer:
    """List the schedules with what became of their last mails."""
    with world.metadata.read() as session:
        known = Schedules(session, caller.workspace.id).all()
        return SchedulesAnswer(schedules=[_answer(caller, one, Runs(session).last_of(one.id)) for one in known])


@router.post("", status_code=201, openapi_extra=takes(ScheduleMessage))
async def add(request: Request, world: WorldDep, caller: AdminDep) -> ScheduleAnswer:
    """Make a schedule; it goes out from its next date on."""
    asked = await parsed(request, world, ScheduleMessage)
    wish = replace(ScheduleWish(template=asked.report), **_named(asked.model_dump()))

    def work() -> ScheduleAnswer:
        made = keep(world, caller, wish, caller.key_name, now())
        return _answer(caller, schedule_of(world, caller, made), None)

    return await run_in_threadpool(work)


@router.get("/{schedule_id}")
def history(schedule_id: str, world: WorldDep, caller: AdminDep) -> HistoryAnswer:
    """Give a schedule and what became of its mails."""
    found = schedule_of(world, caller, schedule_id)
    with world.metadata.read() as session:
        runs = Runs(session).history([found.id])
    last = runs[0] if runs else None
    return HistoryAnswer(schedule=_answer(caller, found, last), runs=[_run(one) for one in runs])


@router.patch("/{schedule_id}", openapi_extra=takes(ScheduleChange))
async def change(schedule_id: str, request: Request, world: WorldDep, caller: AdminDep) -> ScheduleAnswer:
    """Change a schedule, let it rest or go on."""
    asked = await parsed(request, world, ScheduleChange)

    def work() -> ScheduleAnswer:
        found = schedule_of(world, caller, schedule_id)
        given = asked.model_dump(exclude_none=True, exclude={"paused"})
        if given:
            wish = replace(wish_of(caller, found), **_named(given))
            keep(world, caller, wish, caller.key_name, now(), found)
        if asked.paused is not None and asked.paused != found.paused:
            if asked.paused:
                pause(world.metadata, found)
            else:
                resume(world.metadata, schedule_of(world, caller, schedule_id), now())
        return _answer(caller, schedule_of(world, caller, schedule_id), None)

    return await run_in_threadpool(work)


@router.delete("/{schedule_id}", status_code=204)
def remove(schedule_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Forget a schedule with its history."""
    found = schedule_of(world, caller, schedule_id)
    with world.metadata.write() as session:
        Schedules(session, caller.workspace.id).remove(found.id)
    return Response(status_code=204)


@router.post("/{schedule_id}/send", status_code=202)
def send(schedule_id: str, world: WorldDep, caller: AdminDep) -> DaysAnswer:
    """Let the present period go out now, to those who have not got it; the server sends it within seconds."""
    days = send_now(world.metadata, caller.workspace, schedule_of(world, caller, schedule_id), now())
    return DaysAnswer(first=days[0], last=days[1])


@router.post("/{schedule_id}/test", openapi_extra=takes(TrialMessage))
async def test(schedule_id: str, request: Request, world: WorldDep, caller: AdminDep) -> SentAnswer:
    """Send what would go out now to one address. It counts for nothing: the recipients still get theirs."""
    asked = await parsed(request, world, TrialMessage)

    def work() -> SentAnswer:
        found = schedule_of(world, caller, schedule_id)
        done = send_test(world, caller.workspace, found, asked.to, now())
        return SentAnswer(message_id=done.message_id, to=list(done.accepted))

    return await run_in_threadpool(work)


def _named(given: dict[str, object]) -> dict[str, Any]:
    """Give the fields of a message the names that they have inside."""
    inside = {"report": "template", "language": "locale"}
    return {inside.get(name, name): value for name, value in given.items()}


def schedule_of(world: World, caller: Caller, schedule_id: str) -> Schedule:
    """Return a schedule of the caller's workspace."""
    with world.metadata.read() as session:
        found = Schedules(session, caller.workspace.id).get(schedule_id)
    if found is None or not (found.client_account_id is None or slug_of(caller, found.client_account_id)):
        raise NotFoundError(f"There is no schedule '{schedule_id[:40]}'. GET /v1/schedules lists them.")
    return found


def _answer(caller: Caller, one: Schedule, last: Run | None) -> ScheduleAnswer:
    return ScheduleAnswer(
        id=one.id,
        name=one.name,
        report=one.template_id,
        client=slug_of(caller, one.client_account_id) if one.client_account_id else None,
        recipients=[RecipientAnswer(address=to.address, unsubscribed_at=to.unsubscribed_at) for to in one.recipients],
        cron=one.cron,
        timezone=one.timezone,
        period=one.period,
        language=one.locale,
        attach_pdf=one.attach_pdf,
        link=one.link,
        wait_hours=one.wait_hours,
        paused=one.paused,
        next_run_at=one.next_run_at,
        last_run=None if last is None else _run(last),
    )


def _run(run: Run) -> RunAnswer:
    return RunAnswer(
        id=run.id,
        first=run.first,
        last=run.last,
        due_at=run.due_at,
        state=run.state,
        late=run.is_late,
        lacking=run.lacking,
        deliveries=[_delivery(one) for one in run.deliveries],
    )


def _delivery(one: Delivery) -> DeliveryAnswer:
    waits = one.state is DeliveryState.WAITING
    return DeliveryAnswer(
        id=one.id,
        recipient=one.recipient,
        state=one.state,
        tries=one.tries,
        error=one.error,
        next_try_at=one.next_try_at if waits else None,
        sent_at=one.sent_at,
    )
