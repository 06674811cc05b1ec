"""Invoices, payments and what is open day by day; costs spread over their days."""

from pathlib import Path

from tests.warehouse.conftest import Rows
from tests.warehouse.rows_source import CLIENT, Fields, day, sync_rows
from warehouse import WorkspaceDatabase

OPEN = "select snapshot_on::varchar, amount_due from normalised.invoice_balance_day where invoice_id = '{}' order by 1"


def invoice(number: str, **more: object) -> Fields:
    """Return an invoice of 100.00 and 20.00 tax."""
    return {
        "source_id": number,
        "account_id": "A",
        "issued_on": day("05-01"),
        "due_on": day("05-31"),
        "subtotal_original": 10_000,
        "tax_original": 2_000,
        "total_original": 12_000,
        "currency_original": "EUR",
        "invoice_status": "open",
    } | more


def payment(invoice_id: str, on: str, amount: int, **more: object) -> Fields:
    """Return a payment that succeeded."""
    return {
        "invoice_id": invoice_id,
        "paid_at": f"{day(on)} 10:00:00",
        "amount_original": amount,
        "currency_original": "EUR",
        "kind": "payment",
        "payment_status": "succeeded",
    } | more


def test_invoices_and_payments_are_judged_at_load(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    invoices = [
        invoice("paid", paid_on=day("05-11"), invoice_status="paid", discount_original=1_000),
        invoice("draft", invoice_status="draft"),
        invoice("void", invoice_status="void"),
        invoice("bill", kind="bill"),
        invoice("credit", kind="credit_note", due_on=None),
        invoice("bare", total_original=None, invoice_status=None),
    ]
    payments = [
        payment("paid", "05-11", 12_000),
        payment("paid", "05-12", 1_200, kind="refund"),
        payment("paid", "05-12", 1_200, kind="refund", has_credit_note=True),
        payment("paid", "05-13", 1_200, payment_status="failed"),
        payment("gone", "05-13", 700, kind="chargeback", payment_status=None),
        payment("paid", "05-14", 600, kind=None, payment_status=None, amount_without_tax_original=600),
    ]
    accounts = [{"source_id": "A", "account": "Acme", "segment": "Large"}]
    sync_rows(database, tmp_path, {"account": accounts, "invoice": invoices, "payment": payments})
    assert rows(
        """select source_id, kind, days_to_pay, payment_terms_days, is_counted, net_credit, total, segment
           from normalised.invoice order by source_id"""
    ) == [
        ("bare", "invoice", None, 30.0, True, 10_000, 12_000, "Large"),
        ("bill", "bill", None, 30.0, False, 10_000, 12_000, "Large"),
        ("credit", "credit_note", None, None, True, 10_000, 12_000, "Large"),
        ("draft", "invoice", None, 30.0, False, 10_000, 12_000, "Large"),
        ("paid", "invoice", 10.0, 30.0, True, 9_000, 12_000, "Large"),
        ("void", "invoice", None, 30.0, False, 10_000, 12_000, "Large"),
    ]
    assert rows(
        """select kind, is_collected, is_refund, amount_without_tax, account_id, paid_on::varchar
           from normalised.payment order by source_id::int"""
    ) == [
        ("payment", True, False, 10_000, "A", "2025-05-11"),
        ("refund", False, True, 1_000, "A", "2025-05-12"),
        ("refund", False, False, 1_000, "A", "2025-05-12"),
        ("payment", False, False, 1_000, "A", "2025-05-13"),
        ("chargeback", False, True, None, None, "2025-05-13"),
        ("payment", True, False, 600, "A", "2025-05-14"),
    ]


def test_an_invoice_is_open_until_it_is_paid(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    invoices = [
        invoice("settled", issued_on=day("06-01"), paid_on=day("06-03")),
        invoice("parts", issued_on=day("06-10")),
        invoice("whole", issued_on=day("06-10")),
        invoice("same day", issued_on=day("06-10"), paid_on=day("06-10")),
        invoice("said", issued_on=day("06-14"), amount_paid_original=2_000),
        invoice("when", issued_on=day("06-10"), invoice_status="paid"),
        invoice("lost", issued_on=day("06-10"), invoice_status="uncollectible"),
        invoice("credit", issued_on=day("06-10"), kind="credit_note"),
        invoice("later", issued_on=day("06-20")),
    ]
    payments = [
        payment("parts", "06-12", 5_000),
        payment("parts", "06-12", 1_000),
        payment("parts", "06-13", 9_000, payment_status="failed"),
        payment("parts", "06-14", 3_000),
        payment("whole", "06-11", 12_000),
    ]
    sync_rows(database, tmp_path, {"invoice": invoices, "payment": payments})
    assert rows(OPEN.format("settled")) == [("2025-06-01", 12_000), ("2025-06-02", 12_000)]
    assert rows(OPEN.format("parts")) == [
        ("2025-06-10", 12_000), ("2025-06-11", 12_000), ("2025-06-12", 6_000),
        ("2025-06-13", 6_000), ("2025-06-14", 3_000), ("2025-06-15", 3_000),
    ]  # fmt: skip
    assert rows(OPEN.format("whole")) == [("2025-06-10", 12_000)]
    assert rows(OPEN.format("said")) == [("2025-06-14", 10_000), ("2025-06-15", 10_000)]
    listed = rows("select distinct invoice_id from normalised.invoice_balance_day order by 1")
    assert [name for (name,) in listed] == ["parts", "said", "settled", "whole"]


OVERDUE: list[tuple[str | None, int, str]] = [
    (None, 0, "not due"),
    ("2025-06-20", 0, "not due"),
    ("2025-06-15", 0, "not due"),
    ("2025-06-14", 1, "1–30"),
    ("2025-05-16", 30, "1–30"),
    ("2025-05-15", 31, "31–60"),
    ("2025-04-16", 60, "31–60"),
    ("2025-04-15", 61, "61–90"),
    ("2025-03-17", 90, "61–90"),
    ("2025-03-16", 91, "over 90 days"),
]


def test_how_long_an_amount_is_overdue(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    invoices = [invoice(str(n), issued_on=day("03-01"), due_on=due) for n, (due, _, _) in enumerate(OVERDUE)]
    sync_rows(database, tmp_path, {"invoice": invoices})
    assert rows(
        """select days_overdue, is_overdue, aging_bucket, amount_due, overdue_amount, overdue_amount_base
           from normalised.invoice_balance_day where snapshot_on = '2025-06-15' order by invoice_id::int"""
    ) == [(days, days > 0, bucket, 12_000, *([12_000 if days else 0] * 2)) for _, days, bucket in OVERDUE]


def test_amounts_without_a_rate_are_left_out_and_counted_v8(
    database: WorkspaceDatabase, tmp_path: Path, rows: Rows
) -> None:
    database.put_client_accounts([CLIENT])
    path = tmp_path / "rates.csv"
    path.write_text("date,base,currency,rate\n2025-05-01,USD,EUR,0.90\n")
    database.import_rates(path)
    plain = {"subtotal_original": 10_000, "total_original": 10_000, "tax_original": None, "due_on": None}
    sync_rows(
        database,
        tmp_path,
        {"invoice": [invoice(code, **plain, currency_original=code) for code in ("EUR", "USD", "XCD")]},
    )
    assert rows(
        """select sum(total), count(*), count(total), sum(total) / count(total),
                  count_if(total_original > 0 and total is null)
           from normalised.invoice where is_counted"""
    ) == [(19_000, 3, 2, 9_500.0, 1)]
    assert rows(
        "select invoice_id, amount_due from normalised.invoice_balance_day where snapshot_on = '2025-06-15' order by 1"
    ) == [("EUR", 10_000), ("USD", 9_000), ("XCD", None)]
