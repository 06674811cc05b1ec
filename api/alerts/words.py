"""Alerts in words: the rule, its usual name, and what was found."""

from datetime import date, timedelta

from api.alerts.judging import SAME_WEEKDAYS, Judged, earlier
from api.alerts.records import Alert, Grain, Rule
from api.writing.amounts import shown_amount
from schemas import AnyMetric, FieldType
from warehouse import ClientAccount

_SCORE = "nps_score"  # its changes are points, as those of percentages
_BETWEEN = {"above": "rises by", "below": "falls by", "either": "changes by"}
_ODD = {"above": "unusually high", "below": "unusually low", "either": "unusual"}
_BEFORE = {"day": "the day before", "week": "the week before", "month": "the month before"}
_A_YEAR_BEFORE = {
    "day": "the same weekday a year before",
    "week": "that week a year before",
    "month": "that month a year before",
}


def in_points(metric: AnyMetric) -> bool:
    """Tell whether changes of a metric are differences."""
    return metric.type is FieldType.PERCENT or metric.name.startswith(_SCORE)


def rule_words(rule: Rule, metric: AnyMetric, currency: str = "") -> str:
    """Return when a rule fires, to follow the metric's name."""
    match rule.kind:
        case "threshold":
            return f"{rule.direction} {shown_amount(rule.amount, metric.type, currency)} in a {rule.grain}"
        case "change":
            before = (_BEFORE if rule.against == "period_before" else _A_YEAR_BEFORE)[rule.grain]
            return f"{_BETWEEN[rule.direction]} {_change(rule.amount, metric)} or more against {before}"
        case "anomaly":
            return f"{_ODD[rule.direction]} for its weekday, by {rule.amount:g} times the usual spread or more"
        case "stale":
            return f"has no data for more than {_days(rule.amount)}"


def default_name(alert: Alert, metric: AnyMetric, client: ClientAccount | None, currency: str) -> str:
    """Return what an alert is called that nobody has named."""
    whose = f", {client.name}" if client is not None else ""
    return f"{metric.label}{whose}: {rule_words(alert.rule, metric, currency)}"[:200]


def period_words(period: date, grain: Grain) -> str:
    """Return a period, to follow `in` or stand alone: `12 Nov 2026`, `the week of 9 Nov 2026`, `Nov 2026`."""
    if grain == "month":
        return f"{period:%b %Y}"
    day = f"{period.day} {period:%b %Y}"
    return day if grain == "day" else f"the week of {day}"


def evidence(alert: Alert, judged: Judged, metric: AnyMetric, whose: str, currency: str) -> str:
    """Return what was found, as a sentence or two."""
    rule, value = alert.rule, shown_amount(judged.value, metric.type, currency)
    named = f"{metric.label}{f' of {whose}' if whose else ''}"
    on = "on" if rule.grain == "day" else "in"
    begin = f"{named} was {value} {on} {period_words(judged.period, rule.grain)}"
    compared = shown_amount(judged.compared, metric.type, currency)
    match rule.kind:
        case "threshold":
            return f"{begin}. The alert is for {rule.direction} {shown_amount(rule.amount, metric.type, currency)}."
        case "change":
            distance = judged.distance or 0.0
            more = "more" if distance > 0 else "less"
            before = period_words(earlier(judged.period, rule.grain, rule.against), rule.grain)
            return f"{begin}, {_change(abs(distance), metric)} {more} than {compared} {on} {before}."
        case "anomaly":
            return (
                f"{begin}, a {judged.period:%A}. On that weekday of the {SAME_WEEKDAYS} weeks before the median was "
                f"{compared}; this is {abs(judged.distance or 0):.1f} times the usual spread away."
            )
        case "stale":
            days = _days(judged.value)
            return f"{named} has no value after {period_words(judged.period, 'day')}, for {days}."


def last_day(period: date, grain: Grain) -> date:
    """Return the last day of a period."""
    match grain:
        case "day":
            return period
        case "week":
            return period + timedelta(days=6)
        case "month":
            return (period + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _change(amount: float, metric: AnyMetric) -> str:
    if metric.type is FieldType.PERCENT:
        return f"{amount * 100:.3g} percentage points"
    return f"{amount:.3g} points" if in_points(metric) else f"{amount * 100:.3g} %"


def _days(amount: float) -> str:
    return f"{amount:g} day{'' if amount == 1 else 's'}"
