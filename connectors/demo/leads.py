"""People who left their address: through an ad's form, on the site or by hand; some become opportunities."""

import random
from datetime import UTC, date, datetime, time, timedelta

from connectors.demo.ads import conversions_on, main_campaign
from connectors.demo.campaigns import CHANNELS
from connectors.demo.deals import Deal, campaign_of, deals_of, source_of
from connectors.demo.records import Record, days_between, poisson, seeded, seen, stamp
from connectors.demo.timeline import Timeline, season
from connectors.demo.world import DemoClient

_UNPAID = ("Organic search", "Referral", "Email", "Partner")
_ENTERED = 0.93  # share of the forms of the platforms that reach the CRM


def lead_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return every lead as the CRM knows it at `until`."""
    yesterday = until.date() - timedelta(days=1)
    records = [
        record for day in days_between(timeline.start, yesterday) for record in _of_day(client, timeline, day, until)
    ]
    for deal in deals_of(client, timeline, until):
        if deal.pipeline == "New business":
            records.append(_of_deal(client, timeline, deal, until))
    return [record for record in records if record]


def _of_day(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    chance = seeded(client.slug, day, "leads")
    channels: list[tuple[str, str | None]] = []
    for platform in client.platforms:
        _, _, forms = conversions_on(client, timeline, platform, day)
        entered = sum(chance.random() < _ENTERED for _ in range(forms))
        channels += [(CHANNELS[platform], platform)] * entered
    for _ in range(poisson(chance, 0.5 * season(client, day) * timeline.trend(day, 0.5))):
        channels.append((chance.choice(_UNPAID), None))
    return [_lead(client, day, number, channel, chance, until) for number, channel in enumerate(channels, start=1)]


def _lead(
    client: DemoClient, day: date, number: int, channel: tuple[str, str | None], chance: random.Random, until: datetime
) -> Record:
    created = datetime.combine(day, time(6), UTC) + timedelta(seconds=chance.randrange(14 * 3600))
    drawn, looked = chance.random(), created + timedelta(hours=chance.uniform(2, 140))
    qualified = seen(looked, until) if drawn < 0.2 else None
    rejected = seen(looked, until) if drawn > 0.45 else None
    name, platform = channel
    status = "qualified" if qualified else "unqualified" if rejected else "new"
    return {
        "id": f"{client.short}-W{day:%y%m%d}-{number}",
        "client": client.slug,
        "customer": None,
        "contact": None,
        "created_at": stamp(created),
        "status": status,
        "source": source_of(client, name)[0] if platform is None else platform,
        "medium": source_of(client, name)[1],
        "channel": name,
        "campaign": None if platform is None else main_campaign(client, platform)[1],
        "qualified_at": stamp(qualified),
        "converted_at": None,
        "updated_at": stamp(qualified or rejected or created),
    }


def _of_deal(client: DemoClient, timeline: Timeline, deal: Deal, until: datetime) -> Record:
    """Return the lead that a deal began with; nothing for one from before the demo's time."""
    chance = seeded(deal.key, "lead")
    created = deal.created - timedelta(hours=chance.uniform(4, 190))
    if created.date() < timeline.start:
        return {}
    converted = seen(deal.closed, until) if deal.won else None
    source, medium = source_of(client, deal.channel)
    return {
        "id": f"{deal.key}-W",
        "client": client.slug,
        "customer": deal.account if converted else None,
        "contact": deal.contact if converted else None,
        "created_at": stamp(created),
        "status": "converted" if converted else "qualified",
        "source": source,
        "medium": medium,
        "channel": deal.channel,
        "campaign": campaign_of(client, deal.channel)[1],
        "qualified_at": stamp(deal.created),
        "converted_at": stamp(converted),
        "updated_at": stamp(converted or deal.created),
    }
