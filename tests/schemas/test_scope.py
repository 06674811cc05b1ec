"""The caller's client accounts are in every SELECT that reads a table, whatever was asked and however it is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

import duckdb
import pytest
from sqlglot import exp

from looker_templates import load_templates
from looker_templates.requests import PageState, item_requests
from schemas import (
    AggregateBranch,
    BalanceBranch,
    CohortBranch,
    Compiled,
    DateRange,
    Filter,
    MeanBranch,
    Money,
    Query,
    RepeatedBranch,
    Rollups,
    Scope,
    SnapshotBranch,
    SoleBranch,
    SpikeBranch,
    WindowBranch,
    compile_query,
    load_model,
    planned_rollups,
)
from schemas.errors import QueryError
from tests.schemas.backend import Backend
from tests.schemas.bigquery_questions import CLOCK, alone, together
from tests.schemas.random_rows import TODAY
from tests.schemas.scope_check import listed_by, reads, tree_of, unscoped

MODEL = load_model()
LISTED = listed_by(MODEL)
ACCOUNTS = frozenset({"acme", "beta"})
SCOPE = Scope(ACCOUNTS)
RANGE = DateRange(date(2025, 1, 1), date(2025, 4, 1))
ROLLUPS = Rollups(
    1, tuple(rollup for entity in MODEL.entities.values() for rollup in planned_rollups(entity, MODEL.metrics))
)


def faults(compiled: Compiled, accounts: frozenset[str] = ACCOUNTS) -> list[str]:
    """List what a statement reads without the scope."""
    return unscoped(tree_of(compiled), compiled.parameters, accounts, LISTED)


@pytest.mark.parametrize("dataset", sorted(MODEL.datasets))
def test_every_field_of_a_dataset_is_scoped_together_and_alone(dataset: str) -> None:
    for query, compiled in chain(together(MODEL, dataset), alone(MODEL, dataset)):
        assert faults(compiled) == [], query


@pytest.mark.parametrize("dataset", ["tickets", "surveys"])
def test_what_reads_rollups_is_scoped(dataset: str) -> None:
    by_rows = (query for query, _ in together(MODEL, dataset))
    quick = [compile_query(MODEL, query, rollups=ROLLUPS) for query in by_rows]
    quick = [compiled for compiled in quick if ROLLUPS.used_in(compiled.sql)]
    assert quick
    for compiled in quick:
        assert faults(compiled) == []


@pytest.mark.parametrize("dataset", sorted(MODEL.datasets))
def test_filters_comparisons_and_other_scopes_change_nothing(dataset: str) -> None:
    known = MODEL.datasets[dataset]
    kinds = {type(MODEL.metrics[name]): name for name in known.metrics}
    for query in comparisons(dataset, list(kinds.values())):
        assert faults(compile_query(MODEL, query)) == [], query
    plain = Query(dataset, (), tuple(kinds.values())[:1], SCOPE, RANGE, **CLOCK)
    # A group of filters is an OR, which must not stand beside the scope.
    either = (Filter("client_account_id", "IN_LIST", ("acme", "gamma")), Filter("client_account", "IS_NULL"))
    for wider in (replace(plain, filters=(either[:1], either)), replace(plain, money=Money("EUR", base=True))):
        if "client_account_id" in known.dimensions:
            assert faults(compile_query(MODEL, wider)) == [], wider
    for accounts in (frozenset[str](), frozenset({"acme"}), frozenset(f"client-{n}" for n in range(40))):
        assert faults(compile_query(MODEL, replace(plain, scope=Scope(accounts))), accounts) == []


def comparisons(dataset: str, metrics: list[str]) -> Iterator[Query]:
    """Ask for every period helper of a metric, by month and in all."""
    grain = ("date_month",) if "date_month" in MODEL.datasets[dataset].dimensions else ()
    for metric in metrics:
        made = tuple(f"{metric}__{one}" for one in ("prev", "yoy", "change_pct", "goal", "status"))
        for dimensions in {(), grain}:
            query = Query(dataset, dimensions, made, SCOPE, RANGE, **CLOCK)
            try:
                compile_query(MODEL, query)
            except QueryError:
                continue
            yield query


@pytest.mark.parametrize("template", sorted(load_templates()))
def test_everything_that_a_template_asks_is_scoped(template: str) -> None:
    """A template's own filters and its tables' totals, sparklines, goals and blended columns are questions too."""
    report, backend = load_templates()[template], Backend(MODEL, duckdb.connect(), scope=sorted(ACCOUNTS), today=TODAY)
    state = PageState("main", date(2025, 1, 1), date(2025, 3, 31), filters={"channel": ("voice", None)}, today=TODAY)
    asked: dict[object, Compiled] = {}
    for body in (ask.body for item in report.items for ask in item_requests(report, item, state)):
        backend.dataset = body["configParams"]["dataset"]
        metrics = frozenset(MODEL.datasets[backend.dataset].metrics) & {field["name"] for field in body["fields"]}
        kind = (backend.dataset, metrics, "dimensionsFilters" in body)  # what it is broken down by was tried above
        if kind not in asked:
            asked[kind] = backend.compile(body)
    assert [fault for compiled in asked.values() for fault in faults(compiled)] == []


KINDS = {
    AggregateBranch: ("tickets", ("channel",), "tickets_created"),
    SoleBranch: ("forecast", ("date_month", "metric_id"), "forecast_value"),
    SnapshotBranch: ("backlog", ("date_month", "channel"), "open_tickets"),
    BalanceBranch: ("accounts_period", ("date_month", "segment"), "accounts_end"),
    CohortBranch: ("mrr", ("date_month", "plan"), "nrr"),
    WindowBranch: ("surveys", ("date_month",), "nps_score_90d"),
    SpikeBranch: ("tickets", ("date_day",), "ticket_spike_score"),
    MeanBranch: ("unit_econ", ("date_quarter",), "clv_predicted"),
    RepeatedBranch: ("overview", ("date_month", "channel"), "volume_per_100_accounts"),
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_branch_is_scoped_and_every_hole_in_it_is_found(kind: type) -> None:
    dataset, dimensions, metric = KINDS[kind]
    for dates, today in ((RANGE, None), (None, date(2025, 3, 1))):
        compiled = compile_query(MODEL, Query(dataset, dimensions, (metric,), SCOPE, dates, today=today))
        assert any(isinstance(branch, kind) for branch in compiled.plan.branches)
        tree = tree_of(compiled)
        assert unscoped(tree, compiled.parameters, ACCOUNTS, LISTED) == []
    # The proof of the proof: one read at a time loses its scope, in each of the ways in which it could.
    for number, _ in enumerate(list(reads(tree))):
        for spoil in (without_condition, beside_an_or, of_another_client, with_a_join):
            damaged = tree.copy()
            table = list(reads(damaged))[number]
            select = table.find_ancestor(exp.Select)
            assert select is not None
            spoil(select, len(compiled.parameters) + 1)
            found = unscoped(damaged, (*compiled.parameters, "gamma"), ACCOUNTS, LISTED)
            assert found, spoil.__name__


def scope_in(select: exp.Select) -> exp.Expr:
    """Find the condition on the client accounts."""
    where: exp.Where = select.args["where"]
    return next(one for one in where.find_all(exp.In, exp.ArrayContains) if "client_account_id" in one.sql())


def without_condition(select: exp.Select, free: int) -> None:
    scope_in(select).replace(exp.true())


def beside_an_or(select: exp.Select, free: int) -> None:
    where = select.args["where"]
    where.set("this", exp.or_(where.this.copy(), exp.true()))


def of_another_client(select: exp.Select, free: int) -> None:
    next(scope_in(select).find_all(exp.Placeholder)).set("this", free)


def with_a_join(select: exp.Select, free: int) -> None:
    select.join(exp.to_table("normalised.ticket"), join_type="cross", copy=False)
