"""Advertising campaigns: platforms, the tree of campaigns, ad groups and ads, and when each of them runs."""

from dataclasses import dataclass
from datetime import date, datetime

from connectors.demo.records import Record
from connectors.demo.timeline import Timeline
from connectors.demo.world import DemoClient
from connectors.json_value import JsonValue

CHANNELS = {"google": "Paid search", "meta": "Paid social", "linkedin": "Paid social", "tiktok": "Paid social"}
NAMES = {"google": "Google Ads", "meta": "Meta Ads", "linkedin": "LinkedIn Ads", "tiktok": "TikTok Ads"}
WINDOWS = {"google": "30d click", "meta": "7d click, 1d view", "linkedin": "30d click", "tiktok": "7d click, 1d view"}
_ALWAYS = tuple(range(1, 13))


@dataclass(frozen=True)
class Ad:
    """One ad with its parents, its share of the platform's money and how its rows are broken down."""

    key: str  # of campaign, ad group and ad, such as 2-1-1
    campaign: str
    group: str
    ad: str
    objective: str
    weight: float
    months: tuple[int, ...]
    breakdown: str
    rows: tuple[dict[str, str], ...]
    tidy: bool = True  # whether the campaign's name follows the convention

    @property
    def campaign_key(self) -> str:
        """Return the campaign's part of the key."""
        return self.key.split("-")[0]


_DEVICES = ({"device": "mobile"}, {"device": "desktop"})
_FEEDS = ({"placement": "feed"}, {"placement": "side column"})
_CLIPS = ({"placement": "feed"}, {"placement": "search"})


def _people(age: str) -> tuple[dict[str, str], ...]:
    return ({"age": age, "gender": "female"}, {"age": age, "gender": "male"})


ADS = {
    "google": (
        Ad("1-1-1", "Brand search", "Brand", "Brand text", "conversions", 1.0, _ALWAYS, "device", _DEVICES),
        Ad("2-1-1", "Generic search", "Category", "Benefit text", "conversions", 1.6, _ALWAYS, "device", _DEVICES),
        Ad("2-2-1", "Generic search", "Competitors", "Price text", "conversions", 0.7, (1, 2, 3, 9, 10, 11), "device",
           _DEVICES),
    ),
    "meta": (
        Ad("1-1-1", "Prospecting", "18-34", "Short video", "leads", 1.2, _ALWAYS, "age,gender", _people("18-34")),
        Ad("1-2-1", "Prospecting", "35-54", "Customer story", "leads", 1.0, _ALWAYS, "age,gender", _people("35-54")),
        Ad("2-1-1", "Remarketing", "Visitors", "Carousel", "conversions", 0.8, (3, 4, 5, 9, 10, 11, 12), "age,gender",
           _people("25-44"), tidy=False),
    ),
    "linkedin": (
        Ad("1-1-1", "Decision makers", "Job titles", "Report", "leads", 1.5, _ALWAYS, "placement", _FEEDS),
        Ad("2-1-1", "Webinar", "Industries", "Invitation", "leads", 0.8, (2, 5, 9, 11), "placement", _FEEDS[:1],
           tidy=False),
    ),
    "tiktok": (
        Ad("1-1-1", "Creators", "Interests", "Day at work", "awareness", 1.0, _ALWAYS, "placement", _CLIPS),
        Ad("2-1-1", "Season sale", "Look-alike", "Countdown", "conversions", 1.1, (6, 11, 12), "placement", _CLIPS[:1]),
    ),
}  # fmt: skip


def running(platform: str, day: date) -> tuple[Ad, ...]:
    """Return the ads of a platform that run on a day."""
    return tuple(ad for ad in ADS[platform] if day.month in ad.months)


def node_id(client: DemoClient, platform: str, key: str) -> str:
    """Return the id of a campaign, ad group or ad."""
    return f"{client.short}-{platform}-{key}"


def account_currency(client: DemoClient, platform: str) -> str:
    """Return the currency of an ad account: one network bills everybody in dollars."""
    return "USD" if platform == "linkedin" else client.currency


def campaign_name(client: DemoClient, platform: str, ad: Ad) -> str:
    """Return a campaign's name: country, channel, objective and subject, where somebody kept to the convention."""
    if not ad.tidy:
        return f"{ad.campaign} copy (2)"
    kind = "search" if platform == "google" else "social"
    return f"{client.country}_{kind}_{ad.objective}_{ad.campaign.lower().replace(' ', '-')}"


def ad_account_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the client's accounts on the platforms."""
    del until
    return [
        {
            "id": node_id(client, platform, "account"),
            "client": client.slug,
            "platform": NAMES[platform],
            "name": f"{client.name} on {NAMES[platform]}",
            "currency": account_currency(client, platform),
            "timezone": client.timezone,
            "status": "active",
            "created_on": timeline.start.isoformat(),
            "updated_at": f"{timeline.start}T07:00:00Z",
        }
        for platform in client.platforms
    ]


def campaign_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return every campaign, ad group and ad, each once."""
    del until
    nodes: dict[str, Record] = {}
    for platform in client.platforms:
        for ad in ADS[platform]:
            parts, names = ad.key.split("-"), (campaign_name(client, platform, ad), ad.group, ad.ad)
            for depth, level in enumerate(("campaign", "ad_group", "ad"), start=1):
                key = node_id(client, platform, "-".join(parts[:depth]))
                parent = node_id(client, platform, "-".join(parts[: depth - 1])) if depth > 1 else None
                node = _node(client, timeline, platform, ad)
                nodes.setdefault(key, {"id": key, "level": level, "parent": parent, "name": names[depth - 1]} | node)
    return list(nodes.values())


def _node(client: DemoClient, timeline: Timeline, platform: str, ad: Ad) -> Record:
    parts: dict[str, JsonValue] = {}
    if ad.tidy:
        parts = {"country": client.country, "objective": ad.objective, "subject": ad.campaign}
    daily = client.spend * ad.weight * 100 / sum(one.weight for one in ADS[platform])
    return {
        "client": client.slug,
        "platform": NAMES[platform],
        "objective": ad.objective,
        "status": "active",
        "channel": CHANNELS[platform],
        "starts_on": timeline.start.isoformat(),
        "daily_budget": {"minor": round(daily), "currency": account_currency(client, platform)},
        "name_parts": parts,
        "naming_ok": ad.tidy,
        "updated_at": f"{timeline.start}T07:00:00Z",
    }
