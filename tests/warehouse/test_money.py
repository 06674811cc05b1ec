"""Amounts in other currencies: which rate is taken, how it is rounded, and what a later rate changes."""

import json
from pathlib import Path

import pytest

from tests.warehouse.conftest import ATHENS, Load, Rows
from tests.warehouse.rate_texts import bank_xml, rates_csv
from tests.warehouse.test_rates import load_rates
from tests.warehouse.test_sync import ListSource, record
from warehouse import ClientAccount, SyncOptions, WorkspaceDatabase, WorkspaceSettings, run_sync

MAPPING = """
entity: invoice
source: books
key: [id]
columns: {source_id: id, issued_on: day, subtotal_original: amount, total_original: total, currency_original: currency}
"""

Invoice = tuple[str, str | float, str | None]


def invoices(*given: Invoice) -> str:
    """Return invoices as NDJSON: day, total and currency."""
    return "".join(
        json.dumps({"id": number, "day": day, "amount": str(total), "total": str(total), "currency": currency}) + "\n"
        for number, (day, total, currency) in enumerate(given, start=1)
    )


TOTALS = "select total from normalised.invoice order by source_id::integer"


def totals(rows: Rows) -> list[object]:
    return [row[0] for row in rows(TOTALS)]


def test_a_missing_rate_vector_v8(load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path) -> None:
    load_rates(database, tmp_path, rates_csv(("2026-03-02", "USD", "EUR", "0.90")))
    report = load(
        invoices(("2026-03-02", "100.00", "EUR"), ("2026-03-02", "100.00", "USD"), ("2026-03-02", "100.00", "XCD")),
        MAPPING,
        name="t.ndjson",
    )
    assert report.fx_missing == 1
    assert rows("select sum(total), count(*), count(total), avg(total) from normalised.invoice") == [
        (19_000, 3, 2, 9_500.0)
    ]
    assert rows(
        """select currency_original, total_original, total, total_base, fx_rate, fx_date::varchar, fx_method
           from normalised.invoice order by source_id"""
    ) == [
        ("EUR", 10_000, 10_000, 10_000, 1.0, "2026-03-02", "same_currency"),
        ("USD", 10_000, 9_000, 9_000, 0.9, "2026-03-02", "transaction_date"),
        ("XCD", 10_000, None, None, None, None, None),
    ]


def test_the_last_rate_holds_for_seven_days(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path
) -> None:
    load_rates(database, tmp_path, rates_csv(("2026-03-02", "USD", "EUR", "0.9"), ("2026-03-05", "USD", "EUR", "0.8")))
    days = ("2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05", "2026-03-12", "2026-03-13")
    load(invoices(*((day, "1.00", "USD") for day in days)), MAPPING, name="t.ndjson")
    assert totals(rows) == [None, 90, 90, 80, 80, None]
    assert rows("select fx_date::varchar from normalised.invoice where issued_on = '2026-03-12'") == [("2026-03-05",)]


@pytest.mark.parametrize(
    ("currency", "amount", "minor", "into", "converted"),
    [
        ("JPY", "1000", 1_000, "EUR", 625),  # 160 yen for a euro
        ("KWD", "1.000", 1_000, "EUR", 300),  # a third of a dinar for a euro
        ("EUR", "1.00", 100, "JPY", 160),
        ("EUR", "3.00", 300, "KWD", 1_000),
        ("JPY", "480", 480, "KWD", 1_000),  # through the euro
        ("USD", "0.50", 50, "EUR", 21),  # 20.5 cents: half away from zero
        ("USD", "0.10", 10, "EUR", 4),  # 4.1
    ],
)
def test_minor_units_and_rounding(
    database: WorkspaceDatabase,
    load: Load,
    rows: Rows,
    tmp_path: Path,
    currency: str,
    amount: str,
    minor: int,
    into: str,
    converted: int,
) -> None:
    rates = (("EUR", "JPY", "160"), ("KWD", "EUR", "3"), ("USD", "EUR", "0.41"))
    load_rates(database, tmp_path, rates_csv(*(("2026-03-02", *rate) for rate in rates)))
    client = ClientAccount("c", "c", "C", report_currency=into)
    load(invoices(("2026-03-02", amount, currency)), MAPPING, name="t.ndjson", client=client)
    assert rows("select total_original, total from normalised.invoice") == [(minor, converted)]


def test_a_refund_is_rounded_away_from_zero_too(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path
) -> None:
    load_rates(database, tmp_path, rates_csv(("2026-03-02", "USD", "EUR", "0.41")))
    load(invoices(("2026-03-02", "-0.50", "USD")), MAPPING, name="t.ndjson")
    assert totals(rows) in ([-21], [None])  # an entity may refuse amounts below zero


def test_rates_that_come_later_fill_what_was_missing(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path
) -> None:
    load(invoices(("2026-03-02", "10", "USD"), ("2026-03-02", "10", None)), MAPPING, name="t.ndjson")
    assert totals(rows) == [None, 1_000]
    version = database.data_version()

    report = load_rates(database, tmp_path, rates_csv(("2026-03-02", "EUR", "USD", "1.25")))

    assert (report.rows_converted, report.rows_without_rate) == (1, 0)
    assert totals(rows) == [800, 1_000]
    assert database.data_version() > version
    later = load_rates(database, tmp_path, rates_csv(("2026-03-03", "EUR", "USD", "2")))
    assert (later.rows_converted, totals(rows)) == (0, [800, 1_000])


def test_two_lists_with_bases_of_their_own(load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path) -> None:
    rates = (("2026-03-02", "EUR", "USD", "2"), ("2026-03-02", "GBP", "USD", "3"), ("2026-03-02", "GBP", "EUR", "1.4"))
    load_rates(database, tmp_path, rates_csv(*rates))
    load(invoices(("2026-03-02", "10", "GBP"), ("2026-03-02", "10", "USD")), MAPPING, name="t.ndjson")
    # What names the euro itself is nearer than what must be crossed.
    assert totals(rows) == [1_400, 500]


MARCH = {"2026-03-02": "1.0", "2026-03-16": "2.0", "2026-03-30": "4.0", "2026-04-01": "8.0", "2026-04-02": "5.0"}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("transaction_date", [800, 200, None, 160]),
        # (1/1 + 1/2 + 1/4) / 3 in March, (1/8 + 1/5) / 2 in April, which has not ended.
        ("month_average", [467, 467, 467, 130]),
        ("period_end", [200, 200, 200, 160]),
        # Without a list of its own, the first rate ever known.
        ("fixed", [800, 800, 800, 800]),
    ],
)
def test_the_four_methods(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path, method: str, expected: list[int | None]
) -> None:
    load_rates(database, tmp_path, bank_xml({day: {"USD": rate} for day, rate in MARCH.items()}))
    put(database, WorkspaceSettings(fx_method=method))
    days = ("2026-03-02", "2026-03-30", "2026-03-25", "2026-04-05")
    load(invoices(*((day, "8", "USD") for day in days)), MAPPING, name="t.ndjson")
    assert totals(rows) == expected
    used = {row[0] for row in rows("select fx_method from normalised.invoice where total is not null")}
    assert used == {method}


def test_a_list_of_fixed_rates_holds_until_the_next(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path
) -> None:
    load_rates(database, tmp_path, bank_xml({"2026-03-02": {"USD": "1.0"}}))
    fixed = (("2025-01-01", "USD", "EUR", "0.5"), ("2026-01-01", "USD", "EUR", "0.25"))
    load_rates(database, tmp_path, rates_csv(*fixed), provider="fixed")
    days = ("2024-06-01", "2025-12-31", "2026-01-01", "2026-03-02")
    load(invoices(*((day, "8", "USD") for day in days)), MAPPING, name="t.ndjson")
    assert totals(rows) == [None, None, None, 800]
    put(database, WorkspaceSettings(fx_method="fixed"))
    assert totals(rows) == [400, 400, 200, 200]


def test_another_currency_of_workspace_and_client(
    load: Load, rows: Rows, database: WorkspaceDatabase, tmp_path: Path
) -> None:
    load_rates(database, tmp_path, bank_xml({"2026-03-02": {"USD": "2", "GBP": "0.5"}}))
    load(invoices(("2026-03-02", "8", "USD"), ("2026-03-02", "8", None)), MAPPING, name="t.ndjson")
    both = "select total, total_base from normalised.invoice order by source_id"
    assert rows(both) == [(400, 400), (800, 800)]
    put(database, WorkspaceSettings(base_currency="USD"))
    assert rows(both) == [(400, 800), (800, 1_600)]
    pounds = ClientAccount(ATHENS.id, "athens", "Athens Client", timezone=ATHENS.timezone, report_currency="GBP")
    database.put_settings(WorkspaceSettings(base_currency="USD"), [pounds], ())
    # What named no currency was in the currency of its day, and stays so.
    assert rows(both) == [(200, 800), (400, 1_600)]


def test_daily_rates_have_no_row_without_a_rate(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    load_rates(database, tmp_path, bank_xml({"2026-03-02": {"USD": "2"}}))
    assert rows(
        """select currency_from, currency_to, count(*), min(day)::varchar, max(day)::varchar, min(rate), max(rate)
           from normalised.fx_daily where method <> 'same_currency' group by all"""
    ) == [("USD", "EUR", 8, "2026-03-02", "2026-03-09", 0.5, 0.5)]
    assert rows("select distinct rate from normalised.fx_daily where currency_from = currency_to") == [(1.0,)]


def put(database: WorkspaceDatabase, settings: WorkspaceSettings) -> None:
    """Copy settings for the client account of these tests."""
    database.put_settings(settings, [ATHENS], ())


def test_a_sync_counts_the_rows_without_a_rate(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    (staging / "ticket.sql").write_text(
        "select _line, _key, _key as source_id, try_cast(created as timestamptz)::timestamp as created_at, "
        "100 as handle_cost_original, currency as currency_original from records"
    )
    records = [record(number, currency=code) for number, code in enumerate(("EUR", "USD", "USD"))]
    source = ListSource(staging, [records])
    (stream,) = run_sync(database, source, SyncOptions("k1", "List", (ATHENS,))).streams
    assert (stream.rows_new, stream.fx_missing) == (3, 2)
    report = load_rates(database, tmp_path, rates_csv(("2025-01-06", "EUR", "USD", "1.25")))
    assert (report.rows_converted, report.rows_without_rate) == (2, 0)
    assert rows("select sum(handle_cost), count(*) from normalised.ticket where fx_rate is not null") == [(260, 3)]
