"""The people who work for a client: agents, a bot, customer success and sales, with who came and who left."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from connectors.demo.names import person
from connectors.demo.records import Record, day_text, passed
from connectors.demo.timeline import Timeline
from connectors.demo.world import DEMO_CLIENTS, DemoClient

SALARIES = {"agent": 2_050, "csm": 1_500, "sales": 1_750, "other": 0}  # a month for this client, in major units


@dataclass(frozen=True)
class Agent:
    """Someone who works for a client; `pace` multiplies how long things take."""

    id: str
    name: str
    team: str
    group: str
    pace: float
    role: str
    active_from: date
    active_to: date | None
    cost_per_hour: int  # minor units
    is_bot: bool = False

    def works_on(self, day: date) -> bool:
        """Tell whether the person is on the staff list that day."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


# Team, group, role, pace, first month and last month of the three years (before the start: 0; still there: None).
_PLACES = (
    ("Front line", "Chat and phone", "agent", 0.75, 0, None),
    ("Front line", "Mail", "agent", 0.9, 0, None),
    ("Specialists", "Second line", "agent", 1.15, 0, None),
    ("Front line", "Chat and phone", "agent", 1.05, 0, 15),
    ("Front line", "Mail", "agent", 1.3, 16, None),
    ("Specialists", "Second line", "agent", 0.95, 22, None),
    ("Customer success", "Success", "csm", 1.0, 0, None),
    ("Customer success", "Success", "csm", 1.0, 9, None),
    ("Sales", "New business", "sales", 1.0, 0, None),
    ("Sales", "New business", "sales", 1.0, 0, 26),
    ("Sales", "New business", "sales", 1.0, 27, None),
    ("Front line", "Bot", "agent", 0.1, 4, None),
)


@lru_cache(maxsize=64)
def staff_of(client: DemoClient, timeline: Timeline) -> tuple[Agent, ...]:
    """Return everybody who ever worked for a client; the same every time."""
    turn = DEMO_CLIENTS.index(client)
    people = []
    for number, (team, group, role, pace, first, last) in enumerate(_PLACES, start=1):
        came = timeline.month(first) if first else timeline.start - timedelta(days=200 + number * 37)
        left = None if last is None else timeline.month(last + 1) - timedelta(days=1)
        is_bot = group == "Bot"
        name = f"{client.name.split()[0]} bot" if is_bot else person(turn * 23 + number * 5)
        cost = 0 if is_bot else 2_300 + 140 * number
        key = f"{client.slug}-a{number}"
        people.append(Agent(key, name, team, group, pace, role, came, left, cost, is_bot))
    return tuple(people)


@lru_cache(maxsize=16_384)
def agents_on(client: DemoClient, timeline: Timeline, day: date) -> tuple[Agent, ...]:
    """Return the human service agents of a day."""
    return tuple(
        one for one in staff_of(client, timeline) if one.role == "agent" and not one.is_bot and one.works_on(day)
    )


def bot_of(client: DemoClient, timeline: Timeline) -> Agent:
    """Return the client's bot."""
    return next(one for one in staff_of(client, timeline) if one.is_bot)


def colleague(client: DemoClient, timeline: Timeline, role: str, number: int, day: date) -> Agent:
    """Return the person of a role who takes case `number` on a day."""
    able = [one for one in staff_of(client, timeline) if one.role == role and one.works_on(day)]
    return able[number % len(able)]


def staff_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the staff list as it stands at `until`."""
    return [
        {
            "id": one.id,
            "client": client.slug,
            "name": one.name,
            "email": None if one.is_bot else f"{one.name.lower().replace(' ', '.')}@{client.domain}",
            "team": one.team,
            "group": one.group,
            "role": one.role,
            "manager": None if one.is_bot else client.account_owner,
            "cost_per_hour": {"minor": one.cost_per_hour, "currency": client.currency},
            "active_from": day_text(one.active_from),
            "active_to": day_text(passed(one.active_to, until)),
            "bot": one.is_bot,
            "updated_at": f"{passed(one.active_to, until) or one.active_from}T06:00:00Z",
        }
        for one in staff_of(client, timeline)
        if one.active_from < until.date()
    ]
