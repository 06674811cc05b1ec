"""What happens between a client and its customers on a day: meetings, calls, visits, mails, log-ins, features used."""

import math
import random
from datetime import UTC, date, datetime, time, timedelta

from connectors.demo.accounts import Life, active_on
from connectors.demo.records import Record, seeded, stamp
from connectors.demo.staff import Agent, colleague
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient

# Kind, chance a day, outcomes, minutes.
_TOUCHES = (
    ("mail", 0.022, ("answered", "no answer", "answered"), 6),
    ("call", 0.014, ("reached", "reached", "voicemail"), 14),
    ("meeting", 0.011, ("next step agreed", "next step agreed", "no decision"), 48),
    ("document", 0.004, ("sent",), 5),
    ("visit", 0.003, ("next step agreed", "relationship kept"), 110),
)
_USES = 0.13  # usual chance a day that somebody logs in
_FADES = 75  # days before an end in which use falls away


def activities_of_day(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    """Return what happened on a day with the customers that were active."""
    chance = seeded(client.slug, day, "activities")
    works = day.weekday() < 5
    csms = [colleague(client, timeline, "csm", number, day) for number in (0, 1)]
    records: list[Record] = []
    for life in active_on(client, timeline, day):
        drawn = chance.random()
        if works:
            for kind, share, outcomes, minutes in _TOUCHES:
                if drawn < share:
                    csm = csms[life.number % 2]
                    records.append(_touch(client, life, day, kind, chance.choice(outcomes), minutes, csm, chance))
                    break
                drawn -= share
        if chance.random() < _USES * _eagerness(life, day) * (1.0 if works else 0.35):
            records += _use(client, life, day, chance)
    limit = stamp(until) or ""
    return [record for record in records if str(record["at"]) < limit]


def _eagerness(life: Life, day: date) -> float:
    """Return how much a customer uses the product: more when content, hardly at all shortly before leaving."""
    span = life.span_on(day)
    left = (span.end - day).days if span is not None and span.end is not None else _FADES
    fading = min(1.0, max(0.08, left / _FADES))
    return math.exp(0.6 * life.temper - 0.12) * fading


def _touch(
    client: DemoClient,
    life: Life,
    day: date,
    kind: str,
    outcome: str,
    minutes: int,
    agent: Agent,
    chance: random.Random,
) -> Record:
    at = datetime.combine(day, time(7), UTC) + timedelta(minutes=chance.randrange(9 * 60))
    return {
        "id": f"{life.id}-{kind}-{day:%y%m%d}",
        "client": client.slug,
        "customer": life.id,
        "contact": life.contact(chance.randrange(5)),
        "agent": agent.id,
        "kind": kind,
        "at": stamp(at),
        "seconds": round(60 * minutes * chance.uniform(0.5, 1.7)) if kind != "document" else None,
        "outcome": outcome,
        "feature": None,
        "quantity": None,
    }


def _use(client: DemoClient, life: Life, day: date, chance: random.Random) -> list[Record]:
    at = datetime.combine(day, time(6), UTC) + timedelta(minutes=chance.randrange(12 * 60))
    contact = life.contact(chance.randrange(5))
    common: Record = {"client": client.slug, "customer": life.id, "contact": contact, "agent": None, "outcome": None}
    seconds = round(chance.expovariate(1 / 900)) + 40
    login: Record = {"kind": "login", "at": stamp(at), "seconds": seconds, "feature": None, "quantity": None}
    records: list[Record] = [{"id": f"{life.id}-login-{day:%y%m%d}", **common, **login}]
    if chance.random() < 0.4:
        feature = client.features[min(int(chance.expovariate(0.9)), len(client.features) - 1)]
        used = {"kind": "feature_use", "at": stamp(at + timedelta(minutes=3)), "seconds": None, "feature": feature}
        records.append(
            {"id": f"{life.id}-use-{day:%y%m%d}", **common, **used, "quantity": 1 + int(chance.expovariate(0.4))}
        )
    return records
