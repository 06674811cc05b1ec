"""Recurring revenue: what an item brings in a month, its versions, and why revenue moved."""

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, Fields, day, sync_rows
from warehouse import ClientAccount, WorkspaceDatabase

VERSIONS = "select valid_from::varchar, valid_to::varchar, mrr_original, mrr from normalised.subscription order by 1"


def item(account: str = "A", **more: object) -> Fields:
    """Return an item of 50.00 a month from January on."""
    return {
        "account_id": account,
        "valid_from": day("01-01"),
        "unit_amount_original": 5_000,
        "billing_interval": "month",
        "currency_original": "EUR",
    } | more


# The vector, and what leaves a value unknown.
PRICES: list[tuple[Fields, float | None]] = [
    ({"unit_amount_original": 1_200, "billing_interval": "week"}, 5_200),
    ({"unit_amount_original": 2_600, "billing_interval": "week", "interval_count": 2}, 5_633),
    ({"unit_amount_original": 120_000, "billing_interval": "year", "quantity": 3}, 30_000),
    ({"unit_amount_original": 9_000, "interval_count": 3}, 3_000),
    ({"discount_original": 20, "discount_kind": "percent", "discount_duration": "forever"}, 4_000),
    (
        {"unit_amount_original": 120_000, "billing_interval": "year", "discount_original": 12_000,
         "discount_kind": "fixed", "discount_duration": "forever"},
        9_000,
    ),
    ({"discount_original": 50, "discount_kind": "percent", "discount_duration": "once"}, 5_000),
    ({"discount_original": 20, "discount_kind": "percent", "discount_duration": "repeating"}, 4_000),
    ({"discount_original": 9_900, "discount_kind": "fixed"}, 0),
    ({"unit_amount_original": 100, "billing_interval": "day"}, 3_042),
    ({"is_metered": True}, 0),
    ({"subscription_status": "incomplete"}, 0),
    ({"subscription_status": "paused"}, 0),
    ({"subscription_status": "unpaid"}, 0),
    ({"subscription_status": "ended"}, 0),
    ({"subscription_status": "past_due"}, 5_000),
    ({"subscription_status": "trialing"}, 0),
    ({"billing_interval": "fortnight"}, None),
    ({"unit_amount_original": None}, None),
    ({"discount_original": 20, "discount_kind": "points"}, None),
]  # fmt: skip


def test_monthly_value_v1(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"subscription_item": [item() | price for price, _ in PRICES]})
    wanted = [value for _, value in PRICES]
    items = rows("select round(mrr_original) from normalised.subscription_item order by source_id::int")
    assert [value for (value,) in items] == wanted
    versions = rows(
        "select mrr_original, mrr, mrr_base from normalised.subscription order by subscription_item_id::int"
    )
    assert versions == [(value, value, value) for value in wanted]


def test_a_trial_is_worth_nothing_until_its_end_v1(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(
        database,
        tmp_path,
        {"subscription_item": [item(valid_from=day("03-01"), trial_end=day("03-15"), subscription_status="trialing")]},
    )
    assert rows(VERSIONS) == [("2025-03-01", "2025-03-15", 0, 0), ("2025-03-15", None, 5_000, 5_000)]


def test_a_version_ends_with_its_discount_and_with_the_subscription(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    half: Fields = {"discount_original": 50, "discount_kind": "percent", "discount_duration": "repeating"}
    sync_rows(
        database,
        tmp_path,
        {"subscription_item": [item(discount_ends_on=day("03-01"), ended_on=day("05-01")) | half]},
    )
    assert rows(VERSIONS) == [
        ("2025-01-01", "2025-03-01", 2_500, 2_500),
        ("2025-03-01", "2025-05-01", 5_000, 5_000),
        ("2025-05-01", None, 0, 0),
    ]


def test_what_has_not_begun_or_lasts_no_day_is_no_version(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    items = [
        item(valid_from=day("07-01")),
        item(valid_from=day("03-01"), valid_to=day("03-01")),
        item(is_deleted=True),
        item(valid_from=day("04-01")),
    ]
    sync_rows(database, tmp_path, {"subscription_item": items})
    assert rows(VERSIONS) == [("2025-04-01", None, 5_000, 5_000)]


AMOUNTS = ("new", "expansion", "contraction", "churn", "reactivation", "fx_effect")


def movements(rows: Rows, month: str, suffix: str = "") -> tuple[object, ...]:
    """Return start, the movements and end of a month."""
    listed = ", ".join(f"sum({name}{suffix})" for name in ("mrr_start", *(f"{a}_amount" for a in AMOUNTS), "mrr_end"))
    return rows(f"select {listed} from normalised.mrr_movement where month_start = '{month}'")[0]


V3 = [
    item("A", valid_from=day("2024-11-01"), valid_to=day("01-10"), unit_amount_original=10_000),
    item("A", valid_from=day("01-10"), valid_to=day("02-10"), unit_amount_original=15_000),
    item("A", valid_from=day("02-10"), unit_amount_original=9_000),
    item("B", valid_from=day("2024-11-01"), valid_to=day("01-20"), unit_amount_original=20_000),
    item("B", valid_from=day("01-20"), unit_amount_original=12_000),
    item("C", valid_from=day("2024-11-01"), ended_on=day("01-15"), unit_amount_original=30_000),
    item("D", valid_from=day("01-05"), ended_on=day("02-15"), unit_amount_original=8_000),
    item("F", valid_from=day("2024-06-01"), ended_on=day("2024-09-01"), unit_amount_original=7_000),
    item("F", valid_from=day("01-25"), unit_amount_original=5_000),
]


def retained(rows: Rows, month: str) -> tuple[float, float]:
    """Return net and gross revenue retention of a month in percent."""
    (found,) = rows(
        f"""select 100 * sum(mrr_end_same_fx) filter (mrr_start > 0) / sum(mrr_start),
                  100 * sum(least(mrr_start, mrr_end_same_fx)) / sum(mrr_start)
           from normalised.account_period where period_grain = 'month' and period_start = '{month}'"""
    )
    net, gross = found
    assert isinstance(net, float)
    assert isinstance(gross, float)
    return round(net, 2), round(gross, 2)


def test_movements_and_retention_v3(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"subscription_item": V3})
    assert movements(rows, "2025-01-01") == (60_000, 8_000, 5_000, 8_000, 30_000, 5_000, 0, 40_000)
    assert movements(rows, "2025-02-01") == (40_000, 0, 0, 6_000, 8_000, 0, 0, 26_000)
    assert retained(rows, "2025-01-01") == (45.0, 36.67)
    (quick,) = rows(
        """select round(sum(new_amount + expansion_amount) / sum(contraction_amount + churn_amount), 3)
           from normalised.mrr_movement where month_start = '2025-01-01'"""
    )
    assert quick == (0.342,)
    # Both months as one range follow the accounts of its start: movements added up would say something else.
    (both,) = rows(
        """with start as (select account_id, mrr from normalised.subscription
                          where valid_from < '2025-01-01' and coalesce(valid_to >= '2025-01-01', true) and mrr > 0),
                closing as (select account_id, mrr from normalised.subscription
                            where valid_from <= '2025-02-28' and (valid_to is null or valid_to > '2025-02-28'))
           select 100 * sum(coalesce(closing.mrr, 0)) / sum(start.mrr),
                  100 * sum(least(start.mrr, coalesce(closing.mrr, 0))) / sum(start.mrr)
           from start left join closing using (account_id)"""
    )
    assert both == (pytest.approx(35), pytest.approx(35))


def test_the_movements_of_a_month_without_any_are_zero(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    sync_rows(database, tmp_path, {"subscription_item": [item()]})
    assert movements(rows, "2025-03-01") == (5_000, 0, 0, 0, 0, 0, 0, 5_000)
    assert rows("select min(month_start)::varchar, max(month_start)::varchar from normalised.mrr_movement") == [
        ("2025-01-01", "2025-06-01")
    ]


def rates(database: WorkspaceDatabase, folder: Path, *lines: str) -> None:
    """Load exchange rates of the euro."""
    path = folder / "rates.csv"
    path.write_text("date,base,currency,rate\n" + "".join(f"{line}\n" for line in lines))
    database.import_rates(path)


def test_rates_move_only_the_exchange_rate_effect(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    database.put_client_accounts([CLIENT])
    rates(
        database, tmp_path,
        "2025-01-01,USD,EUR,0.90", "2025-02-01,USD,EUR,0.80", "2025-03-01,USD,EUR,0.80", "2025-03-10,USD,EUR,0.10",
    )  # fmt: skip
    dollars = [
        item(valid_to=day("02-10"), currency_original="USD", unit_amount_original=10_000),
        item(valid_from=day("02-10"), currency_original="USD", unit_amount_original=12_000),
    ]
    sync_rows(database, tmp_path, {"subscription_item": dollars})
    assert rows(VERSIONS)[:5] == [
        ("2025-01-01", "2025-02-01", 10_000, 9_000),
        ("2025-02-01", "2025-02-10", 10_000, 8_000),
        ("2025-02-10", "2025-03-01", 12_000, 9_600),
        ("2025-03-01", "2025-04-01", 12_000, 9_600),
        ("2025-04-01", "2025-05-01", 12_000, None),
    ]
    assert movements(rows, "2025-01-01") == (0, 9_000, 0, 0, 0, 0, 0, 9_000)
    # 20 dollars more at 0.90 are 18 euros; that the dollar fell costs 12.
    assert movements(rows, "2025-02-01") == (9_000, 0, 1_800, 0, 0, 0, -1_200, 9_600)
    assert movements(rows, "2025-03-01") == (9_600, 0, 0, 0, 0, 0, 0, 9_600)
    # Without a rate the value is not known, which is no churn.
    assert movements(rows, "2025-04-01") == (9_600, 0, 0, 0, 0, 0, -9_600, 0)
    assert rows(
        "select fx_rate, fx_base_rate, fx_date::varchar from normalised.subscription order by valid_from limit 1"
    ) == [(0.9, 0.9, "2025-01-01")]


def test_each_client_account_has_its_own_currency_beside_the_workspaces(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    client = ClientAccount("c1", "one", "One", report_currency="USD")
    database.put_client_accounts([client], base_currency="EUR")
    rates(database, tmp_path, *(f"2025-0{month}-01,USD,EUR,0.5" for month in range(1, 7)))
    sync_rows(
        database,
        tmp_path,
        {"subscription_item": [item(currency_original="USD", ended_on=day("04-01"))]},
        clients=(client,),
    )
    assert movements(rows, "2025-01-01") == (0, 5_000, 0, 0, 0, 0, 0, 5_000)
    assert movements(rows, "2025-01-01", "_base") == (0, 2_500, 0, 0, 0, 0, 0, 2_500)
    assert movements(rows, "2025-04-01", "_base") == (2_500, 0, 0, 0, 2_500, 0, 0, 0)


def test_random_movements_add_up(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    chance = Random(11)
    items = []
    for _ in range(250):
        start = day("2024-06-01").toordinal() + chance.randrange(380)
        length = chance.choice([None, 5, 31, 60, 200])
        items.append(
            item(f"a{chance.randrange(60)}", valid_from=day("2024-06-01").fromordinal(start),
                 ended_on=None if length is None else day("2024-06-01").fromordinal(start + length),
                 unit_amount_original=chance.randrange(0, 9_000, 7),
                 billing_interval=chance.choice(["day", "week", "month", "year"]))
        )  # fmt: skip
    sync_rows(database, tmp_path, {"subscription_item": items})
    wrong = rows(
        """select * from normalised.mrr_movement
           where mrr_start + new_amount + expansion_amount + reactivation_amount + fx_effect_amount
                 - contraction_amount - churn_amount <> mrr_end"""
    )
    assert wrong == []
    months = rows("select month_start, sum(mrr_start), sum(mrr_end) from normalised.mrr_movement group by 1 order by 1")
    assert len(months) > 6
    for month, _, end in months[:-1]:
        (expected,) = rows(
            f"""select sum(mrr) from normalised.subscription
                where valid_from <= last_day(date '{month}')
                  and (valid_to is null or valid_to > last_day(date '{month}'))"""
        )
        assert (end,) == expected
    for (_, _, end), (_, opened, _) in pairwise(months):
        assert end == opened
    won = "select account_id, count_if(new_amount > 0) as times from normalised.mrr_movement group by 1"
    assert rows(f"select max(times) from ({won})") == [(1,)]
