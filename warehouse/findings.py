"""Findings of the rules: measured by the semantic layer for the last whole months, kept as rows of `insight`.

Client accounts whose findings come from a source keep those alone. A finding of an older month is closed by the next.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas import DateRange, FieldType, Grain, SemanticModel
from warehouse.build_context import BuildContext
from warehouse.clients import ClientAccount, read_client_accounts
from warehouse.duckdb import Connection, quote_name
from warehouse.finding_rules import WATCHED, Found, Month, audits, changes, quiet_accounts, stale_sources
from warehouse.parameters import build_values
from warehouse.period_values import Wanted, create_value_table, stage_values, with_rows
from warehouse.state import read_settings
from warehouse.tables import table_name
from warehouse.written import OWN_SOURCE, WrittenRow

INSIGHT = "insight"
_MONTHS = 3  # of which findings are kept
_BEFORE = 3  # months before the first of them that are measured: the first one there is may be cut off
_LATE = timedelta(days=2)  # a month counts as whole if its rows reach so far
_WHOLE, _PARTS = "finding_whole", "finding_part"
_AUDITED = {
    "tickets": ("sla_first_reply_rate", "sla_first_reply_base"),
    "ads": ("spend", "naming_violations"),
    "revenue": ("overdue_invoices", "overdue_amount"),
}


@dataclass(frozen=True)
class Evidence:
    """The question whose answer shows what a rule has found."""

    dataset: str
    metric: str
    dimension: str | None


def evidence_of(rule: str, metric: str) -> Evidence | None:
    """Return the question behind a finding of these rules; None for rules of others."""
    watched = next((one for one in WATCHED if rule == f"month_change.{one.metric}"), None)
    if watched is not None:
        return Evidence(watched.dataset, watched.metric, watched.dimension)
    known = {
        "sla_breach_risk": Evidence("tickets", metric, "team"),
        "falling_csat": Evidence("surveys", metric, "date_month"),
        "category_pulls_down": Evidence("tickets", metric, "category"),
        "spend_without_conversions": Evidence("ads", metric, "campaign"),
        "naming_violations": Evidence("ads", metric, "campaign"),
        "invoices_overdue": Evidence("revenue", metric, "account"),
        "accounts_without_activity": Evidence("health", metric, "account"),
        "source_stale": Evidence("freshness", metric, "connection"),
    }
    return known.get(rule.partition(".")[0])


def find_insights(connection: Connection, model: SemanticModel, now: datetime | None = None) -> list[WrittenRow]:
    """Return what the rules find in the data, staged in temporary tables of this connection alone; `now` has a zone."""
    values = build_values(read_settings(connection), now or datetime.now(UTC))
    context = BuildContext(connection, model, values)
    return [row for client in _clients(connection) for row in _of_client(context, client)]


def _clients(connection: Connection) -> list[ClientAccount]:
    rows = connection.execute(
        "select distinct client_account_id from normalised.insight where source_system <> $1", [OWN_SOURCE]
    ).fetchall()
    served = {row[0] for row in rows}
    return [one for one in read_client_accounts(connection) if one.id not in served]


def _of_client(context: BuildContext, client: ClientAccount) -> Iterator[WrittenRow]:
    months = _measured(context, client)
    shares = frozenset(name for name, one in context.model.metrics.items() if one.type is FieldType.PERCENT)
    words = {name: one.label for name, one in context.model.metrics.items()}
    opened = context.today.replace(day=1)
    for place in range(_BEFORE, len(months)):
        now, before = months[place], months[place - 1]
        found = changes(now, _known_before(before, months[place - 2]), shares, words)
        closes = _next(_next(now.start))
        for one in found:
            yield _row(context, client, one, _next(now.start), closes if closes <= opened else None)
    for one in (*audits(months), *_quiet(context, client), *_stale(context, client)):
        yield _row(context, client, one, opened, None)


def _known_before(month: Month, earlier: Month) -> Month:
    """Return the month without what the one before it lacks: there its first days may be missing."""
    known = {name: one for name, one in month.amounts.items() if earlier.whole(name) is not None}
    return Month(month.start, known)


def _measured(context: BuildContext, client: ClientAccount) -> list[Month]:
    last = context.today.replace(day=1)
    starts = [last]
    for _ in range(_MONTHS + _BEFORE):
        starts.insert(0, (starts[0] - timedelta(days=1)).replace(day=1))
    create_value_table(context, _WHOLE)
    create_value_table(context, _PARTS)
    dates = DateRange(starts[0], last)
    for dataset, metrics in _wanted(context, client).items():
        stage_values(context, _WHOLE, [client], Wanted(dataset, tuple(metrics), Grain.MONTH, dates))
        by_dimension: dict[str, list[str]] = defaultdict(list)
        for watched in WATCHED:
            if watched.dataset == dataset and watched.dimension in context.model.datasets[dataset].dimensions:
                wanted = {watched.metric, watched.weight, watched.guard} & set(metrics)
                by_dimension[watched.dimension or ""] += sorted(name for name in wanted if name)
        for dimension, named in by_dimension.items():
            if named:
                of = Wanted(dataset, tuple(dict.fromkeys(named)), Grain.MONTH, dates, dimension)
                stage_values(context, _PARTS, [client], of)
    amounts: dict[date, dict[str, dict[str | None, float]]] = defaultdict(lambda: defaultdict(dict))
    for metric, start, value in _read(context, f"select metric_id, period_start, metric_value from {_WHOLE}"):  # noqa: S608
        amounts[start][metric][None] = value
    part = f"select metric_id, period_start, metric_value, part from {_PARTS} where part is not null"  # noqa: S608
    for metric, start, value, name in _read(context, part):
        amounts[start][metric][name] = value
    return [Month(start, amounts.get(start, {})) for start in starts[:-1]]


def _wanted(context: BuildContext, client: ClientAccount) -> dict[str, list[str]]:
    """Return the metrics to measure by dataset: those whose rows reach to the end of the last month."""
    listed: dict[str, list[str]] = defaultdict(list)
    for watched in WATCHED:
        listed[watched.dataset] += [name for name in (watched.metric, watched.weight, watched.guard) if name]
    for dataset, audited in _AUDITED.items():
        listed[dataset] += audited
    known: dict[str, list[str]] = {}
    for dataset, metrics in listed.items():
        served = context.model.datasets.get(dataset)
        names = [name for name in dict.fromkeys(metrics) if served is not None and name in served.metrics]
        filled = [name for name in with_rows(context, names, client.id) if _reaches(context, client, name)]
        if filled:
            known[dataset] = filled
    return known


def _reaches(context: BuildContext, client: ClientAccount, metric: str) -> bool:
    entity = getattr(context.model.metrics[metric], "entity", None)
    if entity not in {"ticket", "survey_response", "ad_performance_day"}:
        return True  # rates follow their parts; what lasts has no row for every day
    found = context.connection.execute(
        f"select max({quote_name(context.model.entities[entity].date)}) "  # noqa: S608
        f"from {table_name(context.model.entities[entity])} where client_account_id = $1",
        [client.id],
    ).fetchone()
    return found is not None and found[0] is not None and found[0] >= context.today.replace(day=1) - _LATE


def _quiet(context: BuildContext, client: ClientAccount) -> Iterator[Found]:
    rows = _read(
        context,
        "select account_id, coalesce(account, account_id), days_since_last_activity from normalised.health_snapshot "
        "where client_account_id = $client and is_listed and days_since_last_activity is not null "
        "qualify snapshot_on = max(snapshot_on) over ()",
        client=client.id,
    )
    return quiet_accounts((str(account), str(name), int(days)) for account, name, days in rows)


def _stale(context: BuildContext, client: ClientAccount) -> Iterator[Found]:
    rows = _read(
        context,
        "select connection, max(date_diff('hour', data_through, $now::timestamp)), max(promised_lag_hours) "
        "from normalised.sync_run where client_account_id = $client and is_latest and data_through is not null "
        "and promised_lag_hours is not null group by connection",
        client=client.id,
        now=context.now,
    )
    return stale_sources((str(name), float(behind), float(promised)) for name, behind, promised in rows)


def _read(context: BuildContext, sql: str, **values: object) -> list[Any]:
    return context.connection.execute(sql, values).fetchall()


def _row(context: BuildContext, client: ClientAccount, one: Found, opened: date, closed: date | None) -> WrittenRow:
    metric = context.model.metrics.get(one.metric)
    return WrittenRow(
        client.id,
        f"{one.rule}-{opened:%Y%m}",
        {
            "kind": one.kind,
            "rule_id": one.rule,
            "insight_severity": one.severity,
            "insight_status": "open" if closed is None else "closed",
            "metric_id": one.metric,
            "metric_label": one.metric if metric is None else metric.label,
            "account_id": one.account_id,
            "insight_value": one.value,
            "previous_value": one.previous,
            "insight_driver": one.driver,
            "insight_text": one.text,
            "suggested_action": one.action,
            "opened_on": opened,
            "closed_on": closed,
        },
    )


def _next(start: date) -> date:
    return (start + timedelta(days=32)).replace(day=1)
