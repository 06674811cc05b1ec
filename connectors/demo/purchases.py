"""What the sites of clients that sell online take in: most of what is invoiced, as a web property gets to see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from connectors.demo.accounts import lives_until
from connectors.demo.ads import conversion_worth, conversions_on
from connectors.demo.billing import bills_of
from connectors.demo.campaigns import account_currency
from connectors.demo.rates import exchanged
from connectors.demo.records import days_between, month_start, seeded
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient

SEEN = 0.94  # of what people do after a click on an ad: some browsers send nothing
_SELLING = ("Retail", "Food delivery", "Travel")
_BASKET = 20_000  # minor units
_BLIND = 0.12  # share of months in which a page without the tag, or a broken one, hides a part of the orders
_HIDDEN = (0.14, 0.3)


def sells_online(client: DemoClient) -> bool:
    """Say whether orders are placed on the client's site."""
    return client.industry in _SELLING


def paid_worth(client: DemoClient, platform: str, day: date) -> float:
    """Return what the site takes for a conversion that a platform's ad has brought, in minor units."""
    chance = seeded(client.slug, platform, month_start(day), "worth")
    # The platform counts the last click before all others: what it claims and what the site sees drift apart.
    drift = chance.uniform(0.66, 0.8) if chance.random() < _BLIND else chance.uniform(0.98, 1.12)
    worth = 100 * conversion_worth(client) * drift
    return exchanged(worth, account_currency(client, platform), client.currency, day)


def other_sales(client: DemoClient, timeline: Timeline, day: date, weights: Sequence[float]) -> list[int]:
    """Return the minor units that came on a day by each way in that no ad has paid for; `weights` are their shares."""
    chance = seeded(client.slug, day, "sales")
    parts = [one * chance.uniform(0.6, 1.4) for one in weights]
    daily = _other_sales(client, timeline, month_start(day)) * chance.uniform(0.8, 1.2)
    return [round(daily * one / sum(parts)) for one in parts]


def purchases(amount: float) -> int:
    """Return how many purchases an amount was, in minor units."""
    return max(int(amount > 0), round(amount / _BASKET))


@lru_cache(maxsize=512)
def _other_sales(client: DemoClient, timeline: Timeline, first: date) -> float:
    """Return what came on a day of a month, without the ads' part."""
    chance = seeded(client.slug, first, "tag")
    seen = 1 - chance.uniform(*_HIDDEN) if chance.random() < _BLIND else chance.uniform(0.955, 1.015)
    days = days_between(first, month_start(first, 1))[:-1]
    paid = sum(
        conversions_on(client, timeline, platform, day)[1] * SEEN * paid_worth(client, platform, day)
        for day in days
        for platform in client.platforms
    )
    return max(0.0, seen * _invoiced(client, timeline, first.year).get(first.month, 0.0) - paid) / len(days)


@lru_cache(maxsize=64)
def _invoiced(client: DemoClient, timeline: Timeline, year: int) -> Mapping[int, float]:
    """Return the minor units that are invoiced in each month of a year, also in those that have not come yet."""
    end, found = date(year + 1, 1, 1), defaultdict[int, float](float)
    for life in lives_until(client, timeline, end):
        for bill, _ in bills_of(client, timeline, life, end):
            if bill.kind == "invoice" and bill.issued.year == year and not bill.voided:
                found[bill.issued.month] += exchanged(bill.total, life.currency, client.currency, bill.issued)
    return found
