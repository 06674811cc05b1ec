"""The daily values that forecasts are made from: of each client account and metric, without gaps."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from schemas import DateRange, Grain
from warehouse.build_context import BuildContext
from warehouse.clients import read_client_accounts
from warehouse.period_values import OVERVIEW, Wanted, create_value_table, stage_values, with_rows

# Client account and the last day on which an amount has no rate, so that what the day is worth is unknown.
_SPEND_UNKNOWN = """select client_account_id, max(performed_on) from normalised.ad_performance_day
    where is_listed and spend is null and spend_original is not null and performed_on < $today group by all"""
_MRR_UNKNOWN = """select client_account_id, max(least(coalesce(valid_to, $today), $today) - 1)
    from normalised.subscription where is_listed and mrr is null and mrr_original is not null and valid_from < $today
    group by all"""


@dataclass(frozen=True)
class Kind:
    """What a metric's days are: a stock keeps its value where a day has none; days of money may be unknown."""

    is_stock: bool = False
    unknown: str | None = None


KINDS: Mapping[str, Kind] = {
    "tickets_created": Kind(),
    "sessions": Kind(),
    "leads": Kind(),
    "spend": Kind(unknown=_SPEND_UNKNOWN),
    "mrr": Kind(is_stock=True, unknown=_MRR_UNKNOWN),
}


@dataclass(frozen=True)
class Series:
    """Daily values of one metric of a client account, from `first` on."""

    client: str
    metric: str
    first: date
    values: tuple[float, ...]


def read_series(context: BuildContext, days: int) -> Iterator[Series]:
    """Give every series of the last `days` days, up to yesterday or its last day with a value.

    A day without a value inside a series is a day without tickets, visits, leads or ads.
    """
    offered = context.model.datasets[OVERVIEW].metrics if OVERVIEW in context.model.datasets else ()
    metrics = with_rows(context, [name for name in KINDS if name in offered])
    create_value_table(context, "daily_value")
    dates = DateRange(context.today - timedelta(days=days), context.today)
    for metric in metrics:  # one at a time: beside another metric, a day without rows would look like a zero
        wanted = Wanted(OVERVIEW, (metric,), Grain.DAY, dates)
        stage_values(context, "daily_value", read_client_accounts(context.connection), wanted)
    unknown = {(client, metric): day for metric in metrics for client, day in _unknown(context, metric)}
    found: dict[tuple[str, str], dict[date, float]] = defaultdict(dict)
    for client, metric, day, value in context.connection.execute(
        "select client_account_id, metric_id, period_start, metric_value from daily_value order by all"
    ).fetchall():
        if day > unknown.get((client, metric), date.min):
            found[client, metric][day] = value
    for (client, metric), values in found.items():
        yield Series(client, metric, min(values), _without_gaps(values, keeps=KINDS[metric].is_stock))


def _unknown(context: BuildContext, metric: str) -> list[tuple[str, date]]:
    select = KINDS[metric].unknown
    return [] if select is None else context.connection.execute(select, {"today": context.today}).fetchall()


def _without_gaps(values: Mapping[date, float], *, keeps: bool) -> tuple[float, ...]:
    day, last, held = min(values), max(values), 0.0
    filled = []
    while day <= last:
        held = values.get(day, held if keeps else 0.0)
        filled.append(held)
        day += timedelta(days=1)
    return tuple(filled)
