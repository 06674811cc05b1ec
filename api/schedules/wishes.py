"""From what a person or a script wants to be sent to a schedule that can be kept, or what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.forms import chosen_one
from api.errors import InvalidSettingError
from api.mail.message import is_address
from api.reports.choices import locale_of
from api.schedules.periods import PERIODS
from api.schedules.records import LiveLink, Schedule
from api.schedules.timing import check_timing, next_after
from api.workspaces.records import Caller
from api.writing.places import chosen_client, slug_of
from looker_templates import Report, in_english

LOCALES = {"en": "English", "pt": "Português", "es": "Español", "ro": "Română", "el": "Ελληνικά", "zh-Hans": "简体中文"}
MOST_RECIPIENTS = 100
MOST_HOURS = 72


@dataclass(frozen=True)
class ScheduleWish:
    """What was filled in; `client` is a slug, empty means all of them; without a zone it is the client's."""

    template: str
    client: str = ""
    name: str = ""
    recipients: tuple[str, ...] = ()
    cron: str = "0 8 * * 1"
    timezone: str = ""
    period: str = "last_full_week"
    locale: str = "en"
    attach_pdf: bool = True
    link: str = "link"
    wait_hours: int = 12


@dataclass(frozen=True)
class CheckedSchedule:
    """Columns of a schedule, and who gets it; None: whoever does."""

    values: dict[str, object]
    addresses: tuple[str, ...] | None


def wish_of(caller: Caller, schedule: Schedule) -> ScheduleWish:
    """Return a schedule as it would be filled in, but for its recipients."""
    return ScheduleWish(
        template=schedule.template_id,
        client=(slug_of(caller, schedule.client_account_id) or "") if schedule.client_account_id else "",
        name=schedule.name,
        cron=schedule.cron,
        timezone=schedule.timezone,
        period=schedule.period,
        locale=schedule.locale,
        attach_pdf=schedule.attach_pdf,
        link=schedule.link,
        wait_hours=schedule.wait_hours,
    )


def checked(
    caller: Caller, report: Report, wish: ScheduleWish, moment: datetime, *, is_new: bool = True
) -> CheckedSchedule:
    """Return what can be kept, or refuse it in words; a schedule that is there may keep its recipients."""
    client = chosen_client(caller, wish.client) if wish.client else None
    zone = wish.timezone.strip() or (client.timezone if client else caller.workspace.timezone)
    period = chosen_one(wish.period, PERIODS, "period")
    cron = check_timing(wish.cron, zone, period, caller.workspace.first_weekday, moment)
    if wish.locale not in LOCALES:
        raise InvalidSettingError(f"Choose the language: {', '.join(LOCALES)}.")
    if not 0 <= wish.wait_hours <= MOST_HOURS:
        raise InvalidSettingError(f"A mail waits for its data for 0 to {MOST_HOURS} hours.")
    name = " ".join(wish.name.split()) or f"{in_english(report.title)}, {client.name if client else 'all clients'}"
    if not all(letter.isprintable() for letter in name):
        raise InvalidSettingError("The name is one line without control characters.")
    return CheckedSchedule(
        values={
            "template_id": report.id,
            "client_account_id": client.id if client else None,
            "name": name[:200],
            "cron": cron,
            "timezone": zone,
            "period": period,
            "locale": locale_of(wish.locale),
            "attach_pdf": wish.attach_pdf,
            "link": chosen_one(wish.link, [one.value for one in LiveLink], "link"),
            "wait_hours": wish.wait_hours,
            "next_run_at": next_after(cron, zone, moment),
        },
        addresses=addresses_of(wish.recipients) if is_new or wish.recipients else None,
    )


def addresses_of(given: Sequence[str]) -> tuple[str, ...]:
    """Return the e-mail addresses of recipients, each once; they may stand in one text, by lines or commas."""
    found = [one for text in given for one in re.split(r"[\s,;]+", text.strip().lower()) if one]
    for one in found:
        if not is_address(one) or len(one) > 254:
            raise InvalidSettingError(f"'{one[:80]}' is no e-mail address. Write one a line, such as ana@example.com.")
    if not found:
        raise InvalidSettingError("Say who gets it: write at least one e-mail address.")
    if len(set(found)) > MOST_RECIPIENTS:
        raise InvalidSettingError(f"A schedule has up to {MOST_RECIPIENTS} recipients. Use a mailing list for more.")
    return tuple(dict.fromkeys(found))
