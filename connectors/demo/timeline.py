"""The three years of the demo: where they begin, how business grows, and the month in which all went wrong."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.demo.records import month_start
from connectors.demo.world import DemoClient

HISTORY_MONTHS = 36
CRISIS_CLIENT = "orvanta-cloud"
_CRISIS_AFTER = 28  # months
_AFTERMATH = (1.0, 0.45, 0.2)  # strain in the month of the crisis and in those after it


@dataclass(frozen=True)
class Timeline:
    """The calendar of one demo: everything that changes over the years counts from its first day."""

    start: date

    @staticmethod
    def ending(last: date) -> "Timeline":
        """Return the timeline whose three years end with the month of `last`."""
        return Timeline(month_start(last, -HISTORY_MONTHS))

    def month(self, number: int) -> date:
        """Return the first day of a month; 0 is the first."""
        return month_start(self.start, number)

    def months_at(self, day: date) -> int:
        """Return how many months have begun since the first one."""
        return (day.year - self.start.year) * 12 + day.month - self.start.month

    def trend(self, day: date, growth: float) -> float:
        """Return a factor that is 1 in the middle of the three years and has grown by `growth` over them."""
        middle = (day - self.start).days / 365.25 - 1.5
        return max(0.4, 1 + growth * math.tanh(middle / 2.2) * 0.75)

    @property
    def crisis(self) -> tuple[date, date]:
        """Return the first and the last day of the month of the crisis."""
        return self.month(_CRISIS_AFTER), self.month(_CRISIS_AFTER + 1) - timedelta(days=1)

    def strain(self, client: DemoClient, day: date) -> float:
        """Return how much a client suffers from the crisis on a day: 1 in its month, less after it, else 0."""
        if client.slug != CRISIS_CLIENT:
            return 0.0
        after = self.months_at(day) - _CRISIS_AFTER
        return _AFTERMATH[after] if 0 <= after < len(_AFTERMATH) else 0.0


def season(client: DemoClient, day: date) -> float:
    """Return the season's factor of a day: best before Christmas for a shop, in summer for travel, and so on."""
    best = {"Retail": 340, "Travel": 185, "Food delivery": 20}.get(client.industry, 290)
    return 1 + client.season * math.cos((day.timetuple().tm_yday - best) / 365 * 2 * math.pi)
