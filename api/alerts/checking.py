"""One check of one alert, and what a rule would have found so far; nothing is written down here."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.alerts.judging import Fired, Judged, judge, runs
from api.alerts.measuring import complete_until, filled, finished, measured, start_of, today_of
from api.alerts.records import Alert, AlertState
from api.alerts.words import evidence, in_points, last_day, period_words
from api.reports.asking import Refusal
from api.workspaces.records import Caller
from api.world import World

PREVIEW_DAYS = 90
_MOST_PERIODS = 60  # that one check makes up for


@dataclass(frozen=True)
class Checked:
    """What a check has found: how the alert stands, in words, and what it fires of, if it does."""

    state: AlertState
    told: str
    judged: Judged | None = None
    judged_on: date | None = None


@dataclass(frozen=True)
class Preview:
    """When a rule would have fired in the last days, each time in words; `told` says why that is not known."""

    fired: tuple[tuple[Fired, str], ...] = ()
    periods: int = 0  # that could be judged
    told: str = ""


def check(world: World, caller: Caller, alert: Alert, moment: datetime) -> Checked:
    """Judge the newest finished period, and those since the last check: data may come for several at once."""
    periods, until = _periods(world, caller, alert, moment)
    if not periods:
        return Checked("unknown", "No period is finished yet, or no source has been read after its end.")
    values = measured(world, caller, alert, periods)
    if isinstance(values, Refusal):
        return Checked("unknown", values.text or "The value could not be read; the server's log has more.")
    model = world.model_of(caller.workspace.slug)
    metric = model.metrics[alert.metric_id]
    values = filled(values, model, alert, until)
    found = [judge(alert.rule, values, one, in_points=in_points(metric)) for one in periods]
    known = [one for one in found if one is not None]
    if not known:
        return Checked("unknown", _why_unknown(alert, periods[-1]))
    newest = found[-1]
    fresh = [one for one in known if one.fires and (alert.judged_on is None or one.period > alert.judged_on)]
    firing = newest if newest is not None and newest.fires else fresh[-1] if fresh else None
    if firing is None and newest is None:
        return Checked("unknown", _why_unknown(alert, periods[-1]))
    shown = firing or known[-1]
    told = evidence(alert, shown, metric, _whose(caller, alert), _currency(caller, alert))
    return Checked("quiet" if firing is None else "firing", told, firing, periods[-1])


def preview(world: World, caller: Caller, alert: Alert, moment: datetime) -> Preview:
    """Return when the rule would have fired in the last 90 days."""
    today = today_of(caller, moment)
    since = today - timedelta(days=PREVIEW_DAYS)
    if alert.rule.kind == "stale":
        periods, until = [since + timedelta(days=at) for at in range(PREVIEW_DAYS + 1)], None
    else:
        until = complete_until(world, caller, alert, moment) or today - timedelta(days=1)
        periods = finished(alert.rule.grain, since, until, caller.workspace.first_weekday)
    values = measured(world, caller, alert, periods)
    if isinstance(values, Refusal):
        return Preview(told=values.text or "The values could not be read; the server's log has more.")
    model = world.model_of(caller.workspace.slug)
    metric = model.metrics[alert.metric_id]
    values = filled(values, model, alert, until)
    points = in_points(metric)
    count = sum(judge(alert.rule, values, one, in_points=points) is not None for one in periods)
    if not count:
        return Preview(told=f"In the last {PREVIEW_DAYS} days there is nothing to judge by.")
    whose, currency = _whose(caller, alert), _currency(caller, alert)
    fired = runs(alert.rule, values, periods, in_points=points)
    return Preview(tuple((one, evidence(alert, one.judged, metric, whose, currency)) for one in fired), count)


def _periods(world: World, caller: Caller, alert: Alert, moment: datetime) -> tuple[list[date], date | None]:
    """Return the periods to judge, the newest last, and the day up to which the data are complete."""
    today, rule = today_of(caller, moment), alert.rule
    if rule.kind == "stale":
        return [today], None
    until = complete_until(world, caller, alert, moment)
    if until is None:
        until = today - timedelta(days=1)
    week_start = caller.workspace.first_weekday
    newest = start_of(until, rule.grain, week_start)
    if last_day(newest, rule.grain) > until:
        newest = start_of(newest - timedelta(days=1), rule.grain, week_start)
    first = min(alert.judged_on or newest, newest)
    return finished(rule.grain, first, until, week_start)[-_MOST_PERIODS:], until


def _why_unknown(alert: Alert, period: date) -> str:
    where = period_words(period, alert.rule.grain)
    if alert.rule.kind == "anomaly":
        return f"There is no value for {where}, or fewer than six earlier weeks to compare it with."
    if alert.rule.kind == "change":
        return f"There is no value for {where}, or none to compare it with."
    if alert.rule.kind == "stale":
        return "There has been no value so far."
    return f"There is no value for {where}."


def _whose(caller: Caller, alert: Alert) -> str:
    return caller.clients[0].name if alert.client_account_id is not None else ""


def _currency(caller: Caller, alert: Alert) -> str:
    return caller.clients[0].report_currency if alert.client_account_id is not None else caller.workspace.currency
