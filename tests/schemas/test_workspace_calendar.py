"""Weeks that begin on another day and financial years: grouped, told and filtered as a plain count of days gives."""

from collections import Counter
from datetime import date, timedelta

import pytest

from schemas import Filter, Query, Scope, SemanticModel, compile_query
from schemas.errors import InvalidFilterValueError
from tests.schemas.backend import EVERYONE, Backend

Rows = list[tuple[object, ...]]


def ask(backend: Backend, dimension: str, *filters: Filter, week_start: int = 0, fiscal_year_start: int = 1) -> Rows:
    query = Query(
        dataset="tickets",
        dimensions=(dimension,),
        metrics=("tickets_created",),
        scope=Scope(frozenset(EVERYONE)),
        filters=tuple((clause,) for clause in filters),
        week_start=week_start,
        fiscal_year_start=fiscal_year_start,
    )
    compiled = compile_query(backend.model, query)
    return backend.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()


def days(backend: Backend) -> list[date]:
    return [row[0] for row in backend.sql("select created_date from reported")]


def week_of(day: date, first: int) -> str:
    """Return year and number of a week by its fourth day, counted from the week that 4 January is in."""
    start = day - timedelta(days=(day.weekday() - first) % 7)
    year = (start + timedelta(days=3)).year
    fourth = date(year, 1, 4)
    return f"{year}{((start - fourth + timedelta(days=(fourth.weekday() - first) % 7)).days) // 7 + 1:02}"


def test_weeks_from_monday_are_iso() -> None:
    start = date(2015, 1, 1)
    for day in (start + timedelta(days=number) for number in range(6_000)):
        year, number, _ = day.isocalendar()
        assert week_of(day, 0) == f"{year}{number:02}"


@pytest.mark.parametrize("first", range(7))
def test_weeks_begin_where_the_workspace_says(backend: Backend, first: int) -> None:
    expected = Counter(week_of(day, first) for day in days(backend))
    assert ask(backend, "date_week", week_start=first) == sorted(expected.items())


@pytest.mark.parametrize("first", range(7))
def test_a_week_is_filtered_by_the_same_days(backend: Backend, first: int) -> None:
    expected = Counter(week_of(day, first) for day in days(backend))
    for label in ("202452", "202501", "202502", "202509"):
        found = ask(backend, "date_week", Filter("date_week", "EQUALS", (label,)), week_start=first)
        assert found == [(label, expected[label])] or (found == [] and label not in expected)


def test_a_week_that_a_year_does_not_have_is_refused(backend: Backend) -> None:
    for label, first in (("202453", 0), ("202500", 0), ("202654", 6)):
        with pytest.raises(InvalidFilterValueError, match="YYYYWW"):
            ask(backend, "date_week", Filter("date_week", "EQUALS", (label,)), week_start=first)
    assert ask(backend, "date_week", Filter("date_week", "EQUALS", ("202453",)), week_start=4) != []


def fiscal_of(day: date, first: int) -> str:
    """Return the month's place in a financial year that is called by the year it ends in."""
    year = day.year + (1 if first > 1 and day.month >= first else 0)
    return f"FY{year}-M{(day.month - first) % 12 + 1:02}"


@pytest.mark.parametrize("first", [1, 2, 4, 7, 12])
def test_fiscal_periods(backend: Backend, first: int) -> None:
    expected = Counter(fiscal_of(day, first) for day in days(backend))
    assert ask(backend, "fiscal_period", fiscal_year_start=first) == sorted(expected.items())


@pytest.mark.parametrize("first", [1, 4])
def test_fiscal_periods_are_filtered_as_months(backend: Backend, first: int) -> None:
    expected = Counter(fiscal_of(day, first) for day in days(backend))
    wanted = fiscal_of(date(2025, 2, 1), first)
    inside = ask(backend, "fiscal_period", Filter("fiscal_period", "EQUALS", (wanted,)), fiscal_year_start=first)
    assert inside == [(wanted, expected[wanted])]
    outside = ask(
        backend, "fiscal_period", Filter("fiscal_period", "IN_LIST", (wanted,), exclude=True), fiscal_year_start=first
    )
    assert outside == sorted((label, count) for label, count in expected.items() if label != wanted)
    span = tuple(fiscal_of(day, first) for day in (date(2024, 12, 1), date(2025, 2, 1)))
    between = ask(backend, "fiscal_period", Filter("fiscal_period", "BETWEEN", span), fiscal_year_start=first)
    assert [label for label, _ in between] == [fiscal_of(date(2024 + (m > 0), m or 12, 1), first) for m in range(3)]


def test_fiscal_periods_are_searched_as_text(backend: Backend) -> None:
    found = ask(backend, "fiscal_period", Filter("fiscal_period", "CONTAINS", ("2025-M0",)))
    assert [row[0] for row in found] == ["FY2025-M01", "FY2025-M02", "FY2025-M03", "FY2025-M04"]


@pytest.mark.parametrize("label", ["2025-03", "FY2025-M13", "FY2025-M00", "March"])
def test_what_is_no_fiscal_period_is_refused(backend: Backend, label: str) -> None:
    with pytest.raises(InvalidFilterValueError, match="FY2025-M03"):
        ask(backend, "fiscal_period", Filter("fiscal_period", "EQUALS", (label,)))


def test_every_entity_has_a_fiscal_period(model: SemanticModel) -> None:
    dimension = model.dimensions["fiscal_period"]
    assert all(entity.column_of(dimension) == entity.date for entity in model.entities.values())
