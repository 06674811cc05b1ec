"""Invoices, credit notes and the money that came for them: prompt payers, late ones and some that never pay."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from connectors.demo.accounts import Life, Span, lives_until
from connectors.demo.records import Record, add_months, day_text, noon, passed, seeded, stamp
from connectors.demo.subscriptions import Version, versions_of
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient
from connectors.json_value import JsonValue

_GIVEN_UP_AFTER = timedelta(days=150)
_METHODS = ("card", "bank transfer", "direct debit")
_EXTRAS = ("Onboarding", "Consulting", "Training")


@dataclass(frozen=True)
class Movement:
    """Money that came in, went back or failed to come; amounts in minor units."""

    key: str
    day: date
    kind: str
    amount: int
    status: str
    method: str
    has_credit_note: bool = False


@dataclass(frozen=True)
class Bill:
    """An invoice or credit note with all that will ever happen to it; amounts in minor units."""

    key: str
    kind: str
    issued: date
    due: date
    line: str
    subtotal: int
    discount: int
    tax: int
    paid: date | None
    voided: bool = False
    movements: tuple[Movement, ...] = field(default=())

    @property
    def total(self) -> int:
        """Return what is to be paid."""
        return self.subtotal - self.discount + self.tax


def invoice_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return invoices and credit notes, each with its payments, as the books stand at `until`."""
    today = until.date()
    records = []
    for life in lives_until(client, timeline, today):
        for bill, subscription in bills_of(client, timeline, life, today):
            records.append(_record(client, life, bill, subscription, until))
    return records


def bills_of(client: DemoClient, timeline: Timeline, life: Life, today: date) -> Iterator[tuple[Bill, str]]:
    """Yield what a customer was billed before a day, with the subscription that each bill is for."""
    versions = versions_of(client, timeline, life, today)
    for number, span in enumerate(life.spans, start=1):
        name = f"{life.id}-S{number}"
        mine = [version for version in versions if version.subscription == name]
        if not mine:
            continue
        for day, version in _due(mine, span, timeline.start, today):
            strain = timeline.strain(client, day)
            for bill in _bills(client, life, version, day, strain):
                if bill.issued < today:
                    yield bill, name


def _due(versions: list[Version], span: Span, first: date, today: date) -> Iterator[tuple[date, Version]]:
    base, step, turn = versions[0].trial_end or span.start, versions[0].months(), 0
    day = base
    while day < min(today, span.end or today):
        if day >= first:
            yield day, next(one for one in reversed(versions) if one.start <= day)
        turn += 1
        day = add_months(base, turn * step)


def _bills(client: DemoClient, life: Life, version: Version, day: date, strain: float) -> Iterator[Bill]:
    key = f"{version.subscription}-{day:%y%m%d}"
    chance = seeded(client.slug, key, "invoice")
    bill = _invoice(
        client, life, key, day, "Subscription", version.seats * version.unit, version.discount_on(day), chance
    )
    credited = chance.random() < 0.015 + 0.1 * strain and bill.paid is not None
    yield bill
    if credited and bill.paid is not None:
        yield _credit(client, bill, bill.paid + timedelta(days=chance.randrange(2, 18)), chance.choice((10, 25, 50)))
    first = day == (version.trial_end or version.began)
    if chance.random() < (0.5 if first else 0.03):
        line = "Onboarding" if first else chance.choice(_EXTRAS[1:])
        amount = chance.randrange(4, 26) * 10_000
        yield _invoice(client, life, f"{key}-X", day, line, amount, 0, chance)


def _invoice(
    client: DemoClient, life: Life, key: str, day: date, line: str, subtotal: int, discount: int, chance: random.Random
) -> Bill:
    terms = 14 if life.size == "1-10" else 30
    tax = round((subtotal - discount) * client.tax)
    due = day + timedelta(days=terms)
    paid = _paid_on(life, day, terms, chance)
    voided = chance.random() < 0.006
    bill = Bill(key, "invoice", day, due, line, subtotal, discount, tax, None if voided else paid, voided)
    moves = () if bill.paid is None else tuple(_movements(bill, bill.paid, chance))
    return Bill(key, "invoice", day, due, line, subtotal, discount, tax, bill.paid, voided, moves)


def _paid_on(life: Life, day: date, terms: int, chance: random.Random) -> date | None:
    """Return the day of payment; None for one that never comes."""
    drawn, late = chance.random(), chance.random()
    if life.payer == "bad":
        return None if drawn < 0.3 else day + timedelta(days=terms + 35 + int(110 * late))
    if life.payer == "late":
        return day + timedelta(days=terms + int(62 * late * late))
    if life.payer == "slow":
        return day + timedelta(days=int(terms * (0.7 + 0.7 * late)))
    return day + timedelta(days=int(terms * (0.1 + 0.85 * late)))


def _movements(bill: Bill, paid: date, chance: random.Random) -> Iterator[Movement]:
    method = chance.choice(_METHODS)
    drawn, later = chance.random(), timedelta(days=chance.randrange(3, 40))
    if drawn < 0.025:
        yield Movement(
            f"{bill.key}-F", max(bill.issued, paid - timedelta(days=2)), "payment", bill.total, "failed", method
        )
    yield Movement(f"{bill.key}-P", paid, "payment", bill.total, "succeeded", method)
    if 0.025 < drawn < 0.037:
        yield Movement(f"{bill.key}-R", paid + later, "refund", round(bill.total * 0.3), "succeeded", method)
    elif drawn > 0.997:
        yield Movement(f"{bill.key}-C", paid + later, "chargeback", bill.total, "succeeded", method)


def _credit(client: DemoClient, bill: Bill, day: date, share: int) -> Bill:
    subtotal = round((bill.subtotal - bill.discount) * share / 100)
    tax = round(subtotal * client.tax)
    method = bill.movements[-1].method
    back = Movement(f"{bill.key}-N-R", day, "refund", subtotal + tax, "succeeded", method, has_credit_note=True)
    return Bill(f"{bill.key}-N", "credit_note", day, day, bill.line, subtotal, 0, tax, day, movements=(back,))


def _record(client: DemoClient, life: Life, bill: Bill, subscription: str, until: datetime) -> Record:
    paid = passed(bill.paid, until)
    given_up = passed(bill.due + _GIVEN_UP_AFTER, until) if bill.paid is None and not bill.voided else None
    late = passed(bill.due + timedelta(days=1), until)
    open_now = paid is None and not bill.voided
    status = (
        "void" if bill.voided else "paid" if paid else "uncollectible" if given_up else "overdue" if late else "open"
    )
    moves: list[JsonValue] = [_movement(one, client) for one in bill.movements if one.day < until.date()]
    stirred = [bill.issued, *(one.day for one in bill.movements if one.day < until.date())]
    stirred += [day for day in (paid, given_up, late if open_now else None) if day is not None]
    return {
        "id": bill.key,
        "client": client.slug,
        "number": f"{client.short}-{bill.key.removeprefix(f'{client.short}-')}",
        "customer": life.id,
        "subscription": subscription,
        "kind": bill.kind,
        "status": status,
        "issued_on": day_text(bill.issued),
        "due_on": day_text(bill.due),
        "paid_on": day_text(paid),
        "service_line": bill.line,
        "currency": life.currency,
        "amounts": {
            "subtotal": bill.subtotal,
            "discount": bill.discount,
            "tax": bill.tax,
            "total": bill.total,
            "paid": 0 if paid is None else bill.total,
            "due": bill.total if open_now and not given_up else 0,
        },
        "payments": moves,
        "updated_at": stamp(noon(max(stirred))),
    }


def _movement(one: Movement, client: DemoClient) -> Record:
    fee = round(one.amount * 0.014) + 25 if one.method == "card" and one.status == "succeeded" else 0
    return {
        "id": one.key,
        "kind": one.kind,
        "status": one.status,
        "at": stamp(noon(one.day)),
        "amount": one.amount,
        "net": round(one.amount / (1 + client.tax)),
        "fee": fee,
        "method": one.method,
        "credit_note": one.has_credit_note,
    }
