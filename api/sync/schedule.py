"""When a connection is due: an interval such as `1h`, or a cron line such as `0 6 * * *` in the workspace's time."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from api.errors import InvalidSettingError
from api.workspaces.records import Connection
from connectors import LinkedSource, StopError, find_source

DEFAULT_SCHEDULE = "1h"
SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(days=31)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_INTERVAL = re.compile(r"(\d{1,4})\s*([mhd])")
_MOST_JITTER = timedelta(minutes=5)
_PART = 0.1  # of an interval by which connections are spread


def check_schedule(text: str) -> str:
    """Return a schedule as it is stored, or refuse it."""
    tidy = " ".join(text.split())
    next_after(tidy, datetime(2026, 1, 1, tzinfo=UTC), "UTC", "")
    return tidy


def next_after(schedule: str, moment: datetime, timezone: str, connection_id: str) -> datetime:
    """Return when a connection runs after a moment. Each runs a little later, always by the same, than the schedule
    says: not all of them are to ask at once."""
    found = _INTERVAL.fullmatch(schedule)
    if found is not None:
        length = timedelta(**{_UNITS[found[2]]: int(found[1])})
        if not SHORTEST <= length <= LONGEST:
            raise InvalidSettingError(f"A connection cannot run every {schedule}: choose from 5m to 31d.")
        return moment + length + _jitter(connection_id, min(_MOST_JITTER, length * _PART))
    try:
        lines = CronSim(schedule, moment.astimezone(ZoneInfo(timezone)))
        first = next(lines)
        second = next(lines)
    except (CronSimError, StopIteration) as error:
        raise InvalidSettingError(
            f"'{schedule}' is no schedule. Write an interval such as 30m, 1h or 1d, or a cron line such as 0 6 * * *."
        ) from error
    if second - first < SHORTEST:
        raise InvalidSettingError(f"'{schedule}' runs more often than every five minutes.")
    return first.astimezone(UTC) + _jitter(connection_id, min(_MOST_JITTER, (second - first) * _PART))


def schedule_of(connection: Connection) -> str | None:
    """Return the schedule that a connection follows: its own, or an hour for an account that was linked."""
    if connection.schedule:
        return connection.schedule
    try:
        return DEFAULT_SCHEDULE if isinstance(find_source(connection.source), LinkedSource) else None
    except StopError:
        return None  # a third party's source that is not installed any more


def _jitter(connection_id: str, most: timedelta) -> timedelta:
    share = int.from_bytes(hashlib.sha256(connection_id.encode()).digest()[:4], "big") / 2**32
    return most * share
