"""How many tickets come on a day: week rhythm, season, growth over the years, a crisis, and a spike now and then."""

from datetime import date

from connectors.demo.records import poisson, seeded
from connectors.demo.timeline import Timeline, season
from connectors.demo.world import DemoClient

_SPIKE = 2.6
_WEEK = (1.22, 1.08, 1.0, 0.97, 0.94)


def tickets_on(client: DemoClient, timeline: Timeline, day: date) -> int:
    """Return the number of tickets of a client on a day; always the same for the same day."""
    chance = seeded(client.slug, day, "volume")
    weekday = _WEEK[day.weekday()] if day.weekday() < 5 else client.weekend
    trouble = 1 + 1.3 * timeline.strain(client, day)
    spike = _SPIKE if is_spike(client, day) else 1.0
    mean = client.per_day * weekday * season(client, day) * timeline.trend(day, client.growth) * trouble * spike
    return max(1, poisson(chance, mean))


def is_spike(client: DemoClient, day: date) -> bool:
    """Tell whether something went wrong that day: three days in every third month, another month for each client."""
    turn = (day.year * 12 + day.month + len(client.slug)) % 3
    return turn == 0 and 11 <= day.day <= 13
