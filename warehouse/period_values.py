"""Finished values of metrics for client accounts and periods, computed by the semantic layer and kept in long form.

A value is what a report shows for that client account and period: in major units of its report currency, ratios as
fractions, durations in seconds. A value that is not known has no row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas import DateRange, Filter, Grain, Money, Query, Scope, SemanticModel, compile_query, entities_of
from warehouse.build_context import BuildContext
from warehouse.clients import ClientAccount
from warehouse.duckdb import quote_name, quote_text
from warehouse.tables import table_name

OVERVIEW = "overview"

_LABELS = {Grain.WEEK: "week", Grain.MONTH: "month", Grain.QUARTER: "quarter", Grain.YEAR: "year"}


@dataclass(frozen=True)
class Wanted:
    """Which metrics of a dataset, by which calendar field and one more dimension, of which days and rows."""

    dataset: str
    metrics: tuple[str, ...]
    grain: Grain
    dates: DateRange
    part: str | None = None  # a dimension that values are split by
    filters: tuple[tuple[Filter, ...], ...] = ()


def create_value_table(context: BuildContext, table: str) -> None:
    """Make an empty temporary table for values."""
    context.connection.execute(
        f"create or replace temp table {quote_name(table)} (client_account_id varchar, metric_id varchar, "
        "period_grain varchar, period_start date, part varchar, metric_value double)"
    )


def stage_values(context: BuildContext, table: str, clients: Iterable[ClientAccount], wanted: Wanted) -> None:
    """Add the values to a table of `create_value_table`, one statement for each report currency."""
    if not wanted.metrics:
        return
    of_currency: dict[str, list[str]] = defaultdict(list)
    for client in clients:
        of_currency[client.report_currency].append(client.id)
    part = f"cast({quote_name(wanted.part)} as varchar)" if wanted.part is not None else "cast(null as varchar)"
    for currency, ids in of_currency.items():
        compiled = compile_query(context.model, _query(context, wanted, ids, currency))
        names = ", ".join(quote_name(name) for name in wanted.metrics)
        values = ", ".join(f"cast({quote_name(name)} as double) as {quote_name(name)}" for name in wanted.metrics)
        context.connection.execute(
            f"insert into {quote_name(table)} "  # noqa: S608
            f"with answer as (select client_account_id, {_start(wanted.grain)} as period_start, {part} as part, "
            f"{values} from ({compiled.sql}) answer {_starts(wanted.grain)}) "
            f"select client_account_id, metric_id, {quote_text(wanted.grain)}, period_start, part, metric_value "
            f"from (unpivot answer on {names} into name metric_id value metric_value) where isfinite(metric_value)",
            list(compiled.parameters),
        )


def dataset_of(model: SemanticModel, metric: str) -> str | None:
    """Name a dataset that has the metric, `overview` if it does."""
    names = sorted(model.datasets, key=lambda name: name != OVERVIEW)
    return next((name for name in names if metric in model.datasets[name].metrics), None)


def with_rows(context: BuildContext, metrics: Sequence[str], client: str | None = None) -> tuple[str, ...]:
    """Return the metrics whose entities have rows, of one client account if it is given.

    What nobody has connected is unknown, not zero. Without payments there are no refunds, and that is known.
    """
    filled: dict[str, bool] = {}
    mine = "" if client is None else "where client_account_id = $client"

    def has_rows(name: str) -> bool:
        if name not in filled:
            found = context.connection.execute(
                f"select 1 from {table_name(context.model.entities[name])} {mine} limit 1",  # noqa: S608
                {} if client is None else {"client": client},
            )
            filled[name] = found.fetchone() is not None
        return filled[name]

    known = context.model.metrics
    return tuple(name for name in metrics if all(has_rows(one) for one in _needed(entities_of(known[name], known))))


def _needed(entities: frozenset[str]) -> frozenset[str]:
    return entities - {"payment"} or entities


def _query(context: BuildContext, wanted: Wanted, ids: Sequence[str], currency: str) -> Query:
    return Query(
        dataset=wanted.dataset,
        dimensions=("client_account_id", f"date_{wanted.grain.value}", *((wanted.part,) if wanted.part else ())),
        metrics=wanted.metrics,
        scope=Scope(frozenset(ids)),
        dates=wanted.dates,
        filters=wanted.filters,
        money=Money(currency),
        week_start=context.setting("week_start"),
        fiscal_year_start=context.setting("fiscal_year_start"),
        today=context.today,
        now=context.now,
    )


def _start(grain: Grain) -> str:
    return "cast(strptime(date_day, '%Y%m%d') as date)" if grain is Grain.DAY else "starts.period_start"


def _starts(grain: Grain) -> str:
    if grain is Grain.DAY:
        return ""
    name = _LABELS[grain]
    return (
        f"join (select {name}_label as label, min(date_day) as period_start from normalised.calendar "  # noqa: S608
        f"group by all) as starts on starts.label = answer.date_{name}"
    )
