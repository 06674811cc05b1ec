"""Invents the tickets of one client on one day, as a help desk's API would give them at a certain moment."""

import math
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connectors.demo.volume import is_spike, tickets_on
from connectors.demo.world import COMPANY_FIRST, COMPANY_LAST, PLANS, SIZES, Agent, DemoClient, Topic, agents_of
from connectors.source import JsonValue

_CHANNELS = ("email", "chat", "web form", "phone", "messenger")
_CHANNEL_WEIGHTS = (0.36, 0.27, 0.16, 0.13, 0.08)
_CHANNEL_GROUPS = {"email": "written", "web form": "written", "chat": "live", "messenger": "live", "phone": "voice"}
_SPEED = {"email": 1.0, "web form": 1.15, "chat": 0.06, "messenger": 0.12, "phone": 0.02}
_PRIORITIES = ("low", "normal", "high", "urgent")
_PRIORITY_WEIGHTS = (0.2, 0.56, 0.18, 0.06)
_PRIORITY_SPEED = {"low": 1.4, "normal": 1.0, "high": 0.6, "urgent": 0.35}
_COST_PER_HOUR = 2_900  # minor units
_SETTLED_AFTER = timedelta(days=20)  # no ticket changes later than this after it came

Record = dict[str, JsonValue]


def tickets_of_day(client: DemoClient, day: date, until: datetime) -> list[Record]:
    """Return the day's tickets as they stand at `until`; what happens later is not there yet."""
    chance = random.Random(f"{client.slug}/{day}/tickets")  # noqa: S311
    midnight, next_midnight = (
        datetime.combine(date_, time(), ZoneInfo(client.timezone)).astimezone(UTC)
        for date_ in (day, day + timedelta(days=1))
    )
    hour = (next_midnight - midnight) / 24  # A little more or less than an hour when the clocks change.
    agents = agents_of(client)
    return [
        _ticket(client, day, number, midnight + hour * _hour(client, chance), agents, chance, until)
        for number in range(tickets_on(client, day))
    ]


def _ticket(
    client: DemoClient,
    day: date,
    number: int,
    came: datetime,
    agents: tuple[Agent, ...],
    chance: random.Random,
    until: datetime,
) -> Record:
    created = came.replace(microsecond=0)
    channel = chance.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
    priority = chance.choices(_PRIORITIES, _PRIORITY_WEIGHTS)[0]
    topic = _topic(client, day, chance)
    agent = chance.choice(agents)
    pace = topic.effort * agent.pace * _PRIORITY_SPEED[priority] * (1.7 if is_spike(client, day) else 1.0)
    moments = _Moments(created, channel, pace, chance, until)
    part = chance.choice(topic.parts)
    company = chance.randrange(80)
    replies, bots = moments.replies, moments.bot_replies
    handle = round(240 + 420 * pace * max(1, replies) * chance.uniform(0.6, 1.5))
    ticket_id = f"{client.slug[:3].upper()}-{day:%y%m%d}-{number + 1:04d}"
    return {
        "id": ticket_id,
        "client": client.slug,
        "url": f"https://desk.example/{client.slug}/tickets/{ticket_id}",
        "subject": f"{topic.name}: {part.lower()}",
        "status": moments.status,
        "priority": priority,
        "type": "problem" if topic.effort > 1.3 else "question",
        "category": topic.name,
        "subcategory": part,
        "channel": channel,
        "channel_group": _CHANNEL_GROUPS[channel],
        "tags": _tags(topic, priority, chance),
        "product": client.product,
        "created_at": _stamp(created),
        "updated_at": _stamp(moments.updated),
        "assigned_at": _stamp(moments.assigned),
        "first_reply_at": _stamp(moments.first_reply),
        "first_human_reply_at": _stamp(moments.first_human_reply),
        "first_solved_at": _stamp(moments.first_solved),
        "solved_at": _stamp(moments.solved),
        "closed_at": _stamp(moments.closed),
        "due_at": _stamp(created + timedelta(seconds=client.resolution_target)),
        "assignee": None if moments.assigned is None else _person(agent),
        "company": _company(client, company),
        "contact_id": f"{client.slug}-p{company * 7 + chance.randrange(7)}",
        "city": chance.choices(client.cities, (0.46, 0.24, 0.18, 0.12))[0],
        "country": client.country,
        "reopens": moments.reopens,
        "reopened_within_7d": moments.reopened_soon,
        "counts": {
            "agent_replies": replies,
            "bot_replies": bots,
            "customer_replies": max(0, replies - 1 + chance.randrange(2)),
            "assignees": 0 if moments.assigned is None else 1 + moments.handovers,
            "groups": 0 if moments.assigned is None else 1 + (moments.handovers > 0 and chance.random() < 0.5),
        },
        "handle_seconds": handle if replies else None,
        "handle_cost": {"minor": round(handle * _COST_PER_HOUR / 3600), "currency": client.currency}
        if replies
        else None,
        "wait_seconds": moments.wait_seconds,
        "sla": _sla(client, moments, created, until),
        "escalated": topic.effort > 1.5 and chance.random() < 0.16,
        "complaint": topic.name == "Complaint" or chance.random() < 0.035,
        "spam": chance.random() < 0.006,
    }


def _hour(client: DemoClient, chance: random.Random) -> float:
    if chance.random() < 0.12:
        return chance.uniform(0, 24)
    return min(23.99, max(0.0, chance.gauss(client.peak_hour, 3.1)))


def _topic(client: DemoClient, day: date, chance: random.Random) -> Topic:
    if is_spike(client, day) and chance.random() < 0.55:
        return client.topics[0]
    return chance.choices(client.topics, [topic.weight for topic in client.topics])[0]


def _tags(topic: Topic, priority: str, chance: random.Random) -> list[JsonValue]:
    tags = {topic.name.lower().replace(" ", "-")}
    if priority == "urgent":
        tags.add("urgent")
    if chance.random() < 0.15:
        tags.add("vip")
    listed: list[JsonValue] = []
    listed += sorted(tags)
    return listed


def _person(agent: Agent) -> Record:
    return {"id": agent.id, "name": agent.name, "team": agent.team, "group": agent.group}


def _company(client: DemoClient, number: int) -> Record:
    name = f"{COMPANY_FIRST[number % 10]} {COMPANY_LAST[number // 10]}"
    return {
        "id": f"{client.slug}-c{number + 1}",
        "name": name,
        "size": SIZES[number % len(SIZES)],
        "plan": PLANS[number % len(PLANS)],
    }


def _sla(client: DemoClient, moments: "_Moments", created: datetime, until: datetime) -> Record:
    return {
        "policy": f"{client.service_level} promise",
        "first_reply_met": _met(created, moments.first_reply, client.first_reply_target, until),
        "resolution_met": _met(created, moments.solved, client.resolution_target, until),
    }


def _met(created: datetime, done: datetime | None, target: int, until: datetime) -> bool | None:
    if done is not None:
        return (done - created).total_seconds() <= target
    return False if (until - created).total_seconds() > target else None


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Moments:
    """When things happened to a ticket, cut off at `until`. Every chance is drawn whatever `until` is."""

    def __init__(self, created: datetime, channel: str, pace: float, chance: random.Random, until: datetime) -> None:
        speed = _SPEED[channel]
        bot = channel in ("chat", "messenger") and chance.random() < 0.55
        bot_alone = bot and chance.random() < 0.3
        wait = 5_400 * speed * pace * math.exp(chance.gauss(0, 0.8)) + 20
        work = 30_000 * (0.15 + speed) * pace * math.exp(chance.gauss(0, 0.95)) + 120
        solved_ever = chance.random() < 0.965
        reopened = not bot_alone and chance.random() < 0.07
        reopen_days = chance.uniform(0.5, 9)
        replies = 0 if bot_alone else 1 + min(6, int(chance.expovariate(1.1)))
        silent_call = channel == "phone" and chance.random() < 0.5
        self.handovers = int(chance.random() < 0.17) + int(chance.random() < 0.04)
        limit = created + _SETTLED_AFTER
        human = None if bot_alone else created + timedelta(seconds=min(wait, 5 * 86_400))
        first = created + timedelta(seconds=4) if bot else human
        assigned = None if bot_alone else created + timedelta(seconds=min(wait * 0.4, 2 * 86_400))
        solved = min((human or created) + timedelta(seconds=work), limit - timedelta(days=10)) if solved_ever else None
        back = None if solved is None or not reopened else solved + timedelta(days=reopen_days)
        again = None if back is None else min(back + timedelta(seconds=work * 0.6 + 600), limit)
        self.assigned = _seen(assigned, until)
        self.first_reply = _seen(first, until)
        self.first_human_reply = _seen(human, until)
        self.first_solved = _seen(solved, until)
        came_back = _seen(back, until)
        self.solved = self.first_solved if came_back is None else _seen(again, until)
        self.reopens = int(came_back is not None)
        self.reopened_soon = came_back is not None and reopen_days <= 7
        self.replies = 0 if self.first_human_reply is None else (0 if silent_call and replies == 1 else replies)
        self.bot_replies = int(bot and self.first_reply is not None) * (1 + int(bot_alone))
        self.closed = _seen(None if self.solved is None else self.solved + timedelta(days=4), until)
        self.wait_seconds = None if self.solved is None else round((self.solved - created).total_seconds() * 0.55)
        self.updated = max(moment for moment in (created, *self._all(came_back)) if moment is not None)

    def _all(self, came_back: datetime | None) -> tuple[datetime | None, ...]:
        return (self.assigned, self.first_reply, self.first_human_reply, self.solved, self.closed, came_back)

    @property
    def status(self) -> str:
        """Return the status at the moment of looking."""
        if self.closed is not None:
            return "closed"
        if self.solved is not None:
            return "solved"
        if self.assigned is None:
            return "new"
        return "open" if self.first_human_reply is None or self.reopens else "pending"


def _seen(moment: datetime | None, until: datetime) -> datetime | None:
    return moment if moment is not None and moment < until else None
