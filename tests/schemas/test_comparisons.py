"""Period helpers against hand-written SQL: previous period, year before, change, goal, status."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from schemas import (
    DateRange,
    Filter,
    IncompatibleFieldsError,
    Query,
    Scope,
    SemanticModel,
    UnknownFieldError,
    UnsupportedFilterError,
    compile_query,
)
from tests.schemas.backend import EVERYONE, Backend
from tests.schemas.world import Row, build_tables, generated, ticket

FEBRUARY = DateRange(date(2025, 2, 1), date(2025, 3, 1))


def _ask(served: Backend, fields: Sequence[str], dates: DateRange | None = FEBRUARY, **more: Any) -> list[Any]:
    known = served.model.datasets["tickets"].dimensions
    query = Query(
        dataset="tickets",
        dimensions=tuple(name for name in fields if name in known or name.endswith("__status")),
        metrics=tuple(name for name in fields if name not in known and not name.endswith("__status")),
        scope=more.pop("scope", Scope(frozenset(EVERYONE))),
        dates=dates,
        columns=tuple(fields),
        **more,
    )
    compiled = compile_query(served.model, query)
    assert [column.name for column in compiled.columns] == list(fields)
    return served.connection.execute(compiled.sql, list(compiled.parameters)).fetchall()


def test_a_range_is_compared_with_the_same_number_of_days_before(backend: Backend) -> None:
    """February has 28 days, so the days before begin on 4 January."""
    ours = _ask(backend, ["tickets_created", "tickets_created__prev", "tickets_created__change_pct"])
    assert ours == backend.sql("""
        with n as (select count(*) filter (created_date between '2025-02-01' and '2025-02-28') a,
                          count(*) filter (created_date between '2025-01-04' and '2025-01-31') b from reported)
        select a, b, (a - b) / b from n""")


def test_a_month_is_compared_with_the_month_before(backend: Backend) -> None:
    """Ratios and medians of the other month are computed there, never moved or averaged."""
    names = ["date_month", "resolution_rate", "resolution_rate__prev", "resolution_rate__change_pct"]
    ours = _ask(backend, [*names, "frt_median_seconds__prev"], DateRange(date(2024, 12, 1), date(2025, 3, 1)))
    theirs = backend.sql("""
        with n as (select date_trunc('month', created_date) m, count(solved_at) / count(*) r, median(frt_seconds) f
                   from reported group by 1)
        select strftime(a.m, '%Y%m'), a.r, b.r, a.r - b.r, b.f from n a join n b on b.m = a.m - interval 1 month
        where a.m between '2024-12-01' and '2025-02-01' order by a.m""")
    assert len(ours) == 3
    for own, other in zip(ours, theirs, strict=True):
        assert own[0] == other[0]
        assert [float(cell) for cell in own[1:]] == pytest.approx([float(cell) for cell in other[1:]])


def test_an_unfinished_month_is_compared_with_as_much_of_the_one_before(backend: Backend) -> None:
    """Ten days of March against ten days of February."""
    ours = _ask(backend, ["date_month", "tickets_created", "tickets_created__prev"],
                DateRange(date(2025, 3, 1), date(2025, 3, 11)))  # fmt: skip
    assert ours == backend.sql("""
        select '202503', count(*) filter (created_date between '2025-03-01' and '2025-03-10'),
               count(*) filter (created_date between '2025-02-01' and '2025-02-10') from reported""")


def test_a_category_that_only_the_other_period_has_is_shown(backend: Backend) -> None:
    """A count of nothing is zero on both sides; a NULL key meets a NULL key."""
    ours = _ask(backend, ["category", "tickets_created", "tickets_created__prev"])
    theirs = backend.sql("""
        select category, count(*) filter (created_date between '2025-02-01' and '2025-02-28') a,
               count(*) filter (created_date between '2025-01-04' and '2025-01-31') b
        from reported group by all having a + b > 0 order by category""")
    assert ours == theirs
    assert any(row[0] is None for row in ours)


def test_weeks_of_the_year_before_are_52_weeks_back(backend: Backend) -> None:
    """Weekdays meet, and week 2025-09 is compared with week 2024-09."""
    model = backend.model
    rows = [ticket(1, _noon(2024, 2, 27)), ticket(2, _noon(2025, 2, 26)), ticket(3, _noon(2025, 2, 27))]
    served = Backend(model, build_tables(model, {"ticket": rows}))
    ours = _ask(served, ["date_week", "tickets_created", "tickets_created__yoy"],
                DateRange(date(2025, 2, 24), date(2025, 3, 3)))  # fmt: skip
    assert ours == [("202509", 2, 1.0)]


def test_a_leap_day_meets_no_other_day(model: SemanticModel) -> None:
    """28 February 2025 is compared with 28 February 2024, not with the 29th."""
    rows = [ticket(1, _noon(2024, 2, 28)), ticket(2, _noon(2024, 2, 29)), ticket(3, _noon(2024, 2, 29))]
    served = Backend(model, build_tables(model, {"ticket": [*rows, ticket(4, _noon(2025, 2, 28))]}))
    ours = _ask(served, ["date_day", "tickets_created", "tickets_created__yoy"])
    assert ours == [("20250228", 1, 1.0)]


def _noon(year: int, month: int, day: int) -> Any:

    return datetime(year, month, day, 12)  # noqa: DTZ001 - UTC by definition of the column


def _goal(number: int, metric: str, target: float, **more: Any) -> Row:
    usual = {"period_grain": "month", "period_start": date(2025, 2, 1), "goal_direction": "up"}
    return {"source_id": f"g{number}", "metric_id": metric, "target": target, **usual, **more}


@pytest.fixture(scope="module")
def with_goals(model: SemanticModel) -> Backend:
    """Serve tickets and a few goals."""
    goals = [
        _goal(1, "tickets_created", 60),
        _goal(2, "tickets_created", 50, client_account_id="beta"),
        _goal(3, "tickets_created", 999, period_start=date(2025, 1, 1)),
        _goal(4, "tickets_created", 999, period_grain="quarter"),
        _goal(5, "frt_avg_seconds", 120, goal_direction="down", near_share=0.15),
        _goal(6, "tickets_created", 999, filter_field="channel", filter_value="mail"),
    ]
    return Backend(model, build_tables(model, {"ticket": generated(), "goal": goals}))


def test_goals_of_a_sum_add_up_over_all_clients(with_goals: Backend) -> None:
    """Both clients in scope have one for February, so that their sum speaks of both."""
    fields = ["date_month", "tickets_created", "tickets_created__goal", "tickets_created__status"]
    count = with_goals.sql("select count(*) from reported where created_date between '2025-02-01' and '2025-02-28'")
    status = "good" if count[0][0] >= 110 else "watch" if count[0][0] >= 99 else "bad"
    assert _ask(with_goals, fields) == [("202502", count[0][0], 110.0, status)]
    assert _ask(with_goals, fields[1:]) == [(count[0][0], 110.0, status)]


def test_each_client_has_its_own_goal(with_goals: Backend) -> None:
    """The goal of a ratio stands for one client only."""
    fields = ["client_account_id", "tickets_created__goal", "frt_avg_seconds__goal"]
    assert _ask(with_goals, fields) == [("acme", 60.0, "120"), ("beta", 50.0, None)]
    assert _ask(with_goals, ["frt_avg_seconds__goal", "frt_avg_seconds__status"]) == [(None, "no goal")]


def test_no_goal_is_made_up_where_there_is_none(with_goals: Backend) -> None:
    """A category has no goals of its own, a filtered part neither, and a day is no month."""
    for fields, more in (
        (["category", "tickets_created__goal"], {}),
        (["date_day", "tickets_created__goal"], {}),
        (["tickets_created__goal"], {"filters": ((Filter("channel", "EQUALS", ("mail",)),),)}),
        (["tickets_created__goal"], {"dates": DateRange(date(2025, 2, 1), date(2025, 2, 20))}),
    ):
        assert {row[-1] for row in _ask(with_goals, fields, **more)} == {None}


@pytest.mark.parametrize(("actual", "status"), [(100, "good"), (130, "watch"), (150, "bad")])
def test_status_of_a_goal_where_less_is_better(model: SemanticModel, actual: int, status: str) -> None:
    """Target 120 seconds, 15 % near: attainment 1.20, 0.92 and 0.80."""

    replied = ticket(1, _noon(2025, 2, 10), first_reply_at=_noon(2025, 2, 10) + timedelta(seconds=actual))
    goal = _goal(1, "frt_avg_seconds", 120, goal_direction="down", near_share=0.15)
    served = Backend(model, build_tables(model, {"ticket": [replied], "goal": [goal]}))
    ours = _ask(served, ["frt_avg_seconds", "frt_avg_seconds__status"], scope=Scope(frozenset({"acme"})))
    assert ours == [(str(actual), status)]


def test_what_cannot_be_compared_is_refused(backend: Backend) -> None:
    """Every refusal names the field."""
    with pytest.raises(IncompatibleFieldsError, match="date range"):
        _ask(backend, ["tickets_created__prev"], None)
    with pytest.raises(IncompatibleFieldsError, match="Date and hour"):
        _ask(backend, ["date_hour", "tickets_created__prev"])
    with pytest.raises(IncompatibleFieldsError, match="Weeks do not fit"):
        _ask(backend, ["date_week", "date_month", "tickets_created__prev"])
    with pytest.raises(UnsupportedFilterError, match="date range"):
        _ask(backend, ["tickets_created__prev"], filters=((Filter("date_month", "EQUALS", ("202502",)),),))
    with pytest.raises(UnknownFieldError):
        _ask(backend, ["nothing__prev"])


def test_filters_narrow_both_periods(backend: Backend) -> None:
    """The same filter is applied to the days before."""
    only = ((Filter("channel", "EQUALS", ("mail",)),),)
    ours = _ask(backend, ["tickets_created", "tickets_created__prev"], filters=only)
    assert ours == backend.sql("""
        select count(*) filter (created_date between '2025-02-01' and '2025-02-28'),
               count(*) filter (created_date between '2025-01-04' and '2025-01-31') from reported
        where channel = 'mail'""")
