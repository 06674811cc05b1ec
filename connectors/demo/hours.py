"""When the demo's clients work: by week, in their own zones, with the holidays that all of them keep."""

from connectors.demo.records import Record
from connectors.demo.timeline import HISTORY_MONTHS, Timeline
from connectors.demo.world import DEMO_CLIENTS
from connectors.json_value import JsonValue

_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
_WEEKEND = ("saturday", "sunday")
_OFFICE, _EVENING = "09:00-18:00", "11:00-23:00"
_HOLIDAYS = ("01-01", "05-01", "12-25")


def business_hours(timeline: Timeline) -> list[Record]:
    """Return a schedule for each client, in the shape of a file of business hours."""
    years = range(timeline.start.year, timeline.month(HISTORY_MONTHS).year + 3)
    holidays: list[JsonValue] = [f"{year}-{day}" for year in years for day in _HOLIDAYS]
    schedules: list[Record] = []
    for client in DEMO_CLIENTS:
        late = client.weekend > 1  # whose customers write at weekends is open then
        days, times = ((*_WEEK, *_WEEKEND), _EVENING) if late else (_WEEK, _OFFICE)
        hours: dict[str, JsonValue] = dict.fromkeys(days, times)
        schedules.append({"client": client.slug, "timezone": client.timezone, "hours": hours, "holidays": holidays})
    return schedules
