"""Invents the tickets of one client on one day, as a help desk's API would give them at a certain moment."""

import random
from datetime import date, datetime, timedelta
from itertools import accumulate

from connectors.demo.accounts import Life, active_on
from connectors.demo.moments import Moments, events_of
from connectors.demo.records import Record, midnight, seeded, stamp
from connectors.demo.satisfaction import Mood, satisfaction
from connectors.demo.staff import Agent, agents_on, bot_of
from connectors.demo.timeline import Timeline
from connectors.demo.topics import Topic
from connectors.demo.volume import is_spike, tickets_on
from connectors.demo.world import DemoClient
from connectors.json_value import JsonValue

_CHANNELS = ("email", "chat", "web form", "phone", "messenger")
_CHANNEL_WEIGHTS = (0.36, 0.27, 0.16, 0.13, 0.08)
_CHANNEL_GROUPS = {"email": "written", "web form": "written", "chat": "live", "messenger": "live", "phone": "voice"}
_PRIORITIES = ("low", "normal", "high", "urgent")
_PRIORITY_WEIGHTS = (0.2, 0.56, 0.18, 0.06)
_PRIORITY_SPEED = {"low": 1.4, "normal": 1.0, "high": 0.6, "urgent": 0.35}
_OWN_CLOCK = 0.12  # share of tickets whose times the help desk counts in its own way
_SIZE_WEIGHT = {"1-10": 1.0, "11-50": 1.4, "51-200": 2.2, "201-1000": 3.4}


def tickets_of_day(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    """Return the day's tickets as they stand at `until`; what happens later is not there yet."""
    chance = seeded(client.slug, day, "tickets")
    number = tickets_on(client, timeline, day)
    start, end = midnight(client.timezone, day), midnight(client.timezone, day + timedelta(days=1))
    hour = (end - start) / 24  # A little more or less than an hour when the clocks change.
    lives = active_on(client, timeline, day)
    weights = list(accumulate(_SIZE_WEIGHT[life.size] * (1.25 - 0.2 * max(-2, min(2, life.temper))) for life in lives))
    senders = chance.choices(lives, cum_weights=weights, k=number)
    desk = _Desk(client, timeline, day, until)
    moments = [start + hour * _hour(client, chance) for _ in range(number)]
    tickets = [desk.ticket(place, moments[place], senders[place], chance) for place in range(number)]
    return [ticket for ticket in tickets if ticket is not None]


class _Desk:
    """The help desk of one client on one day."""

    def __init__(self, client: DemoClient, timeline: Timeline, day: date, until: datetime) -> None:
        self._client, self._day, self._until = client, day, until
        self._agents = agents_on(client, timeline, day)
        self._bot = bot_of(client, timeline)
        self._strain = timeline.strain(client, day)
        self._slow = (1 + 1.1 * self._strain) * (1.7 if is_spike(client, day) else 1.0)
        self._months = timeline.months_at(day)

    def ticket(self, number: int, came: datetime, life: Life, chance: random.Random) -> Record | None:
        """Return one ticket; all its chances are drawn even if it has not come yet."""
        client, until = self._client, self._until
        created = came.replace(microsecond=0)
        channel = chance.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
        priority = chance.choices(_PRIORITIES, _PRIORITY_WEIGHTS)[0]
        topic = self._topic(chance)
        agent = chance.choice(self._agents)
        pace = topic.effort * agent.pace * _PRIORITY_SPEED[priority] * self._slow
        moments = Moments(created, channel, pace, chance, until)
        part = chance.choice(topic.parts)
        drawn = [chance.random() for _ in range(8)]
        offer_chance = chance.random()
        if created >= until:
            return None
        key = f"{client.short}-{self._day:%y%m%d}-{number + 1:04d}"
        targets = (client.first_reply_target, client.resolution_target)
        replies = len(moments.answers)
        handle = round(240 + 420 * pace * max(1, replies) * (0.6 + 0.9 * drawn[0]))
        mood = Mood(life, pace, moments, self._strain, client.resolution_target)
        return {
            "id": key,
            "client": client.slug,
            "url": f"https://desk.example/{client.slug}/tickets/{key}",
            "subject": f"{topic.name}: {part.lower()}",
            "status": moments.status,
            "priority": priority,
            "type": "problem" if topic.effort > 1.3 else "question",
            "category": topic.name,
            "subcategory": part,
            "channel": channel,
            "channel_group": _CHANNEL_GROUPS[channel],
            "tags": _tags(topic, priority, drawn[1]),
            "product": client.product,
            "created_at": stamp(created),
            "updated_at": stamp(moments.updated),
            "assigned_at": stamp(moments.assigned),
            "first_reply_at": stamp(moments.first_reply),
            "first_human_reply_at": stamp(moments.first_human_reply),
            "first_solved_at": stamp(moments.first_solved),
            "solved_at": stamp(moments.solved),
            "closed_at": stamp(moments.closed),
            "due_at": stamp(created + timedelta(seconds=client.resolution_target)),
            "assignee": self._assignee(agent, moments),
            "company": life.id,
            "contact_id": life.contact(int(drawn[2] * 100)),
            "city": life.city if drawn[3] < 0.85 else client.cities[int(drawn[3] * 100) % len(client.cities)],
            "country": client.country,
            "reopens": int(moments.came_back is not None),
            "reopened_within_7d": moments.reopened_soon,
            "counts": {
                "agent_replies": replies,
                "bot_replies": moments.bot_replies,
                "customer_replies": max(0, replies - 1),
                "assignees": 0 if moments.assigned is None else 1 + moments.handovers,
                "groups": 0 if moments.assigned is None else 1 + int(moments.handovers > 0 and drawn[4] < 0.5),
            },
            "handle_seconds": handle if replies else None,
            "handle_cost": {"minor": round(handle * agent.cost_per_hour / 3600), "currency": client.currency}
            if replies
            else None,
            "wait_seconds": moments.wait_seconds,
            "sla": self._sla(moments),
            "clock": _clock(moments, drawn[4]),
            "escalated": topic.effort > 1.5 and drawn[5] < 0.16 + 0.1 * self._strain,
            "complaint": topic.name == "Complaint" or drawn[6] < 0.03 + 0.12 * self._strain,
            "spam": drawn[7] < 0.006,
            "events": _listed(events_of(key, moments, targets, until)),
            "satisfaction": satisfaction(client, key, mood, offer_chance, until),
        }

    def _topic(self, chance: random.Random) -> Topic:
        """Choose a topic: in trouble mostly the one that it is about, and what grows slowly grows here."""
        topics = self._client.topics
        rising = self._months * 0.004  # a share of all tickets that moves to the second topic over the years
        drawn, trouble, rise = chance.random(), chance.random(), chance.random()
        if is_spike(self._client, self._day) and trouble < 0.55:
            return topics[0]
        if trouble < 0.5 * self._strain or rise < rising:
            return topics[1]
        for topic in topics:
            drawn -= topic.weight
            if drawn < 0:
                return topic
        return topics[-1]

    def _assignee(self, agent: Agent, moments: Moments) -> str | None:
        if moments.assigned is not None:
            return agent.id
        return self._bot.id if moments.bot_replies > 1 and self._bot.active_from <= self._day else None

    def _sla(self, moments: Moments) -> Record:
        return {
            "policy": f"{self._client.service_level} promise",
            "first_reply_met": self._met(moments.created, moments.first_reply, self._client.first_reply_target),
            "resolution_met": self._met(moments.created, moments.solved, self._client.resolution_target),
        }

    def _met(self, created: datetime, done: datetime | None, target: int) -> bool | None:
        if done is not None:
            return (done - created).total_seconds() <= target
        return False if (self._until - created).total_seconds() > target else None


def _clock(moments: Moments, drawn: float) -> Record:
    """Return the seconds that the help desk counts itself; now and then it starts late or stops early."""
    first, solved, since = moments.first_reply, moments.solved, moments.created
    if drawn < _OWN_CLOCK:
        solved = moments.first_solved  # what came back was solved for it already
        if moments.handovers and moments.assigned and first and moments.assigned < first:
            since = moments.assigned  # a ticket that changes hands counts from there
    return {
        "first_reply": None if first is None else round((first - since).total_seconds()),
        "solved": None if solved is None else round((solved - moments.created).total_seconds()),
    }


def _hour(client: DemoClient, chance: random.Random) -> float:
    if chance.random() < 0.12:
        return chance.uniform(0, 24)
    return min(23.99, max(0.0, chance.gauss(client.peak_hour, 3.1)))


def _tags(topic: Topic, priority: str, drawn: float) -> list[JsonValue]:
    tags = {topic.name.lower().replace(" ", "-")}
    if priority == "urgent":
        tags.add("urgent")
    if drawn < 0.15:
        tags.add("vip")
    return [*sorted(tags)]


def _listed(events: list[list[str]]) -> list[JsonValue]:
    return [[*event] for event in events]
