"""Stocks from daily snapshots: the last day of each client account, unknown against zero, filters and edges."""

from datetime import date

import pytest

from schemas import IncompatibleFieldsError, SemanticModel, UnsupportedFilterError
from tests.schemas.asking import ask, backend_of
from tests.schemas.backend import Backend
from tests.schemas.world import Row


def backlog(day: str, channel: str | None, count: int | None, client: str = "acme", **more: int | float) -> Row:
    return {"snapshot_on": day, "channel": channel, "open_count": count, "client_account_id": client, **more}


ROWS = [
    backlog("2025-01-30", "mail", 50),
    backlog("2025-01-31", "mail", 5, age_hours_sum=20.0, oldest_age_hours=9.5),
    backlog("2025-01-31", None, 2, age_hours_sum=8.0, oldest_age_hours=11.0),
    backlog("2025-01-29", "mail", 7, "beta"),  # beta's last day of January is another one
    backlog("2025-01-29", "chat", 1, "beta"),
    backlog("2025-02-10", "chat", 4),
    backlog("2025-02-10", "mail", 3, "elsewhere"),
    {**backlog("2025-02-11", "mail", 99), "is_listed": False},
]


@pytest.fixture(scope="module")
def stock(model: SemanticModel) -> Backend:
    agents: list[Row] = [{"active_from": "2024-01-01", "is_service_agent": True, "source_id": "1"}]
    return backend_of(model, "backlog", {"ticket_backlog_day": ROWS, "user_agent": agents})


def test_each_client_account_has_its_own_last_day(stock: Backend) -> None:
    assert ask(stock, "open_tickets", ("2025-01-01", "2025-01-31")) == [(15,)]
    assert ask(stock, "client_account_id open_tickets", ("2025-01-01", "2025-02-28")) == [("acme", 4), ("beta", 8)]


def test_by_month_and_by_the_whole_range(stock: Backend) -> None:
    assert ask(stock, "date_month open_tickets", ("2025-01-01", "2025-02-28")) == [("202501", 15), ("202502", 4)]
    assert ask(stock, "open_tickets", ("2025-01-01", "2025-02-28")) == [(12,)]


def test_the_range_clips_the_last_day(stock: Backend) -> None:
    assert ask(stock, "date_month open_tickets", ("2025-01-01", "2025-01-30")) == [("202501", 58)]


def test_null_keys_and_formulas(stock: Backend) -> None:
    rows = ask(stock, "channel open_tickets oldest_open_hours backlog_age_avg_hours", ("2025-01-30", "2025-01-31"))
    assert rows == [("mail", 5, 9.5, 4.0), (None, 2, 11.0, 4.0)]


def test_the_last_day_is_found_before_the_filters(stock: Backend) -> None:
    """On acme's last day there is no mail: that is no reason to look at an earlier day."""
    mail = [("channel", "EQUALS", ["mail"])]
    assert ask(stock, "open_tickets", ("2025-01-01", "2025-02-28"), only=mail) == [(7,)]
    assert ask(stock, "client_account_id open_tickets", ("2025-01-01", "2025-02-28"), only=mail) == [("beta", 7)]


def test_filters_on_days_narrow_the_period(stock: Backend) -> None:
    january = [("date_month", "EQUALS", ["202501"])]
    assert ask(stock, "open_tickets", ("2025-01-01", "2025-02-28"), only=january) == [(15,)]


def test_an_unknown_stock_is_not_zero(stock: Backend) -> None:
    assert ask(stock, "open_tickets active_agents backlog_per_agent", ("2024-01-01", "2024-12-31")) == [(None, 1, None)]


def test_nothing_is_known_of_days_after_today(stock: Backend) -> None:
    early = Backend(stock.model, stock.connection, dataset="backlog", today=date(2025, 1, 30))
    assert ask(early, "open_tickets", ("2025-01-01", "2025-02-28")) == [(58,)]


def test_counts_with_a_condition_are_zero_on_a_known_day(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"snapshot_on": "2025-01-31", "account_id": "A", "segment": "x", "health_band": "red", "score": 20.0},
        {"snapshot_on": "2025-01-31", "account_id": "B", "segment": None, "health_band": "green", "score": 90.0},
        {"snapshot_on": "2025-01-31", "account_id": "C", "segment": None, "health_band": None, "score": None},
    ]
    health = backend_of(model, "health", {"health_snapshot": rows})
    names = "segment at_risk_accounts scored_accounts health_score healthy_share"
    assert ask(health, names, ("2025-01-01", "2025-01-31")) == [("x", 1, 1, 20.0, 0.0), (None, 0, 1, 90.0, 1.0)]
    assert ask(health, "at_risk_accounts scored_accounts", ("2024-01-01", "2024-01-31")) == [(None, None)]


def test_months_against_hand_written_sql(stock: Backend) -> None:
    by_hand = stock.sql(
        "with seen as (select * from normalised.ticket_backlog_day "
        "where client_account_id in ('acme', 'beta') and is_listed), "
        "last as (select client_account_id c, strftime(snapshot_on, '%Y%m') m, max(snapshot_on) d "
        "from seen group by 1, 2) "
        "select m, channel, sum(open_count)::bigint from seen join last on c = client_account_id and d = snapshot_on "
        "group by all order by m, channel nulls last"
    )
    assert ask(stock, "date_month channel open_tickets") == by_hand
    assert len(by_hand) == 4


def test_hours_of_the_day_are_refused(model: SemanticModel) -> None:
    activity = backend_of(model, "activity", {})
    with pytest.raises(IncompatibleFieldsError, match="Touch coverage"):
        ask(activity, "hour_of_day touch_coverage_rate")


def test_a_day_or_something_else_is_refused(stock: Backend) -> None:
    """The last day is found without the other filter, so the two cannot be one condition."""
    clauses = [("channel", "mail"), ("date_month", "202501")]
    either = [
        {"fieldName": name, "type": "INCLUDE", "operator": "EQUALS", "values": [value]} for name, value in clauses
    ]
    with pytest.raises(UnsupportedFilterError, match="Open tickets cannot be filtered by 'Channel' OR a date"):
        stock.data({"fields": [{"name": "open_tickets"}], "dimensionsFilters": [either]})
