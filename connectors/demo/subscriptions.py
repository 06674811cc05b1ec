"""What customers subscribe to: versions of a subscription item, with upgrades, discounts, trials and ends."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from connectors.demo.accounts import Life, Span, lives_until
from connectors.demo.names import PLANS, SIZES
from connectors.demo.records import Record, add_months, day_text, noon, passed, seeded, stamp
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient

_PRICES = (1.0, 1.7, 2.6)  # of a seat, by plan, as a multiple of the client's smallest
_SEATS = {"1-10": 5, "11-50": 11, "51-200": 22, "201-1000": 46}
_MONTHS = {("month", 1): 1, ("month", 3): 3, ("year", 1): 12}
_YEARLY = 10  # months that a yearly bill asks for
_TRIAL = timedelta(days=14)


@dataclass(frozen=True)
class Version:
    """A subscription item between two changes; amounts are minor units for one billing interval."""

    subscription: str
    number: int
    start: date
    end: date | None
    plan: int
    seats: int
    unit: int
    interval: str
    interval_count: int
    discount: int
    discount_kind: str | None
    discount_duration: str | None
    discount_ends: date | None
    began: date
    trial_end: date | None
    cancelled: date | None = None
    reason: str | None = None

    def months(self) -> int:
        """Return the months that one bill is for."""
        return _MONTHS[self.interval, self.interval_count]

    def discount_on(self, day: date) -> int:
        """Return the minor units that a bill of that day is lowered by."""
        over = self.discount_ends is not None and day >= self.discount_ends
        once = self.discount_duration == "once" and day >= add_months(self.began, self.months())
        if self.discount_kind is None or over or once:
            return 0
        bill = self.seats * self.unit
        return round(bill * self.discount / 100) if self.discount_kind == "percent" else min(bill, self.discount)


@lru_cache(maxsize=8192)
def versions_of(client: DemoClient, timeline: Timeline, life: Life, until: date) -> tuple[Version, ...]:
    """Return the versions of a customer's subscriptions that began before a day; one subscription for each span."""
    made: list[Version] = []
    for number, span in enumerate(life.spans, start=1):
        if span.start < until:
            made += _span_versions(client, timeline, life, span, f"{life.id}-S{number}", until)
    return tuple(made)


def _span_versions(
    client: DemoClient, timeline: Timeline, life: Life, span: Span, name: str, until: date
) -> list[Version]:
    first, *later = _steps(client, timeline, life, span, name, date(until.year + 1, 1, 1))
    known = [first, *(version for version in later if version.start < until)]
    version = known[-1]
    notice = timedelta(days=seeded(client.slug, name, "notice").randrange(1, 30))
    cancelled = None if span.end is None else max(version.start, span.end - notice)
    return [
        *(replace(one, end=following.start) for one, following in pairwise(known)),
        replace(version, end=span.end, cancelled=cancelled, reason=span.reason),
    ]


@lru_cache(maxsize=8192)
def _steps(
    client: DemoClient, timeline: Timeline, life: Life, span: Span, name: str, until: date
) -> tuple[Version, ...]:
    """Return the versions without their ends; drawn month by month, so that a longer look changes no earlier one."""
    chance = seeded(client.slug, name, "subscription")
    made = [_first(client, life, span, name, chance)]
    last = min(span.end or until, until)
    month, number = add_months(span.start, 1), 1
    while month < last:
        if chance.random() < 0.05:
            changed = _changed(client, timeline, life, made[-1], month, chance)
            if changed is not None:
                made.append(changed)
        number += 1
        month = add_months(span.start, number)
    return tuple(made)


def _first(client: DemoClient, life: Life, span: Span, name: str, chance: random.Random) -> Version:
    plan = min(2, max(0, SIZES.index(life.size) - 1 + chance.choice((0, 0, 1))))
    seats = max(2, round(_SEATS[life.size] * chance.uniform(0.6, 1.4)))
    interval, count = chance.choices((("month", 1), ("year", 1), ("month", 3)), (0.74, 0.2, 0.06))[0]
    # Who tries first becomes a customer when the trial ends.
    tries = chance.random() < 0.25 and span.start == life.acquired
    began, trial = (span.start - _TRIAL, span.start) if tries else (span.start, None)
    kind, duration, amount, ends = _discount(span.start, chance)
    unit = _unit(client, plan, interval, count)
    if kind == "fixed":
        amount = round(seats * unit * amount / 100, -2)
    return Version(
        name, 1, began, None, plan, seats, unit, interval, count, int(amount), kind, duration, ends, span.start, trial
    )  # fmt: skip


def _discount(start: date, chance: random.Random) -> tuple[str | None, str | None, float, date | None]:
    drawn = chance.random()
    amount = chance.choice((10, 15, 20))
    if drawn < 0.1:
        return "percent", "forever", amount, None
    if drawn < 0.15:
        return "fixed", "forever", amount, None
    if drawn < 0.22:
        return "percent", "once", 50, None
    if drawn < 0.28:
        return "percent", "repeating", 25, add_months(start, 6)
    return None, None, 0, None


def _unit(client: DemoClient, plan: int, interval: str, count: int) -> int:
    return round(client.price * _PRICES[plan] * (_YEARLY if interval == "year" else count))


def _changed(
    client: DemoClient, timeline: Timeline, life: Life, version: Version, month: date, chance: random.Random
) -> Version | None:
    content = 0.66 + 0.08 * life.temper - 0.6 * timeline.strain(client, month)
    grows, by_plan, step = chance.random() < content, chance.random() < 0.3, chance.uniform(0.1, 0.4)
    plan, seats = version.plan, version.seats
    if by_plan and 0 <= plan + (1 if grows else -1) <= 2:
        plan += 1 if grows else -1
    else:
        seats = max(2, round(seats * (1 + step if grows else 1 - step)))
    if (plan, seats) == (version.plan, version.seats):
        return None
    unit = _unit(client, plan, version.interval, version.interval_count)
    return replace(version, number=version.number + 1, start=month, plan=plan, seats=seats, unit=unit)


def plan_on(client: DemoClient, timeline: Timeline, life: Life, day: date) -> str:
    """Return the plan of a customer on a day, or the last one before it."""
    known = versions_of(client, timeline, life, day + timedelta(days=1))
    return PLANS[known[-1].plan]


def subscription_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return every version of every subscription item as a billing system knows it at `until`."""
    today = until.date()
    return [
        _record(client, life, version, until)
        for life in lives_until(client, timeline, today)
        for version in versions_of(client, timeline, life, today)
    ]


def _record(client: DemoClient, life: Life, version: Version, until: datetime) -> Record:
    cancelled, ended = passed(version.cancelled, until), passed(version.end, until)
    trialing = version.trial_end is not None and version.trial_end >= until.date()
    last = max(day for day in (version.start, cancelled, ended, passed(version.trial_end, until)) if day is not None)
    over = ended if version.cancelled is not None else None
    return {
        "id": f"{version.subscription}-V{version.number}",
        "client": client.slug,
        "subscription": version.subscription,
        "customer": life.id,
        "plan": PLANS[version.plan],
        "valid_from": day_text(version.start),
        "valid_to": day_text(ended),
        "quantity": version.seats,
        "price": {
            "unit_amount": version.unit,
            "currency": life.currency,
            "interval": version.interval,
            "interval_count": version.interval_count,
        },
        "discount": None
        if version.discount_kind is None
        else {
            "kind": version.discount_kind,
            "amount": version.discount,
            "duration": version.discount_duration,
            "ends_on": day_text(version.discount_ends),
        },
        "status": "trialing" if trialing else "active",
        "started_on": day_text(version.began),
        "trial_end": day_text(version.trial_end),
        "canceled_at": None if cancelled is None else stamp(noon(cancelled)),
        "ended_on": day_text(over),
        "cancel_reason": version.reason if cancelled is not None else None,
        "updated_at": stamp(noon(last)),
    }
