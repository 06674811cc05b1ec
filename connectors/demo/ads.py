"""What advertising cost and brought on a day, as the platforms report it, and the budgets behind it."""

import random
from datetime import date, datetime, timedelta
from functools import lru_cache

from connectors.demo.campaigns import (
    NAMES,
    WINDOWS,
    Ad,
    account_currency,
    campaign_name,
    node_id,
    running,
)
from connectors.demo.records import Record, day_text, month_start, noon, passed, poisson, seeded, stamp
from connectors.demo.timeline import Timeline, season
from connectors.demo.world import DemoClient

SETTLED_AFTER = timedelta(days=7)  # until then the platforms still add conversions

_PER_CLICK = {"google": 1.9, "meta": 0.8, "linkedin": 4.2, "tiktok": 0.45}  # major units
_RATE = {"google": 0.061, "meta": 0.014, "linkedin": 0.009, "tiktok": 0.011}  # clicks per impression
_PER_CONVERSION = {"google": 16.0, "meta": 15.0, "linkedin": 34.0, "tiktok": 19.0}
_WEEK = (1.05, 1.08, 1.06, 1.02, 1.0, 0.84, 0.8)
_VALUE = {"Retail": 74, "Software": 96, "Food delivery": 58, "Travel": 88, "Health": 70}
_FORMS = 0.16  # share of conversions that are filled-in forms
_UNSETTLED = 0.8  # share of conversions that a platform knows in the first days
_OTHER_CURRENCY = 1.08


@lru_cache(maxsize=65_536)
def conversions_on(client: DemoClient, timeline: Timeline, platform: str, day: date) -> tuple[float, int, int]:
    """Return what a platform spent on a day (major units of its account), its conversions, and how many are leads."""
    chance = seeded(client.slug, platform, day, "ads")
    share = sum(ad.weight for ad in running(platform, day)) / 2.4
    level = client.spend * share * season(client, day) * timeline.trend(day, 0.5) * _WEEK[day.weekday()]
    spend = level * (_OTHER_CURRENCY if account_currency(client, platform) != client.currency else 1)
    spend *= max(0.5, chance.gauss(1, 0.12))
    better = 0.8 + 0.2 * timeline.trend(day, 1.0)  # what is learnt makes a conversion cheaper
    conversions = poisson(chance, spend / _PER_CONVERSION[platform] * better * (1 - 0.4 * timeline.strain(client, day)))
    leads = sum(chance.random() < _FORMS for _ in range(conversions))
    return spend, conversions, leads


def conversion_worth(client: DemoClient) -> int:
    """Return what a conversion is about worth to a client, in major units of the platform's account."""
    return _VALUE[client.industry]


def ad_days(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    """Return the day's rows of every platform, as they are reported at `until`."""
    if passed(day, until) is None:
        return []
    return [row for platform in client.platforms for row in _platform_rows(client, timeline, platform, day, until)]


def _platform_rows(client: DemoClient, timeline: Timeline, platform: str, day: date, until: datetime) -> list[Record]:
    spend, conversions, leads = conversions_on(client, timeline, platform, day)
    chance = seeded(client.slug, platform, day, "ad rows")
    parts = [(ad, split) for ad in running(platform, day) for split in ad.rows]
    weights = [ad.weight / len(ad.rows) * chance.uniform(0.7, 1.3) for ad, _ in parts]
    counts, forms = [0] * len(parts), [0] * len(parts)
    for number, place in enumerate(chance.choices(range(len(parts)), weights, k=conversions)):
        counts[place] += 1
        forms[place] += number < leads
    settled = day + SETTLED_AFTER < until.date()
    total = sum(weights)
    currency = account_currency(client, platform)
    return [
        _row(client, platform, day, ad, split, spend * weight / total, count, form, settled, currency, chance)
        for (ad, split), weight, count, form in zip(parts, weights, counts, forms, strict=True)
    ]


def _row(
    client: DemoClient,
    platform: str,
    day: date,
    ad: Ad,
    split: dict[str, str],
    spend: float,
    conversions: int,
    leads: int,
    settled: bool,
    currency: str,
    chance: random.Random,
) -> Record:
    clicks = round(spend / (_PER_CLICK[platform] * chance.uniform(0.85, 1.2)))
    impressions = round(clicks / (_RATE[platform] * chance.uniform(0.8, 1.25)))
    worth = conversion_worth(client) * chance.uniform(0.8, 1.25)
    known = conversions if settled else int(conversions * _UNSETTLED + 0.5)
    video = platform in ("tiktok", "meta")
    base = node_id(client, platform, ad.key)
    group, _, _ = base.rpartition("-")
    return {
        "id": f"{base}-{'.'.join(split.values()).replace(' ', '')}-{day:%y%m%d}",
        "client": client.slug,
        "date": day.isoformat(),
        "platform": NAMES[platform],
        "account": f"{client.name} on {NAMES[platform]}",
        "campaign_id": node_id(client, platform, ad.campaign_key),
        "ad_group_id": group,
        "ad_group": ad.group,
        "ad_id": base,
        "ad": ad.ad,
        "breakdown": ad.breakdown,
        **split,
        "country": client.country,
        "spend_micros": round(spend * 100) * 10_000,
        "currency": currency,
        "timezone": client.timezone,
        "impressions": impressions,
        "clicks": clicks,
        "link_clicks": round(clicks * 0.87),
        "conversions": known,
        "value_micros": round(known * worth * 100) * 10_000,
        "leads": min(leads, known),
        "view_through": int(impressions / 9000) if video else 0,
        "video_views": round(impressions * 0.21) if video else 0,
        "engagements": clicks + round(impressions * 0.004),
        "reach": round(impressions / _seen_by_each(day, base)) if platform != "google" else None,
        "window": WINDOWS[platform],
        "settled": settled,
    }


def _seen_by_each(day: date, ad_id: str) -> float:
    """Return how often a person saw an ad on a day: more and more until the audience is renewed with the month."""
    return 1.15 + 0.03 * day.day + 0.06 * (sum(ad_id.encode()) % 11)


def budget_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the monthly budget of each platform, up to the running month."""
    records: list[Record] = []
    for number in range(timeline.months_at(until.date()) + 1):
        first = timeline.month(number)
        last = month_start(first, 1) - timedelta(days=1)
        middle = first + timedelta(days=14)
        for platform in client.platforms:
            share = sum(ad.weight for ad in running(platform, middle)) / 2.4
            planned = seeded(client.slug, platform, first, "budget").uniform(0.92, 1.14)
            daily = client.spend * share * season(client, middle) * timeline.trend(middle, 0.5) * planned
            records.append(
                {
                    "id": f"{client.short}-{platform}-{first:%y%m}",
                    "client": client.slug,
                    "platform": NAMES[platform],
                    "channel": "Paid search" if platform == "google" else "Paid social",
                    "starts_on": day_text(first),
                    "ends_on": day_text(last),
                    "amount": {"minor": round(daily * last.day) * 100, "currency": account_currency(client, platform)},
                    "updated_at": stamp(noon(first - timedelta(days=1))),
                }
            )
    return records


def main_campaign(client: DemoClient, platform: str) -> tuple[str, str]:
    """Return id and name of a platform's first campaign, which brings most leads."""
    ad = running(platform, date(2024, 1, 1))[0]
    return node_id(client, platform, ad.campaign_key), campaign_name(client, platform, ad)
