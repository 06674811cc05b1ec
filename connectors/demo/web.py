"""Visits to a client's site by day, as a web analytics property reports them."""

from datetime import date, datetime

from connectors.demo.ads import conversions_on
from connectors.demo.campaigns import CHANNELS
from connectors.demo.purchases import SEEN, other_sales, paid_worth, purchases, sells_online
from connectors.demo.records import Record, passed, poisson, seeded
from connectors.demo.timeline import Timeline, season
from connectors.demo.volume import is_spike
from connectors.demo.world import DemoClient

_RESTATED_DAYS = 2

# Source, medium, channel, page, kind of page, sessions a day for each ticket a day, pages, engaged, key events.
_ENTRIES = (
    ("google", "organic", "Organic search", "/", "other", 7.0, 2.6, 0.56, 0.021),
    ("google", "organic", "Organic search", "/blog/how-to-choose", "blog", 4.0, 1.5, 0.42, 0.006),
    ("google", "organic", "Organic search", "/help/getting-started", "help", 2.6, 2.3, 0.61, 0.002),
    ("google", "organic", "Organic search", "/faq", "faq", 1.8, 1.7, 0.55, 0.002),
    ("(direct)", "(none)", "Direct", "/", "other", 5.0, 3.1, 0.63, 0.03),
    ("(direct)", "(none)", "Direct", "/help/contact", "help", 1.6, 1.9, 0.58, 0.001),
    ("partner.example", "referral", "Referral", "/product", "product", 1.9, 2.8, 0.6, 0.034),
    ("newsletter", "email", "Email", "/product", "product", 1.5, 2.4, 0.66, 0.041),
)  # fmt: skip
_PAID = {"google": ("google", "cpc"), "meta": ("facebook", "paid_social"), "linkedin": ("linkedin", "paid_social"),
         "tiktok": ("tiktok", "paid_social")}  # fmt: skip
_DEVICES = ("mobile", "desktop", "mobile", "desktop", "tablet")
_WEEKEND = 0.7
_PROPERTY_ZONES = {"US": "America/Los_Angeles"}  # the zone that a property has when nobody sets one
_NEWSLETTER_DAYS = (1, 2)  # it goes out on Tuesdays


def web_days(client: DemoClient, timeline: Timeline, day: date, until: datetime) -> list[Record]:
    """Return the day's visits by channel and landing page."""
    if passed(day, until) is None:
        return []
    chance = seeded(client.slug, day, "web")
    quiet = _WEEKEND if day.weekday() > 4 and client.weekend < 1 else 1.0
    level = client.per_day * season(client, day) * timeline.trend(day, 0.7) * quiet * max(0.6, chance.gauss(1, 0.1))
    trouble = 1 + 1.5 * timeline.strain(client, day) + (0.8 if is_spike(client, day) else 0)
    rows: list[Record] = []
    open_today = [medium != "email" or day.weekday() in _NEWSLETTER_DAYS for _, medium, *_ in _ENTRIES]
    weights = [
        sessions * rate * (is_open and kind not in ("help", "faq"))
        for (*_, kind, sessions, _, _, rate), is_open in zip(_ENTRIES, open_today, strict=True)
    ]
    sold = other_sales(client, timeline, day, weights) if sells_online(client) else [0] * len(_ENTRIES)
    for number, (source, medium, channel, page, kind, share, views, engaged, rate) in enumerate(_ENTRIES):
        sessions = poisson(chance, level * share * (trouble if kind in ("help", "faq") else 1))
        device, noise = _DEVICES[int(chance.random() * 5)], chance.uniform(0.9, 1.1)
        events = poisson(chance, sessions * rate)
        if not open_today[number]:
            continue
        where = (source, medium, channel, page, kind, device)
        counts = (sessions, round(sessions * views * noise), events, sold[number])
        rows.append(_row(client, day, number, where, counts, engaged, until))
    for number, platform in enumerate(client.platforms, start=len(_ENTRIES)):
        _, conversions, _ = conversions_on(client, timeline, platform, day)
        sessions = max(conversions, poisson(chance, level * 2.2))
        # Some browsers send nothing: the property sees a little less than the platform claims.
        events = sum(chance.random() < SEEN for _ in range(conversions))
        device = _DEVICES[int(chance.random() * 5)]
        where = (*_PAID[platform], CHANNELS[platform], "/product", "product", device)
        taken = round(events * paid_worth(client, platform, day)) if sells_online(client) else 0
        rows.append(_row(client, day, number, where, (sessions, round(sessions * 1.9), events, taken), 0.47, until))
    return rows


def _row(
    client: DemoClient,
    day: date,
    number: int,
    where: tuple[str, str, str, str, str, str],
    counts: tuple[int, int, int, int],
    engaged: float,
    until: datetime,
) -> Record:
    source, medium, channel, page, kind, device = where
    sessions, views, events, taken = counts
    bought = purchases(taken)
    return {
        "id": f"{client.short}-{day:%y%m%d}-{number}",
        "client": client.slug,
        "date": day.isoformat(),
        "source": source,
        "medium": medium,
        "channel": channel,
        "campaign": "monthly news" if medium == "email" else None,
        "page": f"https://{client.domain}{page}",
        "page_type": kind,
        "country": client.country,
        "device": device,
        "sessions": sessions,
        "engaged_sessions": round(sessions * engaged),
        "users": round(sessions * 0.86),
        "new_users": round(sessions * 0.52),
        "page_views": views,
        "engagement_seconds": round(sessions * engaged * 96),
        "key_events": max(events, bought),
        "transactions": bought,
        "revenue": {"minor": taken, "currency": client.currency},
        "sampled": client.industry == "Retail" and day.month == 12,
        "thresholded": (until.date() - day).days <= _RESTATED_DAYS,
        "other_row": False,
        "timezone": _PROPERTY_ZONES.get(client.country, client.timezone),
    }
