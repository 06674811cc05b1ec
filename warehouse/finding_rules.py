"""Rules that find what a report should mention: changes from month to month with what drives them, and audits; pure.

Amounts are as reports show them: ratios as fractions, durations in seconds, money in the client account's currency.
Groups that are too small to say anything about are left out, and never named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

LEAST = 30  # rows behind a number that is compared
LEAST_NAMED = 10  # rows behind a value of a dimension that is named
TOP = 3  # changes of a month, each way
_NOTICEABLE, _LARGE = 0.10, 0.25  # of the amount before
_POINTS, _MANY_POINTS = 0.02, 0.05  # of a share
_SLA_LOW, _SLA_VERY_LOW = 0.9, 0.8
_SPEND_SHARE = 0.01
_NAMES = 5

Amounts: TypeAlias = Mapping[str | None, float]  # by value of a dimension; None is the whole


@dataclass(frozen=True)
class Watched:
    """A metric that is compared with the month before; `weight` counts what a rate or average is made of."""

    metric: str
    dataset: str
    good: Literal["up", "down"]
    dimension: str | None = None
    weight: str | None = None
    guard: str | None = None  # counts the rows, where the weight does not; "" for amounts of money
    action: str = ""

    @property
    def counted_by(self) -> str:
        """Return the metric that says how many rows there are; nothing for amounts that need no such count."""
        return self.guard if self.guard is not None else self.weight or self.metric


WATCHED = (
    Watched("tickets_created", "tickets", "down", "category", action="Look at the category that grew most."),
    Watched("csat_rate", "surveys", "up", "category", "csat_responses", action="Read the latest low ratings."),
    Watched("frt_avg_seconds", "tickets", "down", "channel", "answered_tickets", action="See who covers the channel."),
    Watched("resolution_rate", "tickets", "up", "category", "tickets_created", action="Review the open tickets."),
    Watched("conversions", "ads", "up", "campaign", action="Look at the campaign that lost most."),
    Watched("cpa", "ads", "down", "campaign", "conversions", action="Move budget to the campaigns that cost least."),
    Watched("roas", "ads", "up", "campaign", "spend", "conversions", action="Move budget to what returns most."),
    Watched("leads", "deals", "up", guard="leads", action="Review the sources of leads."),
    Watched("accounts_new", "accounts_period", "up", "acquisition_channel", action="Review the open deals with sales."),
    Watched("mrr", "mrr", "up", "plan", guard="", action="Call the accounts that went down or left."),
    Watched("revenue_net", "revenue", "up", guard="", action="Compare the invoices of both months."),
)


@dataclass(frozen=True)
class Found:
    """A finding before it is stored."""

    rule: str
    kind: Literal["improvement", "decline", "audit"]
    severity: Literal["info", "low", "medium", "high"]
    metric: str
    text: str
    value: float | None = None
    previous: float | None = None
    driver: str | None = None
    action: str | None = None
    account_id: str | None = None
    size: float = field(default=0, compare=False)  # how noticeable, to choose the most noticeable ones


@dataclass(frozen=True)
class Month:
    """The amounts of one client account in one month, by metric."""

    start: date
    amounts: Mapping[str, Amounts]

    def whole(self, metric: str) -> float | None:
        """Return the amount of all rows."""
        return self.amounts.get(metric, {}).get(None)

    def parts(self, metric: str) -> dict[str, float]:
        """Return the amount of each value of the metric's dimension."""
        return {name: value for name, value in self.amounts.get(metric, {}).items() if name is not None}


def changes(now: Month, before: Month, shares: frozenset[str], words: Mapping[str, str]) -> list[Found]:
    """Return the most noticeable changes between two months, better ones first; `words` name metrics."""
    found = [one for watched in WATCHED if (one := _change(watched, now, before, watched.metric in shares, words))]
    ranked = sorted(found, key=lambda one: (-one.size, one.metric))
    return [one for kind in ("improvement", "decline") for one in [x for x in ranked if x.kind == kind][:TOP]]


def _change(watched: Watched, now: Month, before: Month, is_share: bool, words: Mapping[str, str]) -> Found | None:
    value, previous = now.whole(watched.metric), before.whole(watched.metric)
    if value is None or previous is None or not _enough(watched, now) or not _enough(watched, before):
        return None
    if not is_share and previous == 0:
        return None
    size = value - previous if is_share else (value - previous) / abs(previous)
    noticeable, large = (_POINTS, _MANY_POINTS) if is_share else (_NOTICEABLE, _LARGE)
    if abs(size) < noticeable:
        return None
    better = (value > previous) == (watched.good == "up")
    driver = driver_of(watched, now, before)
    told = f"{abs(size) * 100:.1f} points" if is_share else f"{abs(size):.0%}".replace("%", " %")
    way = "rose" if value > previous else "fell"
    metric = words.get(watched.metric, watched.metric)
    text = f"{metric} {way} by {told} in {now.start:%B %Y}" + (f", most of it {driver}." if driver else ".")
    return Found(
        rule=f"month_change.{watched.metric}",
        kind="improvement" if better else "decline",
        severity="info" if better else "high" if abs(size) >= large else "medium",
        metric=watched.metric,
        text=text,
        value=value,
        previous=previous,
        driver=driver,
        action=None if better else watched.action,
        size=abs(size) / noticeable,
    )


def _enough(watched: Watched, month: Month) -> bool:
    return not watched.counted_by or (month.whole(watched.counted_by) or 0) >= LEAST


def driver_of(watched: Watched, now: Month, before: Month) -> str | None:
    """Return the value of the dimension that explains most of a change, if it goes the same way.

    Of a sum, the part's own change. Of a rate or average R of parts with weight w: w₁(r₁ − R₀) − w₀(r₀ − R₀), in
    which w are shares of the whole weight; over all parts they add up to the change.
    """
    value, previous = now.whole(watched.metric), before.whole(watched.metric)
    if watched.dimension is None or value is None or previous is None:
        return None
    names = sorted({*now.parts(watched.metric), *before.parts(watched.metric)})
    effects = {
        name: _effect(watched, name, now, before, previous) for name in names if _named(watched, name, now, before)
    }
    if not effects:
        return None
    sign = 1 if value > previous else -1
    name = max(effects, key=lambda one: (sign * effects[one], one))
    return name if sign * effects[name] > 0 else None


def _effect(watched: Watched, name: str, now: Month, before: Month, base: float) -> float:
    if watched.weight is None:
        return now.parts(watched.metric).get(name, 0) - before.parts(watched.metric).get(name, 0)
    sides = []
    for month in (now, before):
        whole, rate = month.whole(watched.weight) or 0, month.parts(watched.metric).get(name)
        part = month.parts(watched.weight).get(name, 0)
        sides.append(0 if rate is None or whole == 0 else part / whole * (rate - base))
    return sides[0] - sides[1]


def _named(watched: Watched, name: str, now: Month, before: Month) -> bool:
    counted = watched.counted_by
    return not counted or max(now.parts(counted).get(name, 0), before.parts(counted).get(name, 0)) >= LEAST_NAMED


def audits(months: Sequence[Month]) -> Iterator[Found]:
    """Give what deserves a look in the last of the months, which follow one another."""
    if not months:
        return
    now = months[-1]
    yield from _sla(now)
    yield from _falling_csat(months[-4:])
    yield from _pulling_down(now)
    yield from _spend_for_nothing(now)
    violations = now.whole("naming_violations")
    if violations:
        text = f"{violations:.0f} names of campaigns, ad groups or ads do not follow the naming rule."
        action = "Rename them before the next report."
        yield Found("naming_violations", "audit", "low", "naming_violations", text, violations, action=action)
    invoices, amount = now.whole("overdue_invoices"), now.whole("overdue_amount")
    if invoices:
        text = f"{invoices:.0f} invoices were overdue at the end of {now.start:%B %Y}."
        severity: Literal["medium", "high"] = "high" if invoices > 5 else "medium"
        action = "Send the next reminder."
        yield Found("invoices_overdue", "audit", severity, "overdue_amount", text, amount, action=action)


def _sla(now: Month) -> Iterator[Found]:
    rate = now.whole("sla_first_reply_rate")
    if rate is not None and rate < _SLA_LOW and (now.whole("sla_first_reply_base") or 0) >= LEAST:
        text = f"Only {rate:.0%} of first replies kept their promise in {now.start:%B %Y}.".replace("%", " %", 1)
        severity: Literal["medium", "high"] = "high" if rate < _SLA_VERY_LOW else "medium"
        action = "Look at the tickets that are about to breach."
        yield Found("sla_breach_risk", "audit", severity, "sla_first_reply_rate", text, rate, action=action)


def _falling_csat(months: Sequence[Month]) -> Iterator[Found]:
    rates = [one.whole("csat_rate") for one in months]
    known = [one for one in rates if one is not None]
    enough = all((one.whole("csat_responses") or 0) >= LEAST for one in months)
    falls = all(later < earlier for earlier, later in pairwise(known))
    if len(known) == 4 and enough and falls and known[0] - known[-1] >= _POINTS:
        text = f"Customer satisfaction fell three months in a row, by {(known[0] - known[-1]) * 100:.1f} points."
        action = "Read the low ratings of the last month."
        yield Found("falling_csat", "audit", "high", "csat_rate", text, known[-1], known[0], action=action)


def _pulling_down(now: Month) -> Iterator[Found]:
    rate, whole = now.whole("resolution_rate"), now.whole("tickets_created") or 0
    parts, counts = now.parts("resolution_rate"), now.parts("tickets_created")
    if rate is None or whole < LEAST:
        return
    effects = {
        name: counts.get(name, 0) / whole * (one - rate)
        for name, one in parts.items()
        if counts.get(name, 0) >= LEAST_NAMED
    }
    name = min(effects, key=lambda one: (effects[one], one), default=None)
    if name is not None and effects[name] <= -_POINTS:
        points = -effects[name] * 100
        text = f"{name} pulls the resolution rate down by {points:.1f} points: {parts[name] * 100:.0f} % are solved."
        action = "Review the open tickets of this category."
        yield Found("category_pulls_down", "audit", "medium", "resolution_rate", text, parts[name], rate, name, action)


def _spend_for_nothing(now: Month) -> Iterator[Found]:
    spend, conversions = now.parts("spend"), now.parts("conversions")
    least = (now.whole("spend") or 0) * _SPEND_SHARE
    idle = {name: one for name, one in spend.items() if one > max(least, 0) and not conversions.get(name)}
    if not idle:
        return
    ranked = sorted(idle, key=lambda name: (-idle[name], name))
    more = f" and {len(ranked) - _NAMES} more" if len(ranked) > _NAMES else ""
    text = f"Spend without conversions in {now.start:%B %Y}: {', '.join(ranked[:_NAMES])}{more}."
    action = "Pause them, or check that conversions are counted."
    yield Found(
        "spend_without_conversions", "audit", "high", "spend", text, sum(idle.values()), None, ranked[0], action
    )


def quiet_accounts(accounts: Iterable[tuple[str, str, int]], days: int = 30) -> Iterator[Found]:
    """Give a finding when accounts (id, name, days since the last activity) have been quiet for long."""
    quiet = sorted((one for one in accounts if one[2] > days), key=lambda one: (-one[2], one[0]))
    if quiet:
        names = ", ".join(name or account for account, name, _ in quiet[:_NAMES])
        more = f" and {len(quiet) - _NAMES} more" if len(quiet) > _NAMES else ""
        text = f"No activity for more than {days} days: {names}{more}."
        severity: Literal["medium", "high"] = "high" if len(quiet) > _NAMES else "medium"
        yield Found(
            "accounts_without_activity", "audit", severity, "days_since_last_activity", text, float(len(quiet)), None,
            quiet[0][1] or quiet[0][0], "Call them.",
        )  # fmt: skip


def stale_sources(connections: Iterable[tuple[str, float, float]]) -> Iterator[Found]:
    """Give a finding for each connection (name, hours behind, hours promised) that is behind its promise by a day."""
    for name, behind, promised in sorted(connections):
        if behind > promised + 24:
            text = f"The data of {name} are {behind / 24:.0f} days old."
            yield Found(
                f"source_stale.{name}", "audit", "high", "lag_hours", text, behind, promised, name,
                "Open the connection and see why it does not sync.",
            )  # fmt: skip
