"""Costs by day: spread over their days, with what was spent on advertising, and which of them won customers."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, Fields, day, sync_rows
from warehouse import WorkspaceDatabase
from warehouse.state import Settings, read_settings, write_settings


def cost(category: str, scope: str | None, amount: int = 31_000, **more: object) -> Fields:
    """Return a cost of May."""
    return {
        "starts_on": day("05-01"),
        "ends_on": day("05-31"),
        "cost_category": category,
        "cost_scope": scope,
        "amount_original": amount,
        "currency_original": "EUR",
    } | more


COSTS = [
    cost("salary", "sales"),
    cost("salary", "service"),
    cost("agency_fee", None, 6_200),
    cost("tools", "delivery", 1_000, ends_on=None, segment="Large", acquisition_channel="Fair"),
    cost("tools", "marketing", 100, starts_on=day("05-31"), ends_on=day("05-01")),
    cost("other", None, 777, is_deleted=True),
]


def spend(amount: int, channel: str | None) -> Fields:
    """Return what was spent on one day of May."""
    return {
        "performed_on": day("05-02"),
        "marketing_channel": channel,
        "spend_original": amount,
        "currency_original": "EUR",
    }


ADS = [spend(300, "Paid search"), spend(200, "Paid search"), spend(50, None)]
CAC = "select round(sum(amount))::int, count(*) from normalised.cost where is_in_cac"


def settle(database: WorkspaceDatabase, settings: Settings) -> None:
    """Write settings as the owner process does."""
    with database.writing() as cursor:
        write_settings(cursor, settings)


def test_costs_are_spread_over_their_days(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"cost_entry": COSTS, "ad_performance_day": ADS})
    assert rows(
        """select cost_category, cost_scope, count(*), sum(amount), min(cost_on)::varchar, max(cost_on)::varchar
           from normalised.cost group by all order by all"""
    ) == [
        ("ads", "marketing", 2, 550.0, "2025-05-02", "2025-05-02"),
        ("agency_fee", None, 31, pytest.approx(6_200), "2025-05-01", "2025-05-31"),
        ("salary", "sales", 31, pytest.approx(31_000), "2025-05-01", "2025-05-31"),
        ("salary", "service", 31, pytest.approx(31_000), "2025-05-01", "2025-05-31"),
        ("tools", "delivery", 1, 1_000.0, "2025-05-01", "2025-05-01"),
        ("tools", "marketing", 1, 100.0, "2025-05-31", "2025-05-31"),
    ]
    assert rows("select distinct amount from normalised.cost where cost_scope = 'service'") == [(1_000.0,)]
    assert rows(
        """select acquisition_channel, segment, amount from normalised.cost
           where cost_category in ('ads', 'tools') order by all"""
    ) == [("Fair", "Large", 1_000.0), ("Paid search", None, 500.0), (None, None, 50.0), (None, None, 100.0)]
    assert rows("select count_if(cac_on <> cost_on), any_value(client_account) from normalised.cost") == [(0, "One")]


def test_the_workspace_says_what_winning_customers_costs_and_when_it_works(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    tables = {"cost_entry": COSTS, "ad_performance_day": ADS}
    sync_rows(database, tmp_path, tables)
    assert rows(CAC) == [(31_000 + 6_200 + 100 + 550, 65)]
    with database.reading() as cursor:
        settings = read_settings(cursor)
    settle(database, replace(settings, cac_scope="ads_fees", cac_lag_days=30))
    sync_rows(database, tmp_path, tables)
    assert rows(CAC) == [(6_750, 33)]
    assert rows("select min(cac_on)::varchar, min(cost_on)::varchar from normalised.cost") == [
        ("2025-05-31", "2025-05-01")
    ]
    settle(database, replace(settings, cac_scope="ads"))
    sync_rows(database, tmp_path, tables)
    assert rows(CAC) == [(550, 2)]


def test_customer_acquisition_cost_v13(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    database.put_client_accounts([CLIENT])
    spent = cost("salary", "sales", 1_000_000, starts_on=day("05-01"), ends_on=None)
    sync_rows(database, tmp_path, {"cost_entry": [spent]})
    ratio = """select (select sum(amount) / 100 from normalised.cost where is_in_cac)
                      / nullif((select count(*) from normalised.account_span where start_kind = 'new'), 0)"""
    assert rows(ratio) == [(None,)]
    accounts = [{"source_id": f"a{number}", "acquired_on": day("05-05")} for number in range(200)]
    sync_rows(database, tmp_path, {"account": accounts, "cost_entry": [spent]})
    assert rows(ratio) == [(50.0,)]
