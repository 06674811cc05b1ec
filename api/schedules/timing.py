"""When a report goes out: a cron line in a time zone, checked, followed through both clock changes, and in words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from api.errors import InvalidSettingError
from api.schedules.periods import PeriodName, days_of
from looker_templates import Days

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_LOOKED_AT = 14  # occasions, in which a line that goes out too often shows itself
_SIMPLE = re.compile(r"(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|1-5|[0-6])")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def occasions(cron: str, timezone: str, after: datetime) -> Iterator[datetime]:
    """Give the moments (UTC) after one. What falls into the hour that is left out goes out right behind it, and what
    falls into the hour that comes twice goes out once."""
    for local in CronSim(cron, after.astimezone(_zone(timezone))):
        yield local.astimezone(UTC)


def next_after(cron: str, timezone: str, moment: datetime) -> datetime:
    """Return the next moment (UTC) after this one."""
    try:
        return next(occasions(cron, timezone, moment))
    except (CronSimError, StopIteration) as error:
        raise InvalidSettingError(
            f"'{cron[:60]}' is no time to send at. Write a cron line such as 0 8 * * 1, every Monday at 8."
        ) from error


def last_until(cron: str, timezone: str, first: datetime, moment: datetime) -> datetime:
    """Return the last moment that has come, from the first that was due on: of those that were slept through, one."""
    found = first
    for one in occasions(cron, timezone, first):
        if one > moment:
            break
        found = one
    return found


def period_at(period: PeriodName, timezone: str, due: datetime, first_weekday: int) -> Days:
    """Return the days that a report which is due at a moment is about."""
    return days_of(period, due.astimezone(_zone(timezone)).date(), first_weekday)


def check_timing(cron: str, timezone: str, period: PeriodName, first_weekday: int, moment: datetime) -> str:
    """Return the cron line as it is kept; refuse one that would come to the same days twice, which are sent once."""
    tidy = " ".join(cron.split())
    if len(tidy) > 100:
        raise InvalidSettingError("A cron line has up to 100 letters.")
    next_after(tidy, timezone, moment)
    days = [
        period_at(period, timezone, one, first_weekday) for one in islice(occasions(tidy, timezone, moment), _LOOKED_AT)
    ]
    for one, other in pairwise(days):
        if one == other:
            raise InvalidSettingError(
                f"Two mails in a row would be of the same days, {one[0]:%-d %b %Y} to {one[1]:%-d %b %Y}, and the same "
                "days are sent once. Send it less often, or choose another period."
            )
    return tidy


def cron_of(how: str, at: str, weekday: str, month_day: str, cron: str) -> str:
    """Return the cron line of what was chosen in a form; `how` is daily, workdays, weekly, monthly or cron."""
    if how == "cron":
        return cron
    time = _TIME.fullmatch(at.strip())
    if time is None:
        raise InvalidSettingError("Write the time of day such as 08:00.")
    hour, minute = int(time[1]), int(time[2])
    match how:
        case "daily":
            return f"{minute} {hour} * * *"
        case "workdays":
            return f"{minute} {hour} * * 1-5"
        case "weekly" if weekday in WEEKDAYS:
            return f"{minute} {hour} * * {WEEKDAYS.index(weekday)}"
        case "monthly" if month_day.isdecimal() and 1 <= int(month_day) <= 28:
            return f"{minute} {hour} {int(month_day)} * *"
        case "monthly":
            raise InvalidSettingError("Choose a day of the month from 1 to 28, which every month has.")
    raise InvalidSettingError("Choose how often it goes out.")


def form_of(cron: str) -> dict[str, str]:
    """Return a cron line as the form shows it; the other way round from `cron_of`."""
    found = _SIMPLE.fullmatch(cron)
    if found is None or (found[3] != "*" and found[4] != "*"):
        return {"how": "cron", "cron": cron}
    at = f"{int(found[2]):02d}:{int(found[1]):02d}"
    if found[3] != "*":
        return (
            {"how": "monthly", "at": at, "month_day": found[3]}
            if int(found[3]) <= 28
            else {"how": "cron", "cron": cron}
        )
    if found[4] == "*":
        return {"how": "daily", "at": at}
    if found[4] == "1-5":
        return {"how": "workdays", "at": at}
    return {"how": "weekly", "at": at, "weekday": WEEKDAYS[int(found[4])]}


def words_of(cron: str) -> str:
    """Return a cron line in words, such as `Every Monday at 08:00`."""
    form = form_of(cron)
    match form["how"]:
        case "daily":
            return f"Every day at {form['at']}"
        case "workdays":
            return f"Monday to Friday at {form['at']}"
        case "weekly":
            return f"Every {form['weekday']} at {form['at']}"
        case "monthly":
            return f"On day {form['month_day']} of the month at {form['at']}"
    return f"Cron {cron}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidSettingError(f"'{name[:60]}' is no time zone. Write one such as Europe/Athens.") from error
