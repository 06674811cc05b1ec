"""Active times of accounts, and what is counted from them: retention, tenure, account months, cohorts."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import Fields, day, sync_rows
from warehouse import Warehouse, WorkspaceDatabase

SPANS = (
    "select account_id, started_on::varchar, ended_on::varchar, start_kind from normalised.account_span order by 1, 2"
)


def paying(account: str, start: str, end: str | None = None, **more: object) -> Fields:
    """Return a subscription item of 100.00 a month."""
    return {
        "account_id": account,
        "valid_from": day(start),
        "ended_on": day(end) if end else None,
        "unit_amount_original": 10_000,
        "billing_interval": "month",
        "currency_original": "EUR",
    } | more


def known(account: str, start: str | None, end: str | None = None, **more: object) -> Fields:
    """Return an account that says itself when it came and left."""
    return {
        "source_id": account,
        "account": f"Account {account}",
        "acquired_on": day(start) if start else None,
        "churned_on": day(end) if end else None,
    } | more


def test_an_account_without_subscriptions_lives_from_acquisition_to_churn(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    accounts = [
        known("A", "2024-03-01"),
        known("B", "01-10", "02-10"),
        known("C", None),
        known("D", "03-01", "03-01"),
        known("E", "05-01", "2025-12-31"),
        known("F", "2025-07-01"),
        known("G", "01-10", is_customer=False),
        known("H", "01-10", is_deleted=True),
    ]
    sync_rows(database, tmp_path, {"account": accounts})
    assert rows(SPANS) == [
        ("A", "2024-03-01", None, "new"),
        ("B", "2025-01-10", "2025-02-10", "new"),
        ("E", "2025-05-01", None, "new"),
    ]


def test_an_account_with_subscriptions_lives_while_one_is_paid_for(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    items = [
        paying("A", "01-01", "02-01"),
        paying("A", "02-01", "03-01"),
        paying("A", "04-01", "05-01"),
        paying("A", "04-10", "04-20"),
        paying("B", "01-01", trial_end=day("01-15"), subscription_status="trialing"),
        paying("C", "01-01", subscription_status="trialing"),
        paying("D", "01-01", valid_to=day("02-01")),
        paying("D", "02-01", valid_to=day("03-01"), subscription_status="paused"),
        paying("D", "03-01"),
        paying("E", "01-01", "2025-12-01"),
        paying("F", "01-01", discount_original=100, discount_kind="percent"),
    ]
    sync_rows(database, tmp_path, {"account": [known("A", "2024-01-01")], "subscription_item": items})
    assert rows(SPANS) == [
        ("A", "2025-01-01", "2025-03-01", "new"),
        ("A", "2025-04-01", "2025-05-01", "reactivated"),
        ("B", "2025-01-15", None, "new"),
        ("D", "2025-01-01", "2025-02-01", "new"),
        ("D", "2025-03-01", None, "reactivated"),
        ("E", "2025-01-01", None, "new"),
        ("F", "2025-01-01", None, "new"),
    ]


def test_the_end_of_a_span_says_why_and_after_how_long(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    items = [
        paying("A", "01-01", "02-01", cancel_reason="price"),
        paying("A", "03-01", "04-01"),
        paying("B", "01-01"),
    ]
    accounts = [known("A", "2024-02-01", churn_reason="closed down", acquired_paid=True), known("B", "01-01")]
    answers = [
        {"kind": "nps", "account_id": "A", "raw_value": 3, "responded_at": "2025-01-20 10:00:00"},
        {"kind": "nps", "account_id": "A", "raw_value": 9, "responded_at": "2025-03-20 10:00:00"},
    ]
    shared = {"is_completed": True, "is_primary": True, "scale_min": 0, "scale_max": 10, "higher_is_better": True}
    sync_rows(
        database,
        tmp_path,
        {"account": accounts, "subscription_item": items, "survey_response": [one | shared for one in answers]},
    )
    found = rows(
        """select account_id, started_on::varchar, churn_reason, round(churned_tenure_months, 2), churned_nps,
                  acquired_paid, acquired_on::varchar, account
           from normalised.account_span order by 1, 2"""
    )
    months = (date(2025, 1, 31) - date(2024, 2, 1)).days / (365.25 / 12)
    later = (date(2025, 3, 31) - date(2024, 2, 1)).days / (365.25 / 12)
    assert found == [
        ("A", "2025-01-01", "price", round(months, 2), 3.0, True, "2024-02-01", "Account A"),
        ("A", "2025-03-01", "closed down", round(later, 2), 9.0, True, "2024-02-01", "Account A"),
        ("B", "2025-01-01", None, None, None, None, "2025-01-01", "Account B"),
    ]


def counts(rows: Rows, grain: str, start: str) -> tuple[object, ...]:
    """Return accounts at start, at end, at both, and spans that start as new, as reactivated, and that end."""
    (stock,) = rows(
        f"""select count_if(is_active_start), count_if(is_active_end), count_if(is_active_start and is_active_end)
            from normalised.account_period where period_grain = '{grain}' and period_start = '{start}'"""
    )
    (flow,) = rows(
        f"""with bounds as (select date '{start}' as opens, date '{start}' + interval 1 {grain} as closes)
            select count_if(started_on >= opens and started_on < closes and start_kind = 'new'),
                   count_if(started_on >= opens and started_on < closes and start_kind = 'reactivated'),
                   count_if(ended_on >= opens and ended_on < closes)
            from normalised.account_span, bounds"""
    )
    return (*stock, *flow)


def test_retention_of_an_account_won_and_lost_in_one_period_c9(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    accounts = [known(f"s{number}", "2024-01-01", "03-20" if number < 25 else None) for number in range(100)]
    accounts += [known(f"n{number}", "03-05", "03-25" if number < 5 else None) for number in range(15)]
    sync_rows(database, tmp_path, {"account": accounts})
    assert counts(rows, "month", "2025-03-01") == (100, 85, 75, 15, 0, 30)


def test_reactivation_in_the_period_v5(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    items = [paying(f"s{number}", "2024-02-01") for number in range(1, 100)]
    items += [paying("s0", "2024-02-01", "03-10"), paying("s0", "03-20")]
    items += [paying("lost", "2024-02-01", "2024-09-01"), paying("lost", "03-12")]
    items += [paying(f"n{number}", "03-15") for number in range(3)]
    sync_rows(database, tmp_path, {"subscription_item": items})
    assert counts(rows, "month", "2025-03-01") == (100, 104, 100, 3, 2, 1)


def test_account_months_v12(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    accounts = [known(f"a{number}", "2024-06-01") for number in range(100)]
    sync_rows(database, tmp_path, {"account": accounts})
    january = (
        "select sum(month_share) from normalised.account_day where active_on between '2025-01-01' and '2025-01-31'"
    )
    assert rows(january)[0][0] == pytest.approx(100)
    accounts += [known(f"b{number}", "01-17") for number in range(20)]
    sync_rows(database, tmp_path, {"account": accounts})
    (months,) = rows(january)[0]
    assert isinstance(months, float)
    assert round(months, 2) == 109.68
    assert round(10_000 / months, 2) == 91.18
    assert rows("select max(active_on)::varchar from normalised.account_day") == [("2025-06-15",)]


def test_cohorts_v4(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    items = [
        paying("A", "01-05", "01-20"),
        paying("B", "01-05", "02-20"),
        paying("C", "01-05", valid_to=day("02-10")),
        paying("C", "02-10", unit_amount_original=15_000),
        paying("D", "01-05"),
    ]
    sync_rows(database, tmp_path, {"subscription_item": items}, now=datetime(2025, 3, 10, tzinfo=UTC))
    found = rows(
        """select months_since_start, cohort_month::varchar, count(*), count_if(is_active), sum(mrr_first), sum(mrr)
           from normalised.account_cohort_month group by all order by all"""
    )
    assert found == [
        (0, "2025-01-01", 4, 3, 40_000, 30_000),
        (1, "2025-01-01", 4, 2, 40_000, 25_000),
    ]


def test_periods_follow_the_calendar_and_the_running_one_is_looked_at_today(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    sync_rows(database, tmp_path, {"account": [known("A", "06-11", "06-13")]})
    assert rows(
        """select period_grain, period_start::varchar, period_end::varchar, is_active_start, is_active_end,
                  is_active_any, mrr_start, mrr_end
           from normalised.account_period order by 1"""
    ) == [
        ("month", "2025-06-01", "2025-06-30", False, False, True, None, None),
        ("quarter", "2025-04-01", "2025-06-30", False, False, True, None, None),
        ("week", "2025-06-09", "2025-06-15", False, False, True, None, None),
        ("year", "2025-01-01", "2025-12-31", False, False, True, None, None),
    ]


def test_random_spans_never_overlap_and_cover_exactly_the_paid_days(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    chance, first, today = Random(7), date(2024, 5, 1), date(2025, 6, 15)
    times = [
        (f"a{chance.randrange(80)}", chance.randrange(430), chance.choice([None, *range(0, 90, 3)])) for _ in range(300)
    ]
    items = [
        paying(account, str(first + timedelta(start)))
        | {"ended_on": None if length is None else first + timedelta(start + length)}
        for account, start, length in times
    ]
    sync_rows(database, tmp_path, {"subscription_item": items})
    wanted = {
        (account, first + timedelta(number))
        for account, start, length in times
        for number in range(start, start + (length if length is not None else 1_000))
        if first + timedelta(number) <= today
    }
    found = rows("select account_id, active_on from normalised.account_day")
    assert len(found) == len(set(found))
    assert set(found) == wanted
    spans = rows("select account_id, started_on, ended_on from normalised.account_span order by 1, 2")
    for (account, _, end), (other, start, _) in pairwise(spans):
        assert account != other or (isinstance(end, date) and isinstance(start, date) and end < start)
    full_months = rows(
        """select account_id, date_trunc('month', active_on), sum(month_share) from normalised.account_day
           group by all having count(*) = day(last_day(any_value(active_on)))"""
    )
    assert full_months
    assert all(share == pytest.approx(1) for _, _, share in full_months)


def test_the_same_again_moves_nothing(warehouse: Warehouse, database: WorkspaceDatabase, tmp_path: Path) -> None:
    tables = {"account": [known("A", "2024-01-01")], "subscription_item": [paying("A", "01-01")]}
    sync_rows(database, tmp_path, tables)
    version = database.data_version()
    sync_rows(database, tmp_path, tables)
    assert database.data_version() == version
    assert warehouse.slugs() == ["main"]
