"""Rollups answer what the rows themselves would, on many random questions, and are left alone where they cannot."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import (
    Additivity,
    Compiled,
    Money,
    Rollup,
    Rollups,
    SemanticModel,
    compile_query,
    load_model,
    planned_rollups,
    rollup_statement,
    without_rollups,
)
from tests.schemas.backend import EVERYONE, Backend
from tests.schemas.world import build, generated, period_edges

MODEL = load_model()
TICKETS = MODEL.datasets["tickets"]
TICKET = MODEL.entities["ticket"]
KEPT = frozenset().union(*(one.columns for one in planned_rollups(TICKET, MODEL.metrics)))
DIMENSIONS = [name for name in TICKETS.dimensions if TICKET.column_of(MODEL.dimensions[name]) in KEPT]
SUMS = [name for name in TICKETS.metrics if MODEL.metrics[name].additivity in {Additivity.ADDITIVE, Additivity.FORMULA}]
DAYS = st.sampled_from([("2024-11-01", "2025-04-30"), ("2025-01-01", "2025-01-31"), ("2024-12-28", "2025-01-07"), None])
CLAUSES: tuple[tuple[str, str, list[str]], ...] = (
    ("channel", "IN_LIST", ["email", "chat"]),
    ("channel", "IS_NULL", []),
    ("priority", "EQUALS", ["high"]),
    ("category", "CONTAINS", ["a"]),
    ("agent", "REGEXP_PARTIAL_MATCH", ["^[A-M]"]),
    ("date_day", "BETWEEN", ["20250101", "20250115"]),
    ("date_month", "EQUALS", ["202501"]),
    ("team", "REGEXP_EXACT_MATCH", [".*"]),
)


def make_rollups(backend: Backend) -> Rollups:
    """Make every rollup of the tickets beside them."""
    made: list[Rollup] = []
    for rollup in planned_rollups(TICKET, backend.model.metrics):
        sql, parameters = rollup_statement(rollup, TICKET)
        backend.connection.execute(f"create table normalised.{rollup.table} as {sql}", list(parameters))
        (rows,) = backend.connection.execute(f"select count(*) from normalised.{rollup.table}").fetchone() or (0,)
        made.append(replace(rollup, rows=rows))
    return Rollups(1, tuple(made))


@pytest.fixture(scope="module")
def rolled() -> tuple[Backend, Rollups]:
    """Serve the generated tickets with rollups beside them."""
    backend = Backend(MODEL, build(MODEL, [*generated(), *period_edges()]))
    return backend, make_rollups(backend)


def compiled(
    rolled: tuple[Backend, Rollups],
    dimensions: Sequence[str],
    metrics: Sequence[str],
    filters: Sequence[tuple[str, str, list[str]]] = (),
    dates: tuple[str, str] | None = None,
    **changes: Any,
) -> Compiled:
    """Write a question over the rollups."""
    backend, rollups = rolled
    body: dict[str, Any] = {
        "fields": [{"name": name} for name in [*dimensions, *metrics]],
        "dateRange": dates and {"startDate": dates[0], "endDate": dates[1]},
        "dimensionsFilters": [
            [{"fieldName": name, "operator": operator, "values": values, "type": "INCLUDE"}]
            for name, operator, values in filters
        ],
    }
    return compile_query(MODEL, replace(backend.query(body), **changes), rollups=rollups)


def rows(backend: Backend, question: Compiled) -> list[tuple[Any, ...]]:
    """Run a statement."""
    return backend.connection.execute(question.sql, list(question.parameters)).fetchall()


def assert_same(rolled: tuple[Backend, Rollups], question: Compiled) -> None:
    """Compare the answer of the rollups with that of the rows."""
    base = without_rollups(question)
    assert "rollup_" not in base.sql
    assert base.columns == question.columns
    ours, expected = rows(rolled[0], question), rows(rolled[0], base)
    assert len(ours) == len(expected)
    for one, other in zip(ours, expected, strict=True):
        for column, left, right in zip(question.columns, one, other, strict=True):
            if left is None or right is None or column.name in TICKETS.dimensions:
                assert left == right, column.name
            else:
                assert float(left) == pytest.approx(float(right), rel=1e-9, abs=1e-9), column.name


@settings(max_examples=120, deadline=None)
@given(
    dimensions=st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True),
    metrics=st.lists(st.sampled_from(SUMS), max_size=5, unique=True),
    filters=st.lists(st.sampled_from(CLAUSES), max_size=2, unique_by=lambda clause: clause[0]),
    dates=DAYS,
    scope=st.sampled_from([EVERYONE, EVERYONE[:1], ()]),
    base=st.booleans(),
)
def test_rollups_answer_what_the_rows_would(
    dimensions: list[str],
    metrics: list[str],
    filters: list[tuple[str, str, list[str]]],
    dates: tuple[str, str] | None,
    scope: tuple[str, ...],
    base: bool,
    rolled: tuple[Backend, Rollups],
) -> None:
    if not dimensions and not metrics:
        metrics = SUMS[:1]
    backend, rollups = rolled
    narrowed = (replace(backend, scope=scope), rollups)
    assert_same(narrowed, compiled(narrowed, dimensions, metrics, filters, dates, money=Money("EUR", base=base)))


@pytest.mark.parametrize(
    ("dimensions", "table"),
    [
        ((), "rollup_ticket_0"),
        (("date_week", "client_account"), "rollup_ticket_0"),
        (("channel", "date_month"), "rollup_ticket_1"),
        (("subcategory",), "rollup_ticket_2"),
        (("agent", "day_of_week"), "rollup_ticket_3"),
    ],
)
def test_the_smallest_rollup_that_covers_is_read(
    dimensions: tuple[str, ...], table: str, rolled: tuple[Backend, Rollups]
) -> None:
    question = compiled(rolled, dimensions, ["tickets_created", "resolution_rate"])
    assert f'"{table}"' in question.sql
    assert '"normalised"."ticket"' not in question.sql
    assert rolled[1].used_in(question.sql)
    assert_same(rolled, question)


@pytest.mark.parametrize(
    ("dimensions", "metrics", "filters"),
    [
        ((), ["resolution_median_seconds"], ()),
        (("channel",), ["tickets_created", "resolution_p90_seconds"], ()),
        (("channel", "category"), ["tickets_created"], ()),
        (("hour_of_day",), ["tickets_created"], ()),
        (("channel",), ["tickets_created"], (("city", "EQUALS", ["Athens"]),)),
        (("ticket_id",), ["tickets_created"], ()),
    ],
)
def test_what_a_rollup_lacks_is_read_from_the_rows(
    dimensions: tuple[str, ...],
    metrics: list[str],
    filters: tuple[tuple[str, str, list[str]], ...],
    rolled: tuple[Backend, Rollups],
) -> None:
    assert "rollup_" not in compiled(rolled, dimensions, metrics, filters).sql


def test_a_metric_that_was_redefined_is_not_read_from_a_rollup(rolled: tuple[Backend, Rollups]) -> None:
    backend, rollups = rolled
    leaf = rollups.tables[0].parts["tickets_created"]
    changed = replace(leaf, where=(("is_escalated", (True,)),))
    model: SemanticModel = replace(MODEL, metrics={**MODEL.metrics, "tickets_created": changed})
    query = backend.query({"fields": [{"name": "tickets_created"}]})
    assert "rollup_" in compile_query(MODEL, query, rollups=rollups).sql
    assert "rollup_" not in compile_query(model, query, rollups=rollups).sql


def test_a_client_account_without_rows_is_looked_for_in_the_rollup(rolled: tuple[Backend, Rollups]) -> None:
    backend, rollups = rolled
    dates = ("2019-01-01", "2019-01-31")
    for scope, expected in ((("nobody",), (None, None)), (("acme",), (0, 0))):
        question = compiled((replace(backend, scope=scope), rollups), [], ["tickets_created", "handle_cost"], (), dates)
        assert '"normalised"."ticket"' not in question.sql
        assert rows(backend, question) == [expected] == rows(backend, without_rollups(question))


def test_the_scope_is_a_condition_on_a_rollup_too(rolled: tuple[Backend, Rollups]) -> None:
    backend, rollups = rolled
    narrow = (replace(backend, scope=("acme",)), rollups)
    question = compiled(narrow, ["client_account_id"], ["tickets_created"])
    assert "rollup_" in question.sql
    assert [row[0] for row in rows(backend, question)] == ["acme"]
