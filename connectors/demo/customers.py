"""Customers and their people as a CRM lists them, and the renewals that are due."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.demo.accounts import Life, Span, lives_until
from connectors.demo.names import LANGUAGES, ROLES, SEGMENTS, TRADES, person
from connectors.demo.records import Record, add_months, day_text, noon, passed, seeded, stamp
from connectors.demo.staff import colleague
from connectors.demo.subscriptions import plan_on, versions_of
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient

_ZONES = ("North", "South", "East", "West")
_LOOK_AHEAD = timedelta(days=180)


def account_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return every customer as the CRM knows it at `until`."""
    return [_account(client, timeline, life, until) for life in lives_until(client, timeline, until.date())]


def _account(client: DemoClient, timeline: Timeline, life: Life, until: datetime) -> Record:
    today = until.date()
    yesterday = today - timedelta(days=1)
    span = [one for one in life.spans if one.start < today][-1]
    left = passed(span.end, until)
    contract, renewal = _contract(span.start, today)
    onboarded, activated = passed(life.onboarded, until), passed(life.activated, until)
    csm = colleague(client, timeline, "csm", life.number, max(yesterday, timeline.start))
    stage = "churned" if left else "active" if onboarded or (today - life.acquired).days > 90 else "onboarding"
    known = (span.start, left, contract, onboarded, activated)
    versions = versions_of(client, timeline, life, today)
    return {
        "id": life.id,
        "client": client.slug,
        "name": life.name,
        "domain": life.domain,
        "industry": life.trade,
        "size": life.size,
        "employees": life.employees,
        "segment": SEGMENTS[life.size],
        "persona": life.persona,
        "plan": plan_on(client, timeline, life, yesterday),
        "stage": stage,
        "owner": client.account_owner if life.number % 3 else colleague(client, timeline, "csm", 0, yesterday).name,
        "service_level": ("Silver", "Gold", "Platinum")[versions[-1].plan],
        "csm": {"id": csm.id, "name": csm.name},
        "source": {"channel": life.channel, "paid": life.paid},
        "address": {
            "country": client.country,
            "city": life.city,
            "region": _ZONES[(TRADES.index(life.trade) + client.cities.index(life.city)) % len(_ZONES)],
        },
        "acquired_on": day_text(life.acquired),
        "activated_on": day_text(activated),
        "onboarding": {"started_on": day_text(passed(life.onboarding, until)), "completed_on": day_text(onboarded)},
        "churned_on": day_text(left),
        "churn_reason": span.reason if left else None,
        "contract": {
            "start": day_text(contract),
            "end": day_text(renewal - timedelta(days=1)),
            "renewal_on": None if left else day_text(renewal),
            "value": {"minor": _yearly(client, timeline, life, yesterday), "currency": life.currency},
        },
        "updated_at": stamp(noon(max(day for day in (*known, versions[-1].start) if day is not None and day < today))),
    }


def _contract(start: date, today: date) -> tuple[date, date]:
    """Return the first day of the running contract year and the day on which it is to be renewed."""
    years = 1
    while add_months(start, 12 * years) < today:
        years += 1
    return add_months(start, 12 * (years - 1)), add_months(start, 12 * years)


def _yearly(client: DemoClient, timeline: Timeline, life: Life, day: date) -> int:
    """Return what a customer pays in a year in minor units, by its last version before the end of a day."""
    version = versions_of(client, timeline, life, day + timedelta(days=1))[-1]
    return round((version.seats * version.unit - version.discount_on(day)) * 12 / version.months())


def renewal_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the renewals that are due up to half a year ahead: kept, lost or still open."""
    today = until.date()
    return [
        _renewal(
            client, timeline, life, f"{life.id}-R{number}-{years}", span, add_months(span.start, 12 * years), until
        )
        for life in lives_until(client, timeline, today)
        for number, span in enumerate(life.spans, start=1)
        for years in _contract_years(span, timeline.start, until)
    ]


def _contract_years(span: Span, first: date, until: datetime) -> Iterator[int]:
    """Yield the contract years of a span that end in the time of the demo; a lost one is the last."""
    left, years = passed(span.end, until), 1
    due = add_months(span.start, 12)
    while span.start < until.date() and due < until.date() + _LOOK_AHEAD:
        if due >= first:
            yield years
        if left is not None and left <= due:
            return
        years += 1
        due = add_months(span.start, 12 * years)


def _renewal(
    client: DemoClient, timeline: Timeline, life: Life, key: str, span: Span, due: date, until: datetime
) -> Record:
    left = passed(span.end, until)
    lost = left is not None and left <= due
    outcome = "lost" if lost else "won" if due < until.date() else "open"
    announced = max(span.start, due - _LOOK_AHEAD)
    told = max(announced, left) if lost and left is not None else due if outcome == "won" else announced
    return {
        "id": key,
        "client": client.slug,
        "customer": life.id,
        "due_on": day_text(due),
        "outcome": outcome,
        "amount": {
            "minor": _yearly(client, timeline, life, min(due, until.date() - timedelta(days=1))),
            "currency": life.currency,
        },
        "updated_at": stamp(noon(told)),
    }


def contact_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the people of every customer."""
    return [
        _contact(client, life, number)
        for life in lives_until(client, timeline, until.date())
        for number in range(life.people)
    ]


def _contact(client: DemoClient, life: Life, number: int) -> Record:
    chance = seeded(life.id, number, "contact")
    name = person(life.number * 11 + number * 3)
    email = f"{name.lower().replace(' ', '.')}@{life.domain}"
    return {
        "id": life.contact(number),
        "client": client.slug,
        "customer": life.id,
        "name": name,
        "email": email,
        "email_hash": hashlib.sha256(email.encode()).hexdigest(),
        "role": ROLES[number],
        "language": LANGUAGES[client.country] if chance.random() < 0.8 else "en",
        "country": client.country,
        "created_at": stamp(noon(life.acquired)),
        "unsubscribed": chance.random() < 0.06,
        "updated_at": stamp(noon(life.acquired)),
    }
