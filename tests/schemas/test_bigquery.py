"""BigQuery without BigQuery: the text, its names and types, its functions, and its results on another engine."""

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from schemas import (
    BigQueryDialect,
    Compiled,
    Filter,
    Operator,
    Query,
    Scope,
    SemanticModel,
    compile_query,
    load_model,
)
from schemas.functions import EngineFunction
from tests.schemas.backend import Backend
from tests.schemas.bigquery_ladder import (
    ALLOWED,
    DIALECT,
    Tables,
    as_duckdb,
    complaints,
    parameter_types,
    run_on_duckdb,
    tables_of,
)
from tests.schemas.bigquery_questions import QUARTER, SCOPE, questions
from tests.schemas.random_rows import TODAY, every_entity
from tests.schemas.world import build_tables, generated
from warehouse.bigquery import wire_parameters

GOLDEN = Path(__file__).parent / "golden" / "bigquery"
REQUESTS: dict[str, Any] = yaml.safe_load((GOLDEN.parent / "requests.yaml").read_text())
MODEL = load_model()


@pytest.fixture(scope="module")
def filled() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database with rows in every table of the catalogue."""
    connection = build_tables(MODEL, {**every_entity(MODEL), "ticket": generated()})
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Give the published tables with the types that their columns have there."""
    return tables_of(MODEL)


def test_every_engine_function_has_a_spelling() -> None:
    assert set(BigQueryDialect().spellings) == set(EngineFunction)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_golden(name: str, backend: Backend) -> None:
    compiled = compile_query(MODEL, backend.query(REQUESTS[name]), BigQueryDialect("belvedere", "acme-data"))
    parameters = [
        f"-- @{one['name']} {one['parameterType']['type']} {one['parameterValue']['value']!r}"
        for one in _wire(compiled)
    ]
    text = "\n".join([*(line.rstrip() for line in compiled.sql.splitlines()), *parameters]) + "\n"
    path = GOLDEN / f"{name}.sql"
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert path.read_text() == text, "Run with UPDATE_GOLDENS=1 and read the difference."


def test_no_golden_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.sql")} == set(REQUESTS)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_golden_requests_climb_the_ladder(name: str, backend: Backend, tables: Tables) -> None:
    _climb(backend.connection, backend.query(REQUESTS[name]), tables)


@pytest.mark.parametrize("dataset", sorted(MODEL.datasets))
def test_every_field_of_every_dataset_climbs_the_ladder(
    dataset: str, filled: duckdb.DuckDBPyConnection, tables: Tables
) -> None:
    """Resolve, type and run every dimension and metric, by a part of the calendar and as one number."""
    asked = list(questions(MODEL, dataset))
    named = {name for query in asked for name in (*query.dimensions, *query.metrics)}
    assert set(MODEL.datasets[dataset].fields) <= named
    assert sum(_climb(filled, query, tables) for query in asked) > len(asked)


@pytest.mark.parametrize(
    "clause",
    [
        Filter("category", Operator.CONTAINS, ("100%",)),
        Filter("category", Operator.REGEXP_EXACT_MATCH, ("B.*|A",), exclude=True),
        Filter("category", Operator.REGEXP_PARTIAL_MATCH, (r"(?i)^b\w+",)),
        Filter("category", Operator.IN_LIST, ("Billing", None, "a'b\\c")),
        Filter("priority", Operator.NUMERIC_GREATER_THAN, (1.5,)),
        Filter("hour_of_day", Operator.BETWEEN, ("08", "17")),
        Filter("day_of_week", Operator.EQUALS, ("0",)),
        Filter("is_escalated", Operator.EQUALS, ("true",)),
        Filter("date_week", Operator.REGEXP_PARTIAL_MATCH, ("0[1-4]$",)),
        Filter("date_month", Operator.CONTAINS, ("502",)),
        Filter("date_hour", Operator.NUMERIC_GREATER_THAN_OR_EQUAL, ("2025010112",)),
        Filter("date_day", Operator.REGEXP_PARTIAL_MATCH, ("^2025.*1$",)),
        Filter("channel", Operator.IS_NULL, (), exclude=True),
    ],
    ids=lambda clause: f"{clause.field} {clause.operator}",
)
def test_filters_give_the_same_rows(clause: Filter, backend: Backend, tables: Tables) -> None:
    query = Query("tickets", ("date_month", "category"), ("tickets_created", "frt_avg_seconds"), SCOPE, QUARTER)
    _climb(backend.connection, query, tables)
    filtered = Query(**{**vars(query), "filters": ((clause,),)})
    assert _climb(backend.connection, filtered, tables) > 0
    assert _answer(backend.connection, filtered) != _answer(backend.connection, query)


@pytest.mark.parametrize(("week_start", "fiscal_year_start"), [(0, 4), (5, 7), (6, 1)])
def test_weeks_and_years_of_the_workspace(
    week_start: int, fiscal_year_start: int, backend: Backend, tables: Tables
) -> None:
    dimensions = ("date_week", "fiscal_period", "date_quarter")
    settings: dict[str, Any] = {"week_start": week_start, "fiscal_year_start": fiscal_year_start}
    assert _climb(backend.connection, Query("tickets", dimensions, ("tickets_created",), SCOPE, **settings), tables)
    spike = Query("tickets", ("date_week", "date_day"), ("ticket_spike_score",), SCOPE, QUARTER, **settings)
    assert _climb(backend.connection, spike, tables)


@pytest.mark.parametrize("dimensions", [(), ("category",), ("date_month",), ("date_week", "channel"), ("date_day",)])
def test_comparisons_and_goals(dimensions: tuple[str, ...], filled: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Fields that are made from others: the period before, the year before, changes, goals and their status."""
    made = (
        "__prev",
        "__yoy",
        "__change_pct",
        *(() if {"category", "channel"} & set(dimensions) else ("__goal", "__status")),
    )
    metrics = tuple(f"{name}{ending}" for name in ("tickets_created", "resolution_rate") for ending in ("", *made))
    assert _climb(filled, Query("tickets", dimensions, metrics, SCOPE, QUARTER, today=TODAY), tables)


def test_values_travel_as_the_four_types() -> None:
    clauses = (
        Filter("hour_of_day", Operator.EQUALS, ("08",)),
        Filter("priority", Operator.NUMERIC_LESS_THAN, (2.5,)),
        Filter("is_escalated", Operator.IN_LIST, ("true", "false")),
        Filter("date_hour", Operator.NUMERIC_LESS_THAN, ("2025010112",)),
    )
    query = Query("tickets", (), ("tickets_created",), Scope(frozenset({"acme"})), QUARTER, (clauses,))
    compiled = compile_query(MODEL, query, DIALECT)
    assert [(one["parameterType"]["type"], one["parameterValue"]["value"]) for one in _wire(compiled)] == [
        ("STRING", "acme"),
        ("STRING", "acme"),
        ("INT64", "8"),
        ("FLOAT64", "2.5"),
        ("BOOL", "true"),
        ("BOOL", "false"),
        ("STRING", "2025-01-01 12:00:00"),
        ("STRING", "2025-01-01"),
        ("STRING", "2025-04-01"),
    ]
    assert "< CAST(@p7 AS DATETIME)" in compiled.sql
    assert "< CAST(@p9 AS DATE)" in compiled.sql


def test_labels_are_those_of_the_calendar(backend: Backend) -> None:
    """Weeks and quarters are formatted by functions; the calendar says the same of each of its days."""
    sql = as_duckdb(
        "SELECT COUNT(*) FROM `normalised`.`calendar` WHERE FORMAT_DATE('%G%V', `date_day`) <> `week_label` "
        "OR FORMAT_DATE('%Y%Q', `date_day`) <> `quarter_label` "
        "OR EXTRACT(DAYOFWEEK FROM `date_day`) - 1 <> `day_of_week`"
    )
    assert backend.sql(sql) == [(0,)]


class TestNegativeControls:
    """The ladder must be able to fail: each of these once got past a check, or would."""

    GOOD = "SELECT COUNT(*) AS `n` FROM `normalised`.`ticket` WHERE `created_date` >= CAST(@p1 AS DATE)"

    def complaints(self, sql: str, tables: Tables) -> list[str]:
        return complaints(sql, {"p1": "STRING", "p2": "INT64"}, tables)

    def test_the_good_one_passes(self, tables: Tables) -> None:
        assert self.complaints(self.GOOD, tables) == []

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("created_date", "creatd_date", "creatd_date"),
            ("`ticket`", "`tickets`", "could not be resolved"),
            ("COUNT(*)", "MAD(`frt_seconds`)", "unknown function MAD"),
            ("COUNT(*)", "strftime(MAX(`created_at`), '%Y')", "unknown function STRFTIME"),
            ("COUNT(*)", "quantile_cont(`frt_seconds`, 0.5)", "unknown function QUANTILE_CONT"),
            ("CAST(@p1 AS DATE)", "CAST(@p1 AS TIMESTAMP)", "DATE and TIMESTAMPTZ meet"),
            ("CAST(@p1 AS DATE)", "@p1", "DATE and VARCHAR meet"),
            ("CAST(@p1 AS DATE)", "@p2", "DATE and NUMBER meet"),
            ("`created_date` >= CAST(@p1 AS DATE)", "`is_listed` = 1", "BOOLEAN and NUMBER meet"),
            ("`created_date` >= CAST(@p1 AS DATE)", "`channel` IN (@p1, @p2)", "NUMBER and VARCHAR meet"),
            ("`created_date` >= CAST(@p1 AS DATE)", "coalesce(`channel`, 0) = @p1", "NUMBER and VARCHAR meet"),
            ("COUNT(*)", "SUM(1.0) OVER (PARTITION BY `frt_seconds`)", "partition by FLOAT64"),
            ("WHERE", "LEFT JOIN `normalised`.`calendar` ON `date_day` = `created_date` WHERE", "outer join"),
            ("WHERE", "FULL OUTER JOIN `normalised`.`calendar` ON `date_day` = `created_date` WHERE", "outer join"),
            ("COUNT(*) AS `n`", "NULL AS `n`", "without a type"),
            ("COUNT(*) AS `n` FROM `normalised`.`ticket`", "1 AS `n`", ""),
            ("CAST(@p1 AS DATE)", "CAST(@p1 AS DATE) GROUP BY 1", "GROUP BY a constant"),
            (
                "WHERE",
                "AS t WHERE EXISTS (SELECT 1 FROM `normalised`.`account` AS a WHERE a.`plan` = t.`plan`) AND",
                "correlated",
            ),
            ("COUNT(*)", "COUNT(*", ""),
        ],
    )
    def test_a_mistake_is_found(self, old: str, new: str, words: str, tables: Tables) -> None:
        wrong = self.complaints(self.GOOD.replace(old, new, 1), tables)
        assert wrong
        assert any(words in text for text in wrong), wrong

    def test_a_wrong_result_is_found(self, backend: Backend, tables: Tables) -> None:
        """A spelling that resolves and types, and means another day, is caught by running it."""
        dialect = BigQueryDialect("normalised")
        dialect.spellings = {**dialect.spellings, EngineFunction.WEEKDAY: "EXTRACT(DAYOFWEEK FROM {0})"}
        query = Query("tickets", ("day_of_week",), ("tickets_created",), SCOPE)
        compiled = compile_query(MODEL, query, dialect)
        assert complaints(compiled.sql, parameter_types(compiled), tables) == []
        assert run_on_duckdb(backend.connection, compiled) != _answer(backend.connection, query)

    def test_no_function_of_duckdb_is_allowed(self) -> None:
        assert not ALLOWED & {"STRFTIME", "QUANTILE_CONT", "MEDIAN", "MAD", "ISFINITE", "CONTAINS", "REGEXP_MATCHES"}


def _climb(connection: duckdb.DuckDBPyConnection, query: Query, tables: Tables) -> int:
    """Resolve, type and check the statement, run it, and compare with DuckDB's own; return the number of rows."""
    compiled = compile_query(MODEL, query, DIALECT)
    wrong = complaints(compiled.sql, parameter_types(compiled), tables)
    assert not wrong, f"{query.dimensions} {query.metrics}: {wrong}\n{compiled.sql}"
    theirs, ours = run_on_duckdb(connection, compiled), _answer(connection, query)
    assert len(theirs) == len(ours)
    for other, own in zip(theirs, ours, strict=True):
        assert all(map(_same, other, own)), f"{query.dimensions} {query.metrics}: {other} is not {own}\n{compiled.sql}"
    return len(ours)


def _answer(connection: duckdb.DuckDBPyConnection, query: Query) -> list[tuple[object, ...]]:
    compiled = compile_query(MODEL, query)
    return connection.execute(compiled.sql, list(compiled.parameters)).fetchall()


def _same(other: object, own: object) -> bool:
    if isinstance(other, float) and isinstance(own, float):
        return math.isclose(other, own, rel_tol=1e-9, abs_tol=1e-12)
    return other == own and type(other) is type(own)


def _wire(compiled: Compiled) -> list[dict[str, Any]]:
    return list(wire_parameters(compiled))


def test_the_model_of_this_module_is_the_one_that_ships(model: SemanticModel) -> None:
    assert model.version == MODEL.version
