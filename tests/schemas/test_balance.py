"""What is open on one day of a period: edges of spans, clipped buckets, today, NULL keys, empty sides."""

from datetime import date

import pytest

from schemas import BalanceBranch, DateRange, IncompatibleFieldsError, Money, Query, Scope, SemanticModel, plan_query
from tests.schemas.asking import ask, backend_of
from tests.schemas.backend import Backend
from tests.schemas.world import Row

YEAR = ("2025-01-01", "2025-12-31")


def span(account: str, first: str, end: str | None = None, **more: str | None) -> Row:
    return {"account_id": account, "started_on": first, "ended_on": end, "acquired_on": first, **more}


SPANS = [
    span("A", "2024-06-01", segment="big"),
    span("B", "2025-01-01", "2025-02-01", segment="big"),  # all of January: not at its start, still there at its end
    span("C", "2025-01-31", "2025-03-31", segment="small"),
    span("D", "2024-12-31", "2025-01-31", segment=None),  # its last active day is 30 January
    span("E", "2025-02-10", "2025-02-20", segment="small"),  # comes and goes within February
    {**span("F", "2024-01-01"), "client_account_id": "elsewhere"},
    {**span("G", "2024-01-01"), "is_listed": False},
]


@pytest.fixture(scope="module")
def accounts(model: SemanticModel) -> Backend:
    return backend_of(model, "accounts_period", {"account_span": SPANS})


def test_opening_and_closing_days(accounts: Backend) -> None:
    rows = ask(accounts, "date_month accounts_start accounts_end", ("2025-01-01", "2025-04-30"))
    assert rows == [("202501", 2, 3), ("202502", 3, 2), ("202503", 2, 1), ("202504", 1, 1)]


def test_without_a_date_field_the_range_is_one_period(accounts: Backend) -> None:
    assert ask(accounts, "accounts_start accounts_end", ("2025-01-01", "2025-02-28")) == [(2, 2)]
    assert ask(accounts, "accounts_start accounts_end", ("2025-01-31", "2025-01-31")) == [(3, 3)]


def test_buckets_are_clipped_to_the_range(accounts: Backend) -> None:
    """The first month begins on the 15th, so that its start is the 14th; the last one ends on the 15th."""
    rows = ask(accounts, "date_month accounts_start accounts_end", ("2025-01-15", "2025-02-15"))
    assert rows == [("202501", 3, 3), ("202502", 3, 3)]


def test_two_date_fields_make_the_smaller_period(accounts: Backend) -> None:
    rows = ask(accounts, "date_month date_week accounts_end", ("2025-01-27", "2025-02-09"))
    assert rows == [("202501", "202505", 3), ("202502", "202505", 2), ("202502", "202506", 2)]


def test_null_keys_are_a_group(accounts: Backend) -> None:
    rows = ask(accounts, "segment accounts_start accounts_end", ("2025-01-01", "2025-01-31"))
    assert rows == [("big", 1, 2), ("small", 0, 1), (None, 1, 0)]


def test_a_group_that_an_event_has_is_zero_and_not_unknown(accounts: Backend) -> None:
    rows = ask(accounts, "segment accounts_start accounts_lost_all crr", ("2025-02-01", "2025-03-31"))
    assert rows == [("big", 2, 1, 0.5), ("small", 1, 2, 0.0)]


def test_a_period_that_is_not_over_ends_today(accounts: Backend) -> None:
    now = Backend(accounts.model, accounts.connection, dataset="accounts_period", today=date(2025, 1, 30))
    assert ask(now, "date_month accounts_end", YEAR) == [("202501", 3)]
    assert ask(now, "accounts_end", ("2025-02-01", "2025-02-28")) == [(0,)]


def test_without_a_range_history_begins_with_the_first_span(accounts: Backend) -> None:
    assert ask(accounts, "accounts_start accounts_end") == [(0, 1)]
    years = ask(accounts, "date_year accounts_start accounts_end")
    assert years == [("2024", 0, 2), ("2025", 2, 1), ("2026", 1, 1)]


def test_without_today_history_ends_with_the_last_start(accounts: Backend) -> None:
    endless = Backend(accounts.model, accounts.connection, dataset="accounts_period")
    assert ask(endless, "date_month accounts_end")[-1] == ("202502", 3)


def test_filters_on_rows_and_on_days(accounts: Backend) -> None:
    big = [("segment", "EQUALS", ["big"])]
    assert ask(accounts, "accounts_end", ("2025-01-01", "2025-01-31"), only=big) == [(2,)]
    assert ask(accounts, "accounts_end", ("2025-01-01", "2025-01-31"), exclude=big) == [(1,)]
    january = [("date_month", "EQUALS", ["202501"])]
    assert ask(accounts, "accounts_start accounts_end", YEAR, only=january) == [(2, 3)]


def test_tenure_is_added_up_to_the_day(accounts: Backend) -> None:
    [(average,)] = ask(accounts, "avg_tenure_months", ("2025-01-01", "2025-01-31"))
    days = [
        (date(2025, 1, 31) - date.fromisoformat(first)).days for first in ("2024-06-01", "2025-01-01", "2025-01-31")
    ]
    assert average == pytest.approx(sum(days) / 30.4375 / 3)


def test_nothing_at_all(model: SemanticModel) -> None:
    """Accounts that have all left are none; without any row of accounts nobody knows how many there are."""
    gone: Row = {"account_id": "A", "started_on": "2020-01-01", "ended_on": "2020-02-01"}
    for rows, none in (([], None), ([gone], 0)):
        empty = backend_of(model, "accounts_period", {"account_span": rows})
        assert ask(empty, "accounts_start accounts_end crr", YEAR) == [(none, none, None)]
        assert ask(empty, "accounts_end") == [(none,)]
        assert ask(empty, "date_month segment accounts_end", YEAR) == []


def test_amounts_are_added_up_in_major_units(model: SemanticModel) -> None:
    rows: list[Row] = [
        {"account_id": "A", "valid_from": "2025-01-01", "valid_to": "2025-03-01", "mrr": 10_000, "mrr_base": 9_000},
        {"account_id": "A", "valid_from": "2025-03-01", "mrr": 15_050, "mrr_base": 14_000},
        {"account_id": "B", "valid_from": "2025-02-01", "mrr": None, "mrr_base": None},  # no exchange rate
    ]
    backend = backend_of(model, "mrr", {"subscription": rows})
    monthly = ask(backend, "date_month mrr arr", ("2025-01-01", "2025-03-31"))
    assert monthly == [("202501", 100.0, 1200.0), ("202502", 100.0, 1200.0), ("202503", 150.5, 1806.0)]
    base = Backend(model, backend.connection, Money("JPY", base=True), dataset="mrr", today=date(2026, 1, 1))
    assert ask(base, "mrr mrr_start", ("2025-03-01", "2025-03-31")) == [(14_000.0, 9_000.0)]


def test_a_balance_over_months_is_the_hand_written_join(accounts: Backend) -> None:
    by_hand = accounts.sql(
        "select strftime(m, '%Y%m'), segment, count(*) "
        "from range(date '2024-05-01', date '2025-09-01', interval 1 month) t(m) "
        "join normalised.account_span on started_on <= last_day(m) and (ended_on is null or ended_on > last_day(m)) "
        "where client_account_id = 'acme' and is_listed group by all order by all nulls last"
    )
    assert ask(accounts, "date_month segment accounts_end", ("2024-05-01", "2025-08-31")) == by_hand


def test_the_plan_says_which_rows_are_counted(model: SemanticModel) -> None:
    dates = DateRange(date(2025, 1, 1), date(2025, 2, 1))
    scope = Scope(frozenset({"acme"}))
    plan = plan_query(model, Query("accounts_period", (), ("accounts_start", "accounts_end", "crr"), scope, dates))
    assert [str(line) for line in str(plan).splitlines()[1:4]] == [
        "balance account_span: accounts_start",
        "balance account_span: accounts_end",
        "cohort account_span: accounts_retained",
    ]
    assert isinstance(plan.branches[0], BalanceBranch)


def test_a_dimension_of_another_entity_is_refused_by_name(accounts: Backend) -> None:
    with pytest.raises(IncompatibleFieldsError, match="Accounts at end cannot be split or filtered by 'Churn reason'"):
        ask(accounts, "churn_reason accounts_end", YEAR)
