"""The caller's client accounts are in every SELECT that reads a table, whatever kind of branch made it."""

from datetime import date

import pytest
import sqlglot
from sqlglot import exp

from schemas import (
    AggregateBranch,
    BalanceBranch,
    CohortBranch,
    Compiled,
    DateRange,
    MeanBranch,
    Query,
    RepeatedBranch,
    Scope,
    SemanticModel,
    SnapshotBranch,
    SoleBranch,
    SpikeBranch,
    WindowBranch,
    compile_query,
    load_model,
)
from tests.schemas.bigquery_questions import questions

MODEL = load_model()
SCOPE = Scope(frozenset({"acme", "beta"}))
RANGE = DateRange(date(2025, 1, 1), date(2025, 4, 1))


def unscoped(compiled: Compiled) -> list[str]:
    """List the SELECTs that read a table without the scope or the entity's own flag."""
    listed = {entity.table: set[str]() for entity in MODEL.entities.values()}
    for entity in MODEL.entities.values():
        listed[entity.table].add(entity.listed_by)
    missing = []
    for select in sqlglot.parse_one(compiled.sql, dialect="duckdb").find_all(exp.Select):
        source = select.args["from_"].this if select.args.get("from_") else None
        sources = [source, *(join.this for join in select.args.get("joins") or ())]
        for table in (one for one in sources if isinstance(one, exp.Table) and one.name != "calendar"):
            where = select.args["where"].this.flatten() if select.args.get("where") else ()
            columns = {one.name for clause in where for one in [clause, *clause.find_all(exp.Column)]}
            if "client_account_id" not in columns or not columns & listed[table.name]:
                missing.append(select.sql()[:200])
    return missing


def reads(compiled: Compiled) -> int:
    """Count how often a table other than the calendar is read."""
    tables = sqlglot.parse_one(compiled.sql, dialect="duckdb").find_all(exp.Table)
    return sum(table.db == "normalised" and table.name != "calendar" for table in tables)


@pytest.mark.parametrize("dataset", sorted(MODEL.datasets))
def test_every_question_of_a_dataset_is_scoped(dataset: str) -> None:
    for query in questions(MODEL, dataset):
        compiled = compile_query(MODEL, query)
        assert unscoped(compiled) == [], query
        assert compiled.parameters.count("acme") == compiled.parameters.count("beta") == reads(compiled) > 0


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
@pytest.mark.parametrize("dates", [RANGE, None], ids=["range", "ever"])
def test_every_kind_of_branch_is_scoped(kind: type, dates: DateRange | None, model: SemanticModel) -> None:
    dataset, dimensions, metric = KINDS[kind]
    for today in (None, date(2025, 3, 1)):
        compiled = compile_query(model, Query(dataset, dimensions, (metric,), SCOPE, dates, today=today))
        assert any(isinstance(branch, kind) for branch in compiled.plan.branches)
        assert unscoped(compiled) == []
        assert compiled.parameters.count("acme") == reads(compiled) > 0


def test_a_select_without_the_scope_is_found(model: SemanticModel) -> None:
    """The proof of the proof: taking the scope out of one SELECT of a snapshot is noticed."""
    compiled = compile_query(model, Query("backlog", (), ("open_tickets",), SCOPE, RANGE))
    scope = '"client_account_id" IN ($1, $2) AND '
    texts = [scope, 'list_contains([$1, $2], "client_account_id") AND ']
    broken = next(compiled.sql.replace(text, "", 1) for text in texts if text in compiled.sql)
    damaged = Compiled(broken, compiled.parameters, compiled.columns, False, (), compiled.plan)  # noqa: FBT003
    assert len(unscoped(damaged)) == 1
