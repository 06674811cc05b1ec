"""What people let a schedule do: be kept, go out at once, go to one address as a test, rest, go on."""

from datetime import datetime
from typing import cast

from api.errors import ConflictError, InvalidSettingError, NotFoundError, StartError
from api.mail.message import OutgoingMail, compose, is_address, parse_sender
from api.mail.sender import Delivery
from api.reports import template_of
from api.schedules.freshness import lacking_of
from api.schedules.letters import Envelope, letter
from api.schedules.making import MadeReport, forget_link, make_report, reader_of
from api.schedules.periods import PeriodName
from api.schedules.records import Schedule
from api.schedules.repository import Schedules
from api.schedules.runs import Runs
from api.schedules.timing import next_after, period_at
from api.schedules.wishes import ScheduleWish, checked
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from api.workspaces.records import Caller, Workspace
from api.world import World
from looker_templates import Days


def days_at(schedule: Schedule, workspace: Workspace, moment: datetime) -> Days:
    """Return the days that a schedule is about at a moment."""
    period = cast("PeriodName", schedule.period)  # it was checked when it was kept
    return period_at(period, schedule.timezone, moment, workspace.first_weekday)


def schedule_named(metadata: MetadataDatabase, workspace: Workspace, name: str) -> Schedule:
    """Return a schedule of a workspace by its id or its name."""
    with metadata.read() as session:
        known = Schedules(session, workspace.id).all()
    found = [one for one in known if one.id == name] or [one for one in known if one.name.lower() == name.lower()]
    if not found:
        raise NotFoundError(f"There is no schedule '{name[:60]}'. The console lists them: /console/schedules.")
    if len(found) > 1:
        raise ConflictError(f"Several schedules are called '{name[:60]}'. Name one by its id.")
    return found[0]


def keep(
    world: World, caller: Caller, wish: ScheduleWish, author: str, moment: datetime, there: Schedule | None = None
) -> str:
    """Keep a new schedule, or change the one that is there, and return its id."""
    report = template_of(world, caller, wish.template)
    found = checked(caller, report, wish, moment, is_new=there is None)
    with world.metadata.write() as session:
        schedules = Schedules(session, caller.workspace.id)
        if there is None:
            return schedules.add({**found.values, "created_by": author[:300]}, found.addresses or ())
        values = {**found.values, **({"next_run_at": None} if there.paused else {})}
        schedules.change(there.id, values, found.addresses)
        return there.id


def send_now(metadata: MetadataDatabase, workspace: Workspace, schedule: Schedule, moment: datetime) -> Days:
    """Let the period that a schedule is about now go out to those who have not got it, without waiting for data."""
    days = days_at(schedule, workspace, moment)
    if schedule.paused:
        raise ConflictError(f"'{schedule.name}' is paused. Let it go on first.")
    with metadata.write() as session:
        if Runs(session).add(schedule, days, moment, wait=False) is None:
            raise ConflictError(
                f"'{schedule.name}' has gone out for {days[0]:%-d %b %Y} to {days[1]:%-d %b %Y}, and each recipient "
                "gets the same days once."
            )
    return days


def send_test(world: World, workspace: Workspace, schedule: Schedule, address: str, moment: datetime) -> Delivery:
    """Send what would go out now to one address, and say what the mail server answered. It counts for nothing."""
    if not is_address(address):
        raise InvalidSettingError(f"'{address[:80]}' is no e-mail address.")
    if world.mailer is None:
        raise StartError("No mail server is set. Set BELVEDERE_SMTP_URL and BELVEDERE_MAIL_FROM, and start again.")
    made, mail = _test_mail(world, workspace, schedule, address, moment)
    try:
        return world.mailer.send(mail)
    except Exception:
        forget_link(world, schedule, made)
        raise


def mail_file(world: World, workspace: Workspace, schedule: Schedule, address: str, moment: datetime) -> bytes:
    """Return what would go out now as a file that mail programs open (RFC 5322); it needs no mail server."""
    _, mail = _test_mail(world, workspace, schedule, address, moment)
    sender = world.mailer.sender if world.mailer is not None else parse_sender(address)
    return compose(mail, sender, "localhost").as_bytes()


def _test_mail(
    world: World, workspace: Workspace, schedule: Schedule, address: str, moment: datetime
) -> tuple[MadeReport, OutgoingMail]:
    days = days_at(schedule, workspace, moment)
    caller, client = reader_of(world, schedule)
    report = template_of(world, caller, schedule.template_id)
    made = make_report(world, schedule, days, lacking_of(world, caller, report, client, days[1]))
    return made, letter(made, Envelope(address, f"test-{new_id()}", world.settings.product_name))


def pause(metadata: MetadataDatabase, schedule: Schedule) -> None:
    """Let a schedule rest; what waits is dropped."""
    with metadata.write() as session:
        Schedules(session, schedule.workspace_id).change(schedule.id, {"paused": True, "next_run_at": None})
        Runs(session).drop_open(schedule.id)


def resume(metadata: MetadataDatabase, schedule: Schedule, moment: datetime) -> None:
    """Let a schedule go on, from its next date on."""
    again = {"paused": False, "next_run_at": next_after(schedule.cron, schedule.timezone, moment)}
    with metadata.write() as session:
        Schedules(session, schedule.workspace_id).change(schedule.id, again)
