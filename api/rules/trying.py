"""Shows what a file would do before it is kept: its fields, its formulas with their values, what a rule changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from api.jobs.rules_work import options_of
from api.rules.files import FIELDS, METRICS, Checked
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from connectors import find_source
from schemas import AnyMetric, DateRange, Money, Query, QueryError, Scope, SemanticModel, compile_query, looker_schema
from warehouse import RulePreview, WarehouseError, preview_source_rule

DAYS = 28


@dataclass(frozen=True)
class TriedField:
    """A field, and the datasets that will show it."""

    name: str
    label: str
    datasets: tuple[str, ...]


@dataclass(frozen=True)
class TriedMetric:
    """A formula as Looker Studio will get it, and its value over the last whole days, all client accounts together."""

    metric: AnyMetric
    formula: str
    value: float | None
    problem: str = ""


@dataclass(frozen=True)
class TriedRule:
    """What a rule changes in the rows that a connection has brought."""

    connection: str
    preview: RulePreview


@dataclass(frozen=True)
class Tried:
    """What a file would do; `later` says why rows could not be looked at."""

    fields: tuple[TriedField, ...] = ()
    metrics: tuple[TriedMetric, ...] = ()
    rules: tuple[TriedRule, ...] = ()
    later: str = ""


def try_file(world: World, workspace: Workspace, name: str, right: Checked) -> Tried:
    """Try one file of those that were checked; nothing is written, but a load that runs is waited for."""
    if name == FIELDS:
        return Tried(fields=_fields(world.warehouse.model, right.model))
    if name == METRICS:
        return Tried(metrics=_metrics(world, workspace, right.model))
    return _rule(world, workspace, name, right)


def _fields(plain: SemanticModel, own: SemanticModel) -> tuple[TriedField, ...]:
    added = [one for name, one in own.dimensions.items() if name not in plain.dimensions]
    return tuple(
        TriedField(one.name, one.label, tuple(d.label for d in own.datasets.values() if one.name in d.dimensions))
        for one in added
    )


def _metrics(world: World, workspace: Workspace, own: SemanticModel) -> tuple[TriedMetric, ...]:
    added = [one for name, one in own.metrics.items() if name not in world.warehouse.model.metrics]
    return tuple(_metric(world, workspace, own, one) for one in added)


def _metric(world: World, workspace: Workspace, own: SemanticModel, metric: AnyMetric) -> TriedMetric:
    dataset = next(one for one in own.datasets.values() if metric.name in one.metrics)
    money = Money(workspace.currency.upper(), base=True)
    listed = {one["name"]: one for one in looker_schema(own, dataset.name, money=money)}
    formula = str(listed[metric.name].get("formula", ""))
    if workspace.slug not in world.warehouse.slugs():
        return TriedMetric(metric, formula, None, "Nothing has been loaded yet.")
    with world.metadata.read() as session:
        clients = frozenset(one.id for one in Repository(session).client_accounts(workspace.id))
    today = datetime.now(UTC).date()
    dates = DateRange(today - timedelta(days=DAYS), today)
    try:
        query = Query(dataset.name, (), (metric.name,), Scope(clients), dates, money=money)
        rows = world.database(workspace.slug).fetch_rows(compile_query(own, query))
    except (QueryError, WarehouseError) as error:
        return TriedMetric(metric, formula, None, str(error))
    value = rows[0][0] if rows else None
    return TriedMetric(metric, formula, None if value is None else float(cast("float", value)))


def _rule(world: World, workspace: Workspace, name: str, right: Checked) -> Tried:
    rule = next(one.rule for one in right.rules if name.endswith(f"/{one.path.name}"))
    entity = right.model.entities[rule.entity]
    taken = world.model_of(workspace.slug).entities[rule.entity].columns
    new = [column for column in rule.touched if column in entity.columns and column not in taken]
    if new:
        return Tried(later=f"Take the fields first ({', '.join(new)}); then this shows what changes.")
    with world.metadata.read() as session:
        repository = Repository(session)
        clients = tuple(repository.client_accounts(workspace.id))
        connections = [one for one in repository.connections(workspace.id) if one.source == rule.source]
    if not connections or workspace.slug not in world.warehouse.slugs():
        return Tried(later=f"No connection of '{rule.source}' has brought rows. The rule holds for what comes.")
    database = world.database(workspace.slug)
    found: Sequence[TriedRule] = [
        TriedRule(one.name, seen)
        for one in connections
        if (seen := preview_source_rule(database, rule, find_source(one.source), options_of(one, clients)))
    ]
    return Tried(rules=tuple(found), later="" if found else "No row has come that the rule speaks of.")
