"""Every operator, INCLUDE and EXCLUDE, on every type of field: our SQL against the reference evaluator."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import (
    AggregateBranch,
    DateRange,
    Filter,
    InvalidFilterValueError,
    Operator,
    Query,
    Scope,
    UnknownFieldError,
    UnsupportedFilterError,
    compile_query,
    plan_query,
)
from tests.looker_simulator import chart, read_rows, request
from tests.schemas.backend import Backend

Clause = dict[str, Any]

# Values as they may arrive, by field.
VALUES: dict[str, list[Any]] = {
    "category": ["Billing", "Delivery", "100% broken", "a_b", "Ünïcode", "", "billing", None],
    "priority": ["1", "2", "10", "high", 1, None],
    "date_day": ["20250101", "2025-01-05", "20241230", 20250214, None],
    "date_week": ["202501", "202452", "202509"],
    "date_month": ["202412", "202501", "202503"],
    "date_quarter": ["20244", "20251"],
    "date_year": ["2024", "2025", 2025],
    "date_hour": ["2025010510", "2024123100", "2025022823"],
    "hour_of_day": ["02", "13", 7, "0"],
    "day_of_week": ["0", "6", 3],
    "renewal_on": ["20250131", "20250630", None],
    "ticket_due_at": ["20250105000000", "20250131235959", "20250214120000"],
    "is_escalated": [True, False, "true", "false", None],
}
FRAGMENTS = ["2025", "01", "%", "_", "e", "Bill", "ï", "true", "5", ""]
PATTERNS = ["^B", "(?i)BILL", "a|b", r"\d+", "^20250[1-2]", "o.*n", "[^a-z]", "", "true|10", r"^\w+$"]
NUMBERS: list[Any] = ["2", 5, 1.5, "-1", "10"]
LIST_OPERATORS = {"EQUALS", "IN_LIST"}


def _values(field: str, operator: str) -> st.SearchStrategy[list[Any]]:
    known = [value for value in VALUES[field] if value is not None]
    if operator == "IS_NULL":
        return st.just([])
    if operator == "CONTAINS":
        return st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=2)
    if operator.startswith("REGEXP"):
        return st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2)
    if operator == "BETWEEN":
        return st.lists(st.sampled_from(known), min_size=2, max_size=2)
    if operator.startswith("NUMERIC") and field in {"category", "priority"}:
        return st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2)
    choices = VALUES[field] if operator in LIST_OPERATORS else known
    return st.lists(st.sampled_from(choices), min_size=1, max_size=3)


@st.composite
def clauses(draw: st.DrawFn, operator: str | None = None, kind: str | None = None) -> Clause:
    """Draw one clause whose values suit its field."""
    chosen = operator or draw(st.sampled_from([item.value for item in Operator]))
    field = draw(st.sampled_from(sorted(VALUES)))
    return {
        "fieldName": field,
        "operator": chosen,
        "type": kind or draw(st.sampled_from(["INCLUDE", "EXCLUDE"])),
        "values": draw(_values(field, chosen)),
    }


def _assert_filter_means_the_same(backend: Backend, groups: list[list[Clause]]) -> None:
    fields = backend.fields
    names = list(dict.fromkeys(clause["fieldName"] for group in groups for clause in group))
    ours = chart(
        fields,
        backend.data(request(fields, names, ["tickets_created"], filters=groups)),
        names,
        ["tickets_created"],
        filters=groups,
    )
    everything = {**backend.data(request(fields, names, ["tickets_created"])), "filtersApplied": False}
    assert ours == chart(fields, everything, names, ["tickets_created"], filters=groups)


@pytest.mark.parametrize("kind", ["INCLUDE", "EXCLUDE"])
@pytest.mark.parametrize("operator", [item.value for item in Operator])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_clause(operator: str, kind: str, data: st.DataObject, backend: Backend) -> None:
    clause = data.draw(clauses(operator, kind))
    _assert_filter_means_the_same(backend, [[clause]])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(st.lists(clauses(), min_size=1, max_size=2), min_size=1, max_size=2))
def test_and_of_ors(groups: list[list[Clause]], backend: Backend) -> None:
    _assert_filter_means_the_same(backend, groups)


@pytest.mark.parametrize("field", sorted(VALUES))
@pytest.mark.parametrize("kind", ["INCLUDE", "EXCLUDE"])
def test_every_field_with_every_operator(field: str, kind: str, backend: Backend) -> None:
    """The drawn examples might miss a pair; this one does not."""
    known = [value for value in VALUES[field] if value is not None]
    for operator in Operator:
        values = known[:2]
        if operator == "IS_NULL":
            values = []
        elif operator.startswith("REGEXP"):
            values = [r"^.*[0-5]$"]
        elif operator.startswith("NUMERIC") and field in {"category", "priority"}:
            values = [2]
        clause = {"fieldName": field, "operator": operator.value, "type": kind, "values": values}
        _assert_filter_means_the_same(backend, [[clause]])


def _query(*filters: Filter, metrics: tuple[str, ...] = ("tickets_created",), **rest: Any) -> Query:
    return Query("tickets", (), metrics, Scope(frozenset({"acme"})), filters=tuple((item,) for item in filters), **rest)


def test_dates_are_compared_on_the_raw_column(backend: Backend) -> None:
    """Only then can the engine skip what lies outside."""
    for field, value in [("date_day", "20250105"), ("date_month", "202501"), ("date_week", "202501")]:
        compiled = compile_query(backend.model, _query(Filter(field, "EQUALS", (value,))))
        assert '"created_date" >= $3 AND "created_date" < $4' in compiled.sql


@pytest.mark.parametrize(
    ("field", "operator", "values"),
    [
        ("date_day", "BETWEEN", ("yesterday", "20250101")),
        ("date_day", "EQUALS", ("20250230",)),
        ("date_day", "BETWEEN", ("20250101",)),
        ("date_week", "EQUALS", ("202560",)),
        ("date_quarter", "EQUALS", ("20255",)),
        ("date_year", "EQUALS", ("25",)),
        ("date_hour", "EQUALS", ("2025010124",)),
        ("hour_of_day", "EQUALS", ("24",)),
        ("day_of_week", "EQUALS", ("7",)),
        ("is_escalated", "EQUALS", ("perhaps",)),
        ("category", "NUMERIC_GREATER_THAN", ("many",)),
        ("category", "NUMERIC_GREATER_THAN", (True,)),
        ("category", "EQUALS", ()),
        ("category", "IN_LIST", ()),
        ("category", "CONTAINS", (None,)),
        ("category", "REGEXP_PARTIAL_MATCH", ("x" * 1001,)),
    ],
)
def test_a_wrong_value_is_an_error(field: str, operator: str, values: tuple[Any, ...], backend: Backend) -> None:
    """A filter that cannot be read is never left out."""
    with pytest.raises(InvalidFilterValueError) as caught:
        plan_query(backend.model, _query(Filter(field, operator, values)))
    assert caught.value.detail["field"] == field


def test_without_a_metric_rows_that_cannot_be_filtered_are_none_of_the_answer(backend: Backend) -> None:
    dates = DateRange(date(2025, 1, 1), date(2025, 2, 1))

    def rows_of(*filters: Filter) -> set[str]:
        scope = Scope(frozenset({"acme"}))
        asked = Query("revenue", ("date_day",), (), scope, dates, filters=tuple((one,) for one in filters))
        branches = plan_query(backend.model, asked).branches
        return {one.entity.name for one in branches if isinstance(one, AggregateBranch)}

    every, with_status = rows_of(), rows_of(Filter("invoice_status", "IS_NULL", ()))
    assert {"invoice", "payment"} <= every
    assert with_status
    assert with_status < every
    assert "payment" not in with_status  # a payment has no invoice status


def test_an_unknown_field_is_an_error_with_its_neighbours(backend: Backend) -> None:
    with pytest.raises(UnknownFieldError, match="category"):
        plan_query(backend.model, _query(Filter("categori", "EQUALS", ("A",))))


def test_patterns_are_listed_for_the_engine_to_try(backend: Backend) -> None:
    compiled = compile_query(
        backend.model,
        _query(
            Filter("category", "REGEXP_PARTIAL_MATCH", ("(a", "b")),
            Filter("city", "REGEXP_EXACT_MATCH", ("b",)),
            Filter("city", "CONTAINS", ("[",)),
        ),
    )
    assert compiled.patterns == ("(a", "b")


UNKNOWN: Clause = {"fieldName": "category", "operator": "SOUNDS_LIKE", "type": "INCLUDE", "values": ["A"]}
KNOWN: Clause = {"fieldName": "channel", "operator": "EQUALS", "type": "INCLUDE", "values": ["mail"]}
ORDERED: Clause = {
    "fieldName": "is_escalated",
    "operator": "NUMERIC_GREATER_THAN",
    "type": "INCLUDE",
    "values": [False],
}


class TestAllOrNone:
    """Either every filter is applied, or none is and Looker Studio gets what it needs to do it."""

    def test_applied_filters_drop_the_fields_that_served_them(self, backend: Backend) -> None:
        body = request(backend.fields, ["date_month"], ["tickets_created"], filters=[[KNOWN]])
        answer = backend.data(body)
        assert answer["filtersApplied"] is True
        assert [column["name"] for column in answer["schema"]] == ["date_month", "tickets_created"]

    def test_nothing_is_applied_if_one_clause_is_unknown(self, backend: Backend) -> None:
        filters = [[KNOWN], [UNKNOWN]]
        answer = backend.data(request(backend.fields, ["date_month"], ["resolution_rate"], filters=filters))
        assert answer["filtersApplied"] is False
        assert [column["name"] for column in answer["schema"]] == [
            "date_month",
            "tickets_solved_cohort",
            "tickets_created",
            "channel",
            "category",
        ]
        created = sum(row["tickets_created"] for row in read_rows(answer))  # type: ignore[misc]
        assert created == backend.sql("select count(*) from reported")[0][0]

    def test_looker_studio_then_filters_rightly(self, backend: Backend) -> None:
        fields = backend.fields
        filters = [[ORDERED], [KNOWN]]
        answer = backend.data(request(fields, ["date_month"], ["resolution_rate"], filters=filters))
        assert answer["filtersApplied"] is False
        drawn = chart(fields, answer, ["date_month"], ["resolution_rate"], filters=filters)
        expected = backend.sql(
            "select strftime(created_date, '%Y%m'), count(solved_at) / count(*) from reported "
            "where is_escalated and channel = 'mail' group by 1 order by 1"
        )
        assert [tuple(row.values()) for row in drawn] == expected

    @pytest.mark.parametrize("metric", ["frt_median_seconds", "category_share"])
    def test_a_value_that_does_not_add_up_is_refused(self, metric: str, backend: Backend) -> None:
        body = request(backend.fields, [], [metric], filters=[[UNKNOWN]])
        with pytest.raises(UnsupportedFilterError, match="SOUNDS_LIKE"):
            backend.data(body)

    def test_a_filter_on_a_metric_is_left_to_looker_studio(self, backend: Backend) -> None:
        many = Filter("tickets_created", "NUMERIC_GREATER_THAN", (5,))
        assert plan_query(backend.model, _query(many)).filters_applied is False

    def test_a_filter_on_a_field_that_is_not_asked_for_cannot_be_left_to_it(self, backend: Backend) -> None:
        with pytest.raises(UnsupportedFilterError, match="category"):
            plan_query(backend.model, _query(Filter("category", "SOUNDS_LIKE", ("A",))))

    def test_a_wrong_value_beside_an_unknown_operator_is_still_an_error(self, backend: Backend) -> None:
        wrong = Filter("date_day", "EQUALS", ("soon",))
        with pytest.raises(InvalidFilterValueError):
            plan_query(backend.model, _query(Filter("category", "SOUNDS_LIKE", ("A",)), wrong))
