"""Zero or null: nothing happened where an entity has rows of any day, nothing is known where it has none."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from schemas import (
    CatalogError,
    Query,
    Scope,
    SemanticModel,
    UnknownReferenceError,
    compile_query,
    load_model,
)
from schemas.metrics import Balance, Simple
from tests.schemas.asking import ask, backend_of, extended
from tests.schemas.backend import Backend
from tests.schemas.bigquery_ladder import DIALECT, run_on_duckdb
from tests.schemas.random_rows import NOW, TODAY, every_entity
from tests.schemas.world import Row, build_tables, generated, ticket

MODEL = load_model()
FEBRUARY, FAR = ("2025-02-01", "2025-02-28"), ("2019-01-01", "2019-01-31")
TICKETS = [ticket(number, datetime(2025, 2, day, 9)) for number, day in enumerate((3, 3, 20))]  # noqa: DTZ001 - UTC


def _cost(day: date, amount: int = 300) -> Row:
    return {"cost_on": day, "amount": amount, "cost_scope": "service"}


def _spend(day: date, amount: int = 500) -> Row:
    return {"performed_on": day, "spend": amount, "source_id": f"a{day}"}


def _invoice(day: date, subtotal: int) -> Row:
    return {"issued_on": day, "source_id": "i1", "kind": "invoice", "subtotal": subtotal, "discount": 0}


def test_a_client_with_tickets_only(model: SemanticModel) -> None:
    """What other sources would tell is null, what the tickets tell is right; without keys and with."""
    served = backend_of(model, "overview", {"ticket": TICKETS})
    names = "tickets_created spend mrr revenue_net cost_per_ticket accounts_new nrr activities nps_score"
    nothing = (None,) * 8
    assert ask(served, names, FEBRUARY) == [(3, *nothing)]
    assert ask(served, f"date_month {names}", FEBRUARY) == [("202502", 3, *nothing)]
    assert ask(served, f"client_account_id {names.replace(' nrr', '')}", FEBRUARY) == [("acme", 3, *nothing[1:])]
    assert ask(served, names, FAR) == [(0, *nothing)]


def test_a_connected_source_without_rows_in_the_range_is_zero(model: SemanticModel) -> None:
    """Costs of January and ads of March, asked of February."""
    rows = {"cost": [_cost(date(2025, 1, 5))], "ad_performance_day": [_spend(date(2025, 3, 5))], "ticket": TICKETS}
    served = backend_of(model, "overview", rows)
    assert ask(served, "tickets_created spend cost_per_ticket", FEBRUARY) == [(3, 0, 0)]
    assert ask(served, "date_month tickets_created spend cost_per_ticket", FEBRUARY) == [("202502", 3, 0, 0)]


@pytest.mark.parametrize("hidden", [{"client_account_id": "elsewhere"}, {"is_listed": False}], ids=str)
def test_rows_that_the_caller_must_not_see_tell_nothing(hidden: Row, model: SemanticModel) -> None:
    spend = {**_spend(date(2025, 2, 5)), **hidden}
    served = backend_of(model, "overview", {"ad_performance_day": [spend], "ticket": TICKETS})
    assert ask(served, "tickets_created spend", FEBRUARY) == [(3, None)]
    served.scope = ("elsewhere",)
    assert ask(served, "tickets_created spend", FEBRUARY) == [(None, None if "is_listed" in hidden else 5)]


def test_a_filter_that_nothing_passes_is_zero(model: SemanticModel) -> None:
    served = backend_of(model, "tickets", {"ticket": TICKETS})
    none = [("channel", "EQUALS", ["chat"])]
    names = "tickets_created handle_cost"
    assert set(ask(served, names, FEBRUARY, only=none)[0]) == {0}
    assert set(ask(backend_of(model, "tickets", {}), names, FEBRUARY, only=none)[0]) == {None}


def test_entities_over_one_table_are_known_together(model: SemanticModel) -> None:
    """No deal is closed and no survey answered, yet both tables have rows."""
    deal: Row = {"source_id": "d1", "created_on": date(2025, 2, 3), "is_closed": False}
    assert ask(backend_of(model, "deals", {"deal": [deal]}), "deals_created deals_won leads", FEBRUARY) == [
        (1, 0, None)
    ]
    invite: Row = {"source_id": "s1", "sent_on": date(2025, 2, 3), "is_invite": True, "is_answer": False}
    served = backend_of(model, "surveys", {"survey_response": [invite]})
    assert ask(served, "surveys_sent survey_responses response_rate", FEBRUARY) == [(1, 0, 0)]


def test_invoices_without_payments_say_that_nothing_was_refunded(model: SemanticModel) -> None:
    """Net revenue needs no source of payments; what was collected does, and margins need costs."""
    served = backend_of(model, "revenue", {"invoice": [_invoice(date(2025, 2, 3), 10_000)]})
    names = "revenue_net refund_amount collected_amount collection_rate"
    assert ask(served, names, FEBRUARY) == [(100, 0, None, None)]
    assert ask(served, f"date_month {names}", FEBRUARY) == [("202502", 100, 0, None, None)]
    served.dataset = "unit_econ"
    assert ask(served, "revenue_net gross_margin", FEBRUARY) == [(100, None)]
    assert ask(backend_of(model, "revenue", {}), names, FEBRUARY) == [(None,) * 4]


def test_a_comparison_of_what_is_not_connected(model: SemanticModel) -> None:
    names = "tickets_created__prev spend spend__prev spend__change_pct spend__goal spend__status"
    goal: Row = {"source_id": "g1", "metric_id": "spend", "target": 9.0, "period_grain": "month"}
    goals: list[Row] = [{**goal, "period_start": date(2025, month, 1), "goal_direction": "down"} for month in (2, 3)]
    rows: dict[str, list[Row]] = {"ticket": TICKETS, "goal": goals}
    both = ("2025-02-01", "2025-03-31")
    served = backend_of(model, "overview", rows)
    assert _compared(served, names, FEBRUARY) == [(0, None, None, None, 9, None)]
    # The tickets of February are those of the month before to March; a row that only they and the goal have.
    assert _compared(served, f"date_month {names}", both) == [
        ("202502", 0, None, None, None, 9, None),
        ("202503", 3, None, None, None, 9, None),
    ]
    served = backend_of(model, "overview", {**rows, "ad_performance_day": [_spend(date(2025, 2, 5), 800)]})
    assert _compared(served, f"date_month {names}", both) == [
        ("202502", 0, 8, 0, None, 9, "good"),
        ("202503", 3, 0, 8, -1, 9, "good"),
    ]


def test_a_goal_alone_makes_no_zero(model: SemanticModel) -> None:
    """One entity, and a row that only a goal has."""
    goal: Row = {"source_id": "g1", "metric_id": "tickets_created", "target": 9.0, "period_grain": "month"}
    goals: list[Row] = [{**goal, "period_start": date(2025, 2, 1), "goal_direction": "up"}]
    names = "date_month tickets_created tickets_created__status"
    assert _compared(backend_of(model, "tickets", {"goal": goals}), names, FEBRUARY) == [("202502", None, None)]
    old = [ticket(1, datetime(2024, 2, 3, 9))]  # noqa: DTZ001 - UTC by definition of the column
    assert _compared(backend_of(model, "tickets", {"goal": goals, "ticket": old}), names, FEBRUARY) == [
        ("202502", 0, "bad")
    ]


def _compared(served: Backend, names: str, dates: tuple[str, str]) -> list[tuple[object, ...]]:
    """Ask for values and helpers, of acme alone."""
    known = served.model.datasets[served.dataset].dimensions
    body = {"fields": [], "dateRange": {"startDate": dates[0], "endDate": dates[1]}}
    query = served.query(body)
    fields = names.split()
    dimensions = tuple(name for name in fields if name in known or name.endswith("__status"))
    query = Query(
        served.dataset,
        dimensions,
        tuple(name for name in fields if name not in dimensions),
        Scope(frozenset({"acme"})),
        query.dates,
        columns=tuple(fields),
        today=served.today,
    )
    compiled = compile_query(served.model, query)
    return served.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()


@pytest.fixture(scope="module")
def full(model: SemanticModel) -> duckdb.DuckDBPyConnection:
    """Make every table, with rows that a test may take away."""
    return build_tables(model, {**every_entity(model), "ticket": generated()})


def _zeros(dataset: str) -> Iterator[tuple[str, set[str]]]:
    """Name what is added up or open, and the tables whose rows make its zeros known."""
    for name in MODEL.datasets[dataset].metrics:
        metric = MODEL.metrics[name]
        additive = isinstance(metric, Simple) and metric.empty_is_zero
        if isinstance(metric, Simple | Balance) and (additive or isinstance(metric, Balance)) and not metric.needs:
            tables = {MODEL.entities[metric.entity].table} | ({"invoice"} if name == "refund_amount" else set())
            yield name, tables


@pytest.mark.parametrize("dataset", [name for name in MODEL.datasets if list(_zeros(name))])
def test_every_dataset_without_one_of_its_tables(dataset: str, full: duckdb.DuckDBPyConnection) -> None:
    """Only what the missing rows would tell becomes null; all else stays zero or what it was."""
    metrics = dict(_zeros(dataset))
    served = Backend(MODEL, full, dataset=dataset, today=TODAY, now=NOW)
    names = " ".join(metrics)
    for dates in (FEBRUARY, FAR):
        before = dict(zip(metrics, ask(served, names, dates)[0], strict=True))
        assert None not in before.values()
        for table in {MODEL.entities[name].table for name in MODEL.datasets[dataset].entities}:
            full.execute("begin")
            full.execute(f'delete from normalised."{table}"')
            after = dict(zip(metrics, ask(served, names, dates)[0], strict=True))
            full.execute("rollback")
            lost = {name for name, tables in metrics.items() if tables <= {table}}
            assert {name for name, value in after.items() if value is None} == lost, table
            kept = metrics.keys() - lost - {"refund_amount"}
            assert {name: after[name] for name in kept} == pytest.approx({name: before[name] for name in kept}), table


def test_bigquery_says_the_same(model: SemanticModel) -> None:
    served = backend_of(model, "overview", {"ticket": TICKETS})
    body = {"fields": [{"name": name} for name in ("date_month", "tickets_created", "spend", "cost_per_ticket")]}
    compiled = compile_query(model, served.query(body), DIALECT)
    assert run_on_duckdb(served.connection, compiled) == [("202502", 3, None, None)]


def test_the_search_is_only_made_where_a_zero_is_filled_in(model: SemanticModel) -> None:
    """A table that is grouped by something has rows for every row of the answer."""
    served = backend_of(model, "tickets", {})
    for names, searches in (
        ("date_day tickets_created", 0),
        ("tickets_created", 1),
        ("tickets_created handle_cost", 1),
    ):
        assert served.compile({"fields": [{"name": name} for name in names.split()]}).sql.count("EXISTS") == searches


def test_the_search_ends_at_the_first_row(model: SemanticModel) -> None:
    """The plan of a scorecard scans the table twice, once up to a limit of one row."""
    served = backend_of(model, "tickets", {"ticket": TICKETS})
    compiled = served.compile({"fields": [{"name": "tickets_created"}]})
    ((_, plan),) = served.connection.execute(f"explain {compiled.sql}", list(compiled.parameters)).fetchall()
    assert plan.count("SCAN") == 2
    assert plan.count("LIMIT") == 1


def test_known_with_is_checked(tmp_path: Path) -> None:
    text = "longest: {{label: x, description: x, entity: ticket, {of}: handle_seconds, known_with: [{other}]}}"
    with pytest.raises(CatalogError, match="only a sum or a count over rows"):
        extended(tmp_path / "a", metrics=text.format(of="max", other="invoice"))
    with pytest.raises(UnknownReferenceError, match="nothing_like_it"):
        extended(tmp_path / "b", metrics=text.format(of="sum", other="nothing_like_it"))
