"""Goals that were set for a client's months and quarters, and the weights of its health score."""

from datetime import date, datetime

from connectors.demo.accounts import active_on
from connectors.demo.records import Record, days_between, month_start, noon, seeded, stamp
from connectors.demo.subscriptions import versions_of
from connectors.demo.timeline import Timeline, season
from connectors.demo.volume import tickets_on
from connectors.demo.world import DemoClient

_FIRST_MONTH = 18  # before that nobody wrote goals down
_STRETCH = 5  # what sales would like to win, of what it used to: every agency has a goal that is always missed
_FOR_ACCOUNTS = 2  # this many customers have goals of their own


def mrr_on(client: DemoClient, timeline: Timeline, day: date) -> float:
    """Return the recurring revenue of a month in major units, as known on a day; other currencies count as the own."""
    total = 0.0
    for life in active_on(client, timeline, day):
        version = versions_of(client, timeline, life, day)
        if version:
            one = version[-1]
            total += (one.seats * one.unit - one.discount_on(day)) / one.months()
    return total / 100


def tickets_between(client: DemoClient, timeline: Timeline, first: date, last: date) -> int:
    """Return how many tickets came from one day to another."""
    return sum(tickets_on(client, timeline, day) for day in days_between(first, last))


def goal_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the goals of every month and quarter that has begun; each looks only at what was known before it."""
    records: list[Record] = []
    for number in range(_FIRST_MONTH, timeline.months_at(until.date()) + 1):
        first = timeline.month(number)
        if first >= until.date():
            break
        records += _of_month(client, timeline, first)
        if first.month % 3 == 1:
            records += _of_quarter(client, timeline, first)
    return records


def _of_month(client: DemoClient, timeline: Timeline, first: date) -> list[Record]:
    chance = seeded(client.slug, first, "goals")
    mrr = mrr_on(client, timeline, first)
    before = tickets_between(client, timeline, month_start(first, -1), first.replace(day=1))
    spend = client.spend * 30 * len(client.platforms) * season(client, first) * timeline.trend(first, 0.5) * 0.85
    reply = client.first_reply_target * 0.45
    goals = [
        _goal(client, first, "month", "csat_rate", 0.82, "up", 0.07, 2),
        _goal(client, first, "month", "nps_score", 40, "up", 0.25, 2),
        _goal(client, first, "month", "frt_avg_seconds", round(reply, -1), "down", 0.2, 1),
        _goal(client, first, "month", "mrr", round(mrr * chance.uniform(1.0, 1.03), -2), "up", 0.03, 3),
        _goal(client, first, "month", "leads", round(client.spend * 0.95 * timeline.trend(first, 0.5)), "up", 0.15, 1),
        _goal(client, first, "month", "accounts_new", max(1, round(client.arrivals)), "up", 0.35, 1),
        _goal(client, first, "month", "deals_won", round(client.arrivals * _STRETCH), "up", 0.15, 1),
        _goal(
            client, first, "month", "tickets_created", None, "band", 0.1, 1, (round(before * 0.8), round(before * 1.12))
        ),
        _goal(client, first, "month", "spend", None, "band", 0.1, 1, (round(spend * 0.85), round(spend * 1.1))),
    ]
    for life in active_on(client, timeline, first)[:_FOR_ACCOUNTS]:
        goals.append(_goal(client, first, "month", "activities", 6, "up", 0.3, 1, customer=life.id))
    return goals


def _of_quarter(client: DemoClient, timeline: Timeline, first: date) -> list[Record]:
    mrr = mrr_on(client, timeline, first)
    return [
        _goal(client, first, "quarter", "revenue_net", round(mrr * 3 * 1.06, -2), "up", 0.06, 3),
        _goal(client, first, "quarter", "logo_churn_rate", 0.05, "down", 0.3, 2),
        _goal(client, first, "quarter", "nrr", 1.0, "up", 0.03, 2),
    ]


def _goal(
    client: DemoClient,
    first: date,
    grain: str,
    metric: str,
    target: float | None,
    direction: str,
    near: float,
    weight: int,
    band: tuple[float, float] | None = None,
    customer: str | None = None,
) -> Record:
    return {
        "id": f"{client.short}-{metric}-{grain}-{first:%y%m}{'' if customer is None else '-' + customer}",
        "client": client.slug,
        "metric": metric,
        "customer": customer,
        "grain": grain,
        "period_start": first.isoformat(),
        "target": target,
        "min": None if band is None else band[0],
        "max": None if band is None else band[1],
        "direction": direction,
        "near": near,
        "weight": weight,
        "updated_at": stamp(noon(first)),
    }


def health_weight_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return the weights of the health score: those of its own at first, the usual ones since a year and a half."""
    own = (35, 25, 15, 10, 15) if client.service_level == "Platinum" else (30, 25, 20, 10, 15)
    versions = [
        ("v1", timeline.start, own, 40),
        ("v2", timeline.month(_FIRST_MONTH), (30, 20, 20, 15, 15), 50),  # so that who is called red is called in time
    ]
    return [
        {
            "id": f"{client.short}-weights-{name}",
            "client": client.slug,
            "version": name,
            "weights": dict(zip(("usage", "support", "satisfaction", "payment", "relationship"), weights, strict=True)),
            "red_below": red_below,
            "green_from": 70,
            "valid_from": first.isoformat(),
            "updated_at": stamp(noon(first)),
        }
        for name, first, weights, red_below in versions
        if first < until.date()
    ]
