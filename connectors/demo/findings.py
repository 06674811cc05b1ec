"""What the agency's rules found: changes from month to month, spikes, and audits of bills, names and renewals."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from connectors.demo.accounts import active_on, lives_until
from connectors.demo.ads import conversions_on
from connectors.demo.billing import Bill, bills_of
from connectors.demo.campaigns import ADS
from connectors.demo.goals import mrr_on, tickets_between
from connectors.demo.records import Record, add_months, day_text, days_between, month_start, noon, passed, seeded, stamp
from connectors.demo.timeline import Timeline
from connectors.demo.volume import is_spike, tickets_on
from connectors.demo.world import DemoClient

_FIRST_MONTH = 20
_NOTICEABLE = 0.03
# Metric, its name, whether more is better, what drives it, what to do when it gets worse.
_WATCHED = (
    ("tickets_created", "Tickets created", False, "Tickets about {topic}", "Look at the category that grew most"),
    ("conversions", "Conversions", True, "Campaigns on {platform}", "Move budget to the campaign with the lowest cost"),
    ("cpa", "Cost per conversion", False, "Costs on {platform}", "Pause the ad groups without conversions"),
    ("accounts_new", "New accounts", True, "Deals won from {channel}", "Review the open deals with sales"),
    (
        "accounts_lost_all",
        "Accounts lost (all)",
        False,
        "Customers of the plan Starter",
        "Call those who have not logged in for two weeks",
    ),
    (
        "mrr",
        "Monthly recurring revenue",
        True,
        "Upgrades of existing customers",
        "Offer the next plan to those near their limit",
    ),
)
_LABELS = {  # as the catalogue calls them
    "tickets_created": "Tickets created",
    "conversions": "Conversions",
    "cpa": "Cost per conversion",
    "accounts_new": "New accounts",
    "accounts_lost_all": "Accounts lost (all)",
    "mrr": "Monthly recurring revenue",
    "overdue_amount": "Overdue amount",
    "naming_violations": "Names against the rule",
    "health_score": "Health score",
}


def insight_records(client: DemoClient, timeline: Timeline, until: datetime) -> list[Record]:
    """Return what was found in the months since the rules were switched on."""
    today = until.date()
    bills = [
        bill for life in lives_until(client, timeline, today) for bill, _ in bills_of(client, timeline, life, today)
    ]
    records: list[Record] = []
    for number in range(_FIRST_MONTH, timeline.months_at(until.date()) + 1):
        first = timeline.month(number)
        records += [*_changes(client, timeline, first), *_spike(client, timeline, first)]
        records += _audits(client, timeline, first, bills)
    return [_as_known(record, until) for record in records if str(record["opened_on"]) < until.date().isoformat()]


def _changes(client: DemoClient, timeline: Timeline, first: date) -> Iterator[Record]:
    """Compare the two months before `first`."""
    now, before = (_measured(client, timeline, month_start(first, back)) for back in (-1, -2))
    words = {
        "topic": client.topics[1].name.lower(),
        "platform": {"google": "Google", "meta": "Meta"}.get(client.platforms[0], client.platforms[0]),
        "channel": "referrals",
    }
    for metric, label, more_is_better, driver, action in _WATCHED:
        value, previous = now[metric], before[metric]
        if not previous or abs(value - previous) / previous < _NOTICEABLE:
            continue
        better = (value > previous) is more_is_better
        kind = "improvement" if better else "decline"
        severity = "info" if better else "high" if abs(value - previous) > 0.25 * previous else "medium"
        text = f"{label} went from {previous:,.0f} to {value:,.0f} in {month_start(first, -1):%B %Y}."
        yield _insight(
            client, first + timedelta(days=1), kind, f"month_change.{metric}", severity, metric, value, previous,
            driver.format(**words), text, None if better else action,
        )  # fmt: skip


def _measured(client: DemoClient, timeline: Timeline, first: date) -> dict[str, float]:
    days = days_between(first, month_start(first, 1) - timedelta(days=1))
    ads = [conversions_on(client, timeline, platform, day) for platform in client.platforms for day in days]
    conversions, lives = sum(one[1] for one in ads), lives_until(client, timeline, days[-1] + timedelta(days=1))
    ends = [span.end for life in lives for span in life.spans if span.end is not None]
    return {
        "tickets_created": tickets_between(client, timeline, days[0], days[-1]),
        "conversions": conversions,
        "cpa": sum(one[0] for one in ads) / conversions if conversions else 0,
        "accounts_new": sum(life.acquired >= first for life in lives),
        "accounts_lost_all": sum(first <= end <= days[-1] for end in ends),
        "mrr": mrr_on(client, timeline, days[-1]),
    }


def _audits(client: DemoClient, timeline: Timeline, first: date, bills: list[Bill]) -> Iterator[Record]:
    oldest, newest = first - timedelta(days=150), first - timedelta(days=30)
    late = [
        bill
        for bill in bills
        if oldest < bill.due < newest and (bill.paid is None or bill.paid >= first) and not bill.voided
    ]
    if late:
        text = f"{len(late)} invoices are more than 30 days overdue."
        yield _insight(
            client, first, "audit", "invoices_overdue", "high" if len(late) > 6 else "medium", "overdue_amount",
            sum(bill.total for bill in late) / 100, None, "Late payers", text, "Send the second reminder",
        )  # fmt: skip
    untidy = {(platform, ad.campaign) for platform in client.platforms for ad in ADS[platform] if not ad.tidy}
    if untidy and first.month % 3 == 0:
        names = ", ".join(sorted(name for _, name in untidy))
        yield _insight(
            client, first, "audit", "campaign_naming", "low", "naming_violations", len(untidy), None, names,
            f"Campaigns whose names do not follow the convention: {names}.", "Rename them before the next report",
        )  # fmt: skip
    for life in active_on(client, timeline, first):
        anniversary = add_months(life.acquired, 12 * (first.year - life.acquired.year))
        if (
            life.temper < -0.9
            and timedelta(0) <= anniversary - first < timedelta(days=31)
            and anniversary > life.acquired
        ):
            yield _insight(
                client, first, "audit", "renewal_at_risk", "high", "health_score", None, None, "Few log-ins",
                f"{life.name} is due for renewal on {anniversary} and does not look content.", "Plan a visit",
                customer=life.id,
            )  # fmt: skip


def _spike(client: DemoClient, timeline: Timeline, first: date) -> Iterator[Record]:
    day = first.replace(day=11)
    if is_spike(client, day):
        value = tickets_on(client, timeline, day)
        weeks = sorted(tickets_on(client, timeline, day - timedelta(days=7 * back)) for back in range(1, 9))
        text = f"{value} tickets came on {day}, usually {weeks[4]} on that weekday."
        yield _insight(
            client, day + timedelta(days=1), "spike", "ticket_spike", "high", "tickets_created", value, weeks[4],
            client.topics[0].name, text, "Post a notice on the help page",
        )  # fmt: skip


def _insight(
    client: DemoClient,
    opened: date,
    kind: str,
    rule: str,
    severity: str,
    metric: str,
    value: float | None,
    previous: float | None,
    driver: str,
    text: str,
    action: str | None,
    customer: str | None = None,
) -> Record:
    return {
        "id": f"{client.short}-{rule}-{opened:%y%m%d}{'' if customer is None else '-' + customer}",
        "client": client.slug,
        "kind": kind,
        "rule": rule,
        "severity": severity,
        "metric": metric,
        "label": _LABELS[metric],
        "customer": customer,
        "value": None if value is None else round(value, 2),
        "previous": None if previous is None else round(previous, 2),
        "driver": driver,
        "text": text,
        "action": action,
        "opened_on": opened.isoformat(),
        "owner": None,
    }


def _as_known(record: Record, until: datetime) -> Record:
    """Add who looks after a finding and whether it is closed by now."""
    opened = date.fromisoformat(str(record["opened_on"]))
    chance = seeded(record["id"], "closing")
    open_days = chance.randrange(4, 75) if chance.random() < 0.85 else 10_000
    closed = passed(opened + timedelta(days=open_days), until)
    status = "closed" if closed else "open"
    return record | {"status": status, "closed_on": day_text(closed), "updated_at": stamp(noon(closed or opened))}
