"""The lives of a client's customers: when they came, how content they are, when they left and came back."""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from connectors.demo.names import PERSONAS, ROLES, SIZES, TRADES, company
from connectors.demo.records import add_months, month_start, poisson, seeded
from connectors.demo.timeline import Timeline, season
from connectors.demo.world import DEMO_CLIENTS, DemoClient

PAID_CHANNELS = {"Paid search": ("google",), "Paid social": ("meta", "tiktok", "linkedin")}
_CHANNELS = ("Organic search", "Referral", "Outbound", "Paid search", "Paid social", "Partner", "Email")
_CHANNEL_WEIGHTS = (0.2, 0.17, 0.14, 0.22, 0.15, 0.07, 0.05)
_SIZE_WEIGHTS = (0.3, 0.36, 0.22, 0.12)
_EMPLOYEES = {"1-10": (2, 10), "11-50": (11, 50), "51-200": (51, 200), "201-1000": (201, 1000)}
_REASONS = ("Price", "Missing feature", "Chose a competitor", "No longer needed", "Poor service", "Closed down")
_REASON_WEIGHTS = (0.26, 0.18, 0.2, 0.17, 0.12, 0.07)
_CRISIS_WEIGHTS = (0.1, 0.1, 0.15, 0.03, 0.6, 0.02)
_LONGEST = 60  # months; lives are drawn month by month, so a longer look never changes an earlier month


@dataclass(frozen=True)
class Span:
    """A time in which a customer is active; `end` is the first day no longer active."""

    start: date
    end: date | None
    reason: str | None


@dataclass(frozen=True)
class Life:
    """One customer of a client, with all that will ever happen to it."""

    id: str
    number: int
    name: str
    domain: str
    trade: str
    size: str
    employees: int
    city: str
    persona: str
    channel: str
    temper: float  # how content: 0 is usual, above is better
    payer: str
    currency: str
    people: int
    acquired: date
    activated: date | None
    onboarding: date
    onboarded: date | None
    spans: tuple[Span, ...]

    def __hash__(self) -> int:
        """Tell lives apart by their ids: much is remembered by life, and a hash of everything would take longer."""
        return hash(self.id)

    def span_on(self, day: date) -> Span | None:
        """Return the span that covers a day."""
        for span in self.spans:
            if span.start <= day and (span.end is None or day < span.end):
                return span
        return None

    @property
    def paid(self) -> bool:
        """Tell whether a paid channel won the customer."""
        return self.channel in PAID_CHANNELS

    def contact(self, number: int) -> str:
        """Return the id of one of its people."""
        return f"{self.id}-p{number % self.people + 1}"


def lives_until(client: DemoClient, timeline: Timeline, day: date) -> tuple[Life, ...]:
    """Return the customers that a client has won before a day, in the order of their coming."""
    return tuple(life for life in _lives(client, timeline, _horizon(timeline, day)) if life.acquired < day)


@lru_cache(maxsize=32_768)
def active_on(client: DemoClient, timeline: Timeline, day: date) -> tuple[Life, ...]:
    """Return the customers that are active on a day."""
    return tuple(life for life in _lives(client, timeline, _horizon(timeline, day)) if life.span_on(day))


def _horizon(timeline: Timeline, day: date) -> int:
    return max(_LONGEST, (timeline.months_at(day) // 12 + 3) * 12)


@lru_cache(maxsize=32)
def _lives(client: DemoClient, timeline: Timeline, months: int) -> tuple[Life, ...]:
    came = []
    early = seeded(client.slug, "first customers")
    for _ in range(client.accounts):
        came.append(timeline.start - timedelta(days=1 + int(1100 * early.random() ** 1.3)))
    came.sort()
    for number in range(months):
        first = timeline.month(number)
        chance = seeded(client.slug, first, "customers")
        mean = client.arrivals * timeline.trend(first, 0.5) * season(client, first)
        wanted = poisson(chance, mean * (1 - 0.6 * timeline.strain(client, first)))
        came += sorted(first + timedelta(days=chance.randrange(28)) for _ in range(wanted))
    return tuple(_life(client, timeline, number, day, months) for number, day in enumerate(came, start=1))


def _life(client: DemoClient, timeline: Timeline, number: int, acquired: date, months: int) -> Life:
    chance = seeded(client.slug, number, "life")
    size = chance.choices(SIZES, _SIZE_WEIGHTS)[0]
    name = company(number, DEMO_CLIENTS.index(client))
    temper = chance.gauss(0.1, 1)
    activated = acquired + timedelta(days=2 + int(chance.expovariate(1 / 14)))
    onboarding = acquired + timedelta(days=chance.randrange(4))
    onboarded = onboarding + timedelta(days=8 + int(chance.expovariate(1 / 16)))
    spoilt = timeline.strain(client, acquired)
    plain = "".join(letter for letter in name.lower() if letter.isalpha())
    return Life(
        id=f"{client.short}-{number:04d}",
        number=number,
        name=name,
        domain=f"{plain}.example",
        trade=chance.choice(TRADES),
        size=size,
        employees=chance.randint(*_EMPLOYEES[size]),
        city=chance.choices(client.cities, (0.44, 0.24, 0.18, 0.14))[0],
        persona=chance.choice(PERSONAS),
        channel=_channel(client, chance),
        temper=temper,
        payer=chance.choices(("prompt", "slow", "late", "bad"), (0.5, 0.3, 0.15, 0.05))[0],
        currency=_currency(client, chance),
        people=min(len(ROLES), 2 + SIZES.index(size) + chance.randrange(2)),
        acquired=acquired,
        activated=activated if chance.random() < 0.93 else None,
        onboarding=onboarding,
        onboarded=onboarded if chance.random() < 0.88 - 0.3 * spoilt else None,
        spans=_spans(client, timeline, number, acquired, temper, months),
    )


def _channel(client: DemoClient, chance: random.Random) -> str:
    drawn = chance.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
    needs = PAID_CHANNELS.get(drawn)
    return drawn if needs is None or set(needs) & set(client.platforms) else "Organic search"


def _currency(client: DemoClient, chance: random.Random) -> str:
    """A few customers are billed in another currency than their client reports in."""
    other = {"EUR": "GBP", "GBP": "EUR", "USD": "EUR"}[client.currency]
    return other if chance.random() < 0.08 else client.currency


def _spans(
    client: DemoClient, timeline: Timeline, number: int, acquired: date, temper: float, months: int
) -> tuple[Span, ...]:
    chance = seeded(client.slug, number, "fate")
    spans: list[Span] = []
    start: date | None = acquired
    month = max(month_start(acquired, 1), timeline.start)
    last = timeline.month(months)
    while start is not None and month < last:
        tenure = (month - start).days / 30.4
        strain = timeline.strain(client, month)
        hazard = client.churn * math.exp(-0.5 * temper) * (1.7 if 2 <= tenure < 7 else 1) * (1 + 7 * strain)
        if month > start and chance.random() < min(0.5, hazard):
            end = month + timedelta(days=chance.randrange(28))
            spans.append(Span(start, end, chance.choices(_REASONS, _CRISIS_WEIGHTS if strain else _REASON_WEIGHTS)[0]))
            back = end + timedelta(days=chance.randrange(60, 260))
            start = back if chance.random() < 0.24 else None
            month = month_start(back, 1)
        else:
            month = add_months(month, 1)
    if start is not None:
        spans.append(Span(start, None, None))
    return tuple(spans)
