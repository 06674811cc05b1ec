"""The surveys of a client, their questions, and the answers to the one that asks every customer once a quarter."""

import random
from datetime import UTC, date, datetime, time, timedelta

from connectors.demo.accounts import Life, active_on
from connectors.demo.records import Record, seeded, stamp
from connectors.demo.satisfaction import score
from connectors.demo.timeline import Timeline
from connectors.demo.words import NPS_BAD, NPS_GOOD, NPS_MIXED, REASONS_BAD, REASONS_GOOD
from connectors.demo.world import DemoClient

# Short name, name, kind, transactional or relationship, question, scale, whether much is good.
_SURVEYS = (
    ("nps", "Quarterly review", "nps", "relationship",
     "How likely are you to recommend us to a colleague?", (0, 10), True),
    ("nps-ticket", "After support: recommendation", "nps", "transactional",
     "After this contact, how likely are you to recommend us?", (0, 10), True),
    ("csat", "After support: satisfaction", "csat", "transactional",
     "How satisfied are you with the help that you got?", (1, 5), True),
    ("ces-agree", "After support: ease", "ces", "transactional",
     "The company made it easy for me to solve my problem.", (1, 5), True),
    ("ces-effort", "After support: effort", "ces", "transactional",
     "How much effort did you have to put in?", (1, 5), False),
)  # fmt: skip
_EVERY = 91  # days between two relationship surveys of one customer
_OFFICE = 9  # o'clock, UTC


def survey_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the client's surveys, each with its questions."""
    del until
    return [
        {
            "id": f"{client.slug}-{name}",
            "client": client.slug,
            "title": title,
            "kind": kind,
            "occasion": occasion,
            "language": "en",
            "created_on": timeline.start.isoformat(),
            "updated_at": f"{timeline.start}T08:00:00Z",
            "questions": [
                {
                    "id": f"{client.slug}-{name}-1",
                    "text": question,
                    "scale": [*scale],
                    "higher_is_better": is_good,
                    "display": "number" if kind == "nps" else "stars" if kind == "csat" else "choice",
                    "primary": True,
                },
                {
                    "id": f"{client.slug}-{name}-2",
                    "text": "What is the main reason for your answer?",
                    "scale": [],
                    "higher_is_better": None,
                    "display": "text",
                    "primary": False,
                },
            ],
        }
        for name, title, kind, occasion, question, scale, is_good in _SURVEYS
    ]


def reviews_of_day(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    """Return the relationship surveys that went out on a day, with their answers by `until`."""
    records = []
    for life in active_on(client, timeline, day):
        since = (day - life.acquired).days
        if since < 45 or (since + life.number * 17) % _EVERY:
            continue
        for number in range(2 + (life.people > 3)):
            chance = seeded(life.id, day, number, "review")
            sent = datetime.combine(day, time(_OFFICE, chance.randrange(60)), UTC)
            if sent < until:
                records.append(_review(client, timeline, life, number, sent, chance, until))
    return records


def _review(
    client: DemoClient,
    timeline: Timeline,
    life: Life,
    number: int,
    sent: datetime,
    chance: random.Random,
    until: datetime,
) -> Record:
    day = sent.date()
    key = f"{life.id}-R{day:%y%m%d}-{number + 1}"
    answered = sent + timedelta(hours=min(300, 1 + chance.expovariate(1 / 40)))
    record: Record = {
        "id": key,
        "client": client.slug,
        "survey": f"{client.slug}-nps",
        "question": f"{client.slug}-nps-1",
        "customer": life.id,
        "contact": life.contact(number + day.month),
        "sent_at": stamp(sent),
        "channel": "email" if chance.random() < 0.8 else "in app",
        "updated_at": stamp(sent),
    }
    answers, excluded = chance.random() < 0.52, chance.random() < 0.01
    value = _value(timeline, client, life, day, chance)
    pool = NPS_GOOD if value > 0.8 else NPS_MIXED if value > 0.6 else NPS_BAD
    comment, choice = chance.choice(pool), chance.choice(REASONS_GOOD if value > 0.7 else REASONS_BAD)
    has_comment, completed = chance.random() < 0.45, chance.random() < 0.97
    if answers and answered < until:
        record |= {
            "responded_at": stamp(answered),
            "score": score("nps", value),
            "comment": comment if has_comment else None,
            "choice": choice,
            "completed": completed,
            "excluded": excluded,
            "updated_at": stamp(answered),
        }
    return record


def _value(timeline: Timeline, client: DemoClient, life: Life, day: date, chance: random.Random) -> float:
    """Return how content a customer is: 0 not at all, 1 very. Who is about to leave is not."""
    span = life.span_on(day)
    leaving = span is not None and span.end is not None and (span.end - day).days < 120
    value = 0.77 + 0.09 * life.temper - 0.3 * timeline.strain(client, day) - (0.22 if leaving else 0)
    return min(1.0, max(0.0, value + chance.gauss(0, 0.11)))
