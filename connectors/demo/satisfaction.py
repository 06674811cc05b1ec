"""The question after a ticket: how it was. What people answer follows from what happened to their ticket."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.demo.accounts import Life
from connectors.demo.moments import Moments
from connectors.demo.records import Record, seeded, stamp
from connectors.demo.words import BAD, GOOD, MIXED, REASONS_BAD, REASONS_GOOD
from connectors.demo.world import DemoClient

# Which of the surveys a solved ticket brings: up to this share of tickets, the first that fits.
_SURVEYS = (("csat", 0.27), ("ces-agree", 0.33), ("ces-effort", 0.39), ("nps-ticket", 0.44))
_CHANNELS = ("email", "email", "in app", "chat")


@dataclass(frozen=True)
class Mood:
    """What a customer's answer depends on."""

    life: Life
    pace: float
    moments: Moments
    strain: float
    target: int  # promised seconds to the solution

    def value(self, solved: datetime, chance: random.Random) -> float:
        """Return how content somebody is: about 1 very, 0 not at all."""
        late = (solved - self.moments.created).total_seconds() / self.target
        value = 0.81 + 0.07 * self.life.temper - 0.16 * min(2.0, late) - 0.28 * self.strain
        value -= 0.05 * max(0, len(self.moments.answers) - 1)
        return min(1.0, max(0.0, value + chance.gauss(0, 0.17)))


def satisfaction(client: DemoClient, ticket: str, mood: Mood, drawn: float, until: datetime) -> Record | None:
    """Return the survey that a ticket brought, with the answer if there is one by now; most bring none."""
    survey = next((name for name, share in _SURVEYS if drawn < share), None)
    solved = mood.moments.first_solved
    if survey is None or solved is None:
        return None
    chance = seeded(ticket, "satisfaction")
    sent = solved + timedelta(hours=chance.uniform(0.5, 20))
    if sent >= until:
        return None
    answers, after = chance.random() < 0.36, timedelta(hours=min(90, chance.expovariate(1 / 14)))
    value = mood.value(solved, chance)
    record: Record = {
        "id": f"{ticket}-S",
        "survey": f"{client.slug}-{survey}",
        "question": f"{client.slug}-{survey}-1",
        "contact": mood.life.contact(int(chance.random() * 100)),
        "sent_at": stamp(sent),
        "channel": chance.choice(_CHANNELS),
    }
    answered = sent + after
    if answers and answered < until:
        record |= {"responded_at": stamp(answered), "score": score(survey, value), "completed": True}
        record |= words(value, chance)
    return record


def score(survey: str, value: float) -> int:
    """Return the answer on a survey's own scale for how content somebody is."""
    if survey.startswith("nps"):
        return min(10, round(value * 10.9))
    step = min(4, int(value * 5.6))
    return 5 - step if survey == "ces-effort" else 1 + step


def words(value: float, chance: random.Random) -> Record:
    """Return a comment, if any, and the reason that somebody ticked."""
    pool: Sequence[str] = GOOD if value > 0.72 else BAD if value < 0.45 else MIXED
    comment = chance.choice(pool) if chance.random() < (0.3 if value > 0.45 else 0.6) else None
    return {"comment": comment, "choice": chance.choice(REASONS_GOOD if value > 0.6 else REASONS_BAD)}
