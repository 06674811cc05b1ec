"""Opportunities of the sales team: new customers, upgrades of old ones, and what was lost, stage by stage."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from connectors.demo.accounts import Life, lives_until
from connectors.demo.ads import main_campaign
from connectors.demo.campaigns import CHANNELS
from connectors.demo.records import Record, day_text, poisson, seeded, seen, stamp
from connectors.demo.staff import colleague
from connectors.demo.subscriptions import versions_of
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient
from connectors.json_value import JsonValue

STAGES = ("Qualified", "Demo", "Proposal", "Negotiation")
_CHANCES = (0.15, 0.3, 0.55, 0.8)
_LONGEST = timedelta(days=130)
_LOST = ("Price", "Chose a competitor", "No budget", "No answer", "Missing feature")
_SOURCES = {
    "Paid search": ("google", "cpc"),
    "Paid social": ("facebook", "paid_social"),
    "Organic search": ("google", "organic"),
    "Referral": ("partner.example", "referral"),
    "Outbound": ("sales", "outbound"),
    "Partner": ("partner", "referral"),
    "Email": ("newsletter", "email"),
}
_CHANNELS = tuple(_SOURCES)


@dataclass(frozen=True)
class Deal:
    """An opportunity with all that will ever happen to it; amount in minor units for a year."""

    key: str
    account: str | None  # a new customer has no account before the deal is won
    contact: str | None
    pipeline: str
    channel: str
    amount: int
    currency: str
    entered: tuple[datetime, ...]  # the moment of each stage that it reached
    closed: datetime
    reason: str | None = None  # why it was lost; without one it was won

    @property
    def won(self) -> bool:
        """Tell whether it ends well."""
        return self.reason is None

    @property
    def created(self) -> datetime:
        """Return when the deal began."""
        return self.entered[0]


def source_of(client: DemoClient, channel: str) -> tuple[str, str]:
    """Return the source and medium of a marketing channel."""
    return ("tiktok", "paid_social") if channel == "Paid social" and "tiktok" in client.platforms else _SOURCES[channel]


def campaign_of(client: DemoClient, channel: str) -> tuple[str | None, str | None]:
    """Return id and name of the campaign behind a channel, if it is a paid one."""
    for platform in client.platforms:
        if CHANNELS[platform] == channel:
            return main_campaign(client, platform)
    return None, None


def deals_of(client: DemoClient, timeline: Timeline, until: datetime) -> Iterator[Deal]:
    """Yield the opportunities that had begun by `until`."""
    for deal in (*_won(client, timeline, until), *_lost(client, timeline, until), *_upgrades(client, timeline, until)):
        if deal.created < until and deal.closed.date() >= timeline.start:
            yield deal


def _won(client: DemoClient, timeline: Timeline, until: datetime) -> Iterator[Deal]:
    for life in lives_until(client, timeline, until.date() + _LONGEST):
        if life.acquired < timeline.start:
            continue
        chance = seeded(life.id, "deal")
        version = versions_of(client, timeline, life, life.acquired + timedelta(days=1))[0]
        amount = round(version.seats * version.unit * 12 / version.months())
        closed = datetime.combine(life.acquired, time(9, chance.randrange(60)), UTC)
        length = timedelta(days=12 + min(100, chance.expovariate(1 / 26)) * (1.4 if life.size == "201-1000" else 0.8))
        entered = _stages(closed - length, length, len(STAGES), chance)
        yield Deal(
            f"{life.id}-D", life.id, life.contact(0), "New business", life.channel, amount, life.currency,
            entered, closed,
        )  # fmt: skip


def _lost(client: DemoClient, timeline: Timeline, until: datetime) -> Iterator[Deal]:
    for number in range(timeline.months_at(until.date()) + 1):
        first = timeline.month(number)
        chance = seeded(client.slug, first, "lost deals")
        for place in range(poisson(chance, client.arrivals * 2.1 * timeline.trend(first, 0.4))):
            created = datetime.combine(
                first + timedelta(days=chance.randrange(28)), time(10, chance.randrange(60)), UTC
            )
            length = timedelta(days=10 + min(100, chance.expovariate(1 / 30)))
            entered = _stages(created, length, 1 + int(chance.random() * len(STAGES)), chance)
            channel = chance.choice(_CHANNELS)
            if channel.startswith("Paid") and campaign_of(client, channel)[0] is None:
                channel = "Outbound"
            amount = client.price * chance.randrange(4, 40) * 12
            key = f"{client.short}-L{first:%y%m}-{place + 1}"
            reason = chance.choice(_LOST)
            ended = created + length
            yield Deal(key, None, None, "New business", channel, amount, client.currency, entered, ended, reason)


def _upgrades(client: DemoClient, timeline: Timeline, until: datetime) -> Iterator[Deal]:
    """Every growth of a subscription was a deal; some more were tried and lost."""
    today = until.date()
    for life in lives_until(client, timeline, today):
        versions = versions_of(client, timeline, life, today)
        for before, after in pairwise(versions):
            more = after.seats * after.unit - before.seats * before.unit
            if before.subscription == after.subscription and more > 0 and after.start >= timeline.start:
                key = f"{after.subscription}-U{after.number}"
                yield _upgrade(life, key, after.start, round(more * 12 / after.months()), won=True)
        chance = seeded(life.id, "tried")
        day = max(life.acquired, timeline.start) + timedelta(days=chance.randrange(60, 400))
        while day < today:
            if life.span_on(day) is not None:
                yield _upgrade(life, f"{life.id}-T{day:%y%m}", day, client.price * chance.randrange(12, 90), won=False)
            day += timedelta(days=chance.randrange(200, 600))


def _upgrade(life: Life, key: str, day: date, amount: int, *, won: bool) -> Deal:
    chance = seeded(key, "deal")
    closed = datetime.combine(day, time(8, chance.randrange(60)), UTC)
    length = timedelta(days=chance.randrange(12, 60))
    stages = len(STAGES) if won else 1 + int(chance.random() * len(STAGES))
    entered = _stages(closed - length, length, stages, chance)
    reason = None if won else chance.choice(_LOST)
    return Deal(
        key, life.id, life.contact(1), "Expansion", life.channel, amount, life.currency, entered, closed, reason
    )  # fmt: skip


def _stages(created: datetime, length: timedelta, number: int, chance: random.Random) -> tuple[datetime, ...]:
    shares = sorted(chance.random() * 0.85 for _ in range(number - 1))
    return (created, *(created + length * share for share in shares))


def deal_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return every opportunity, with its way through the stages, as the CRM stands at `until`."""
    return [_record(client, timeline, deal, until) for deal in deals_of(client, timeline, until)]


def _record(client: DemoClient, timeline: Timeline, deal: Deal, until: datetime) -> Record:
    closed = seen(deal.closed, until)
    reached = [moment for moment in deal.entered if moment < until]
    status = "open" if closed is None else "won" if deal.won else "lost"
    order = len(reached) - 1
    day = max(deal.created.date(), timeline.start)
    owner = colleague(client, timeline, "sales", sum(map(ord, deal.key)), day)
    known = (closed is not None and deal.won) or deal.pipeline == "Expansion"
    steps: list[JsonValue] = []
    for number, entered in enumerate(reached):
        left = reached[number + 1] if number < order else closed
        advanced = number < order or status == "won"
        steps.append([f"{deal.key}-{number + 1}", STAGES[number], number + 1, stamp(entered), stamp(left), advanced])
    return {
        "id": deal.key,
        "client": client.slug,
        "customer": deal.account if known else None,
        "contact": deal.contact if known else None,
        "owner": owner.id,
        "pipeline": deal.pipeline,
        "stage": "Won" if status == "won" else STAGES[order],
        "stage_order": 5 if status == "won" else order + 1,
        "status": status,
        "amount": {"minor": deal.amount, "currency": deal.currency},
        "probability": 1.0 if status == "won" else 0.0 if status == "lost" else _CHANCES[order],
        "created_at": stamp(deal.created),
        "closed_at": stamp(closed),
        "expected_close": day_text((deal.created + timedelta(days=45)).date()),
        "lost_reason": deal.reason if status == "lost" else None,
        "source": source_of(client, deal.channel)[0],
        "channel": deal.channel,
        "campaign_id": campaign_of(client, deal.channel)[0],
        "new_business": deal.pipeline == "New business",
        "stages": steps,
        "updated_at": stamp(closed or reached[-1]),
    }
