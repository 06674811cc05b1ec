"""How many tickets come on a day: week rhythm, growth over the year, and a spike now and then."""

import math
import random
from datetime import date

from connectors.demo.world import DemoClient

_SPIKE = 2.6


def tickets_on(client: DemoClient, day: date) -> int:
    """Return the number of tickets of a client on a day; always the same for the same day."""
    chance = random.Random(f"{client.slug}/{day}/volume")  # noqa: S311
    weekday = (1.22, 1.08, 1.0, 0.97, 0.94)[day.weekday()] if day.weekday() < 5 else client.weekend
    season = 1 + client.growth * math.sin((day.timetuple().tm_yday / 365 - 0.25) * 2 * math.pi) / 2
    noise = chance.gauss(1, 0.07)
    spike = _SPIKE if is_spike(client, day) else 1.0
    return max(1, round(client.per_day * weekday * season * max(0.6, noise) * spike))


def is_spike(client: DemoClient, day: date) -> bool:
    """Tell whether something went wrong that day: three days in every third month, another month for each client."""
    turn = (day.year * 12 + day.month + len(client.slug)) % 3
    return turn == 0 and 11 <= day.day <= 13
