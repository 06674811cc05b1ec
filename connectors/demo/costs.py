"""What it costs to run a client's business: salaries, tools and agency fees by month, some for a channel or persona."""

from datetime import date, datetime, timedelta
from typing import TypeAlias

from connectors.demo.names import PERSONAS
from connectors.demo.records import Record, day_text, month_start, noon, seeded, stamp
from connectors.demo.staff import SALARIES, staff_of
from connectors.demo.timeline import Timeline, season
from connectors.demo.world import DemoClient

_SCOPES = {"agent": "service", "csm": "delivery", "sales": "sales"}
_RAISE = 0.03  # a year
_Cost: TypeAlias = tuple[str, str, str, float, str | None, str | None]
"""Name, category, scope, amount, acquisition channel and persona."""


def cost_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the costs of every month that has begun, in the client's currency."""
    return [
        record
        for number in range(timeline.months_at(until.date() - timedelta(days=1)) + 1)
        for record in _month(client, timeline, timeline.month(number))
    ]


def _month(client: DemoClient, timeline: Timeline, first: date) -> list[Record]:
    chance = seeded(client.slug, first, "costs")
    raised = (1 + _RAISE) ** ((first - timeline.start).days // 365)
    pay: dict[str, float] = {"service": 0.0, "delivery": 0.0, "sales": 0.0}
    for one in staff_of(client, timeline):
        if one.works_on(first) and not one.is_bot:
            pay[_SCOPES[one.role]] += SALARIES[one.role] * raised
    busy = timeline.trend(first, 0.4) * season(client, first)
    sellers = {"sales": "Outbound"}  # they write to people who have not asked
    people: list[_Cost] = [
        (f"salary-{scope}", "salary", scope, amount, sellers.get(scope), None) for scope, amount in pay.items()
    ]
    other: list[_Cost] = [
        ("salary-marketing", "salary", "marketing", 1_300 * raised, None, None),
        ("tools-service", "tools", "service", 640 * busy, None, None),
        ("tools-sales", "tools", "sales", 280, "Email", None),
        ("tools-delivery", "tools", "delivery", client.price * 0.55 * busy, None, None),
        ("hosting", "other", "delivery", client.accounts * 38 * timeline.trend(first, 0.6), None, None),
        ("agency-search", "agency_fee", "marketing", 420 * busy, "Paid search", None),
        ("agency-social", "agency_fee", "marketing", 380 * busy, "Paid social", None),
        ("content", "agency_fee", "marketing", 240 * busy, "Organic search", None),
        ("partner-fee", "other", "sales", 160 * busy, "Partner", None),
        ("fair", "other", "sales", 900 if first.month in (3, 10) else 150, None, PERSONAS[first.month % len(PERSONAS)]),
    ]
    last = month_start(first, 1) - timedelta(days=1)
    return [
        {
            "id": f"{client.short}-{first:%y%m}-{name}",
            "client": client.slug,
            "starts_on": day_text(first),
            "ends_on": day_text(last),
            "category": category,
            "scope": scope,
            "channel": channel,
            "persona": persona,
            "amount": {"minor": round(amount * chance.uniform(0.97, 1.03)) * 100, "currency": client.currency},
            "updated_at": stamp(noon(first)),
        }
        for name, category, scope, amount, channel, persona in (*people, *other)
        if name != "agency-search" or "google" in client.platforms
    ]
