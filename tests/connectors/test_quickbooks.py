"""QuickBooks Online against a fake of it: the shared contract, then deletes, faults of both spellings and money."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import LinkedSource, MissingScopeError, StopError, TokenRevokedError, Totals, Window
from connectors.errors import PlanLimitError, SourceDownError, SourceError
from connectors.quickbooks import QuickBooksSource
from connectors.vendor import Answer, error_of
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Told
from tests.connectors.fakes.quickbooks import REALM, FakeQuickBooks, fault
from tests.connectors.reading import list_accounts, loaded, opened, read_all, records_of, stream_of


class TestQuickBooks(SourceContract):
    """What every source must do, in pages of 25."""

    source = "quickbooks"
    fake = FakeQuickBooks
    repeats = True
    expected: ClassVar = {
        "account": [
            {
                "source_id": "1",
                "account": "Site 1",
                "domain": "site1.example",
                "country": "Ireland",
                "city": "Sligo",
                "source_created_at": datetime.fromisoformat("2025-12-04T17:00"),
            },
            {"source_id": "9", "account": "Site 9", "is_listed": True},
            {"source_id": "10", "account": "Site 10", "domain": None, "city": None},
        ],
        "contact": [{"source_id": "1", "account_id": "1", "email": "office@site1.example"}],
        "invoice": [
            {
                "source_id": "1",
                "invoice_number": "IN-1",
                "kind": "invoice",
                "invoice_status": "paid",
                "account": "Site 2",
                "issued_on": date(2026, 1, 2),
                "due_on": date(2026, 2, 28),
                "paid_on": date(2026, 2, 2),
                "currency_original": "EUR",
                "subtotal": 10_001,
                "tax": 2100,
                "total": 12_101,
                "amount_due": 0,
            },
            {"source_id": "7", "subtotal": 10_000, "discount": 1010, "tax": 1888, "total": 10_878},
            {"source_id": "8", "invoice_status": "void", "is_counted": False},
            {"source_id": "11", "currency_original": "JPY", "total_original": 5000},
            {"source_id": "12", "currency_original": "KWD", "total_original": 12_345, "tax_original": 345},
            {"source_id": "13", "currency_original": "EUR", "total_original": 12_113},
            {"source_id": "61", "invoice_status": "open", "amount_due": 12_161, "paid_on": None},
            {"source_id": "CreditMemo-1", "kind": "credit_note", "total": 4200, "tax": 728, "subtotal": 3472},
            {"source_id": "SalesReceipt-1", "invoice_status": "paid", "paid_on": date(2026, 1, 2), "total": 9900},
        ],
        "payment": [
            {
                "source_id": "1",
                "invoice_id": "1",
                "kind": "payment",
                "amount": 12_101,
                "payment_method": "Transfer",
                "paid_at": datetime.fromisoformat("2026-02-02T10:00"),
                "paid_on": date(2026, 2, 2),
                "is_collected": True,
            },
            {"source_id": "20", "invoice_id": None, "account_id": "21", "amount": 12_120},
            {"source_id": "SalesReceipt-1", "invoice_id": "SalesReceipt-1", "amount": 9900, "is_collected": True},
            {"source_id": "RefundReceipt-1", "kind": "refund", "amount_without_tax": 1000, "is_refund": True},
        ],
    }

    @pytest.fixture
    def ours(self) -> LinkedSource:
        """The source, with small pages."""
        return QuickBooksSource(page=25)


def test_the_company_is_that_of_the_redirect() -> None:
    with FakeQuickBooks() as fake:
        found = list_accounts(QuickBooksSource(), fake, {})
        assert [(one.id, one.name, one.currency) for one in found] == [(REALM, "Imagined Builders", "EUR")]
        assert fake.asked[0].path == f"/v3/company/{REALM}/query"
        assert all(one.number("minorversion") == 75 for one in fake.asked)
    source = QuickBooksSource()
    assert source.auths[0].keep_from_redirect == ("realmId",)  # type: ignore[union-attr]
    assert source.base({"environment": "sandbox"}, {"realmId": "7"}) == (
        "https://sandbox-quickbooks.api.intuit.com/v3/company/7"
    )


def test_what_is_deleted_comes_from_the_list_of_changes(tmp_path: Path) -> None:
    source = QuickBooksSource()
    with FakeQuickBooks() as fake, loaded(source, fake, tmp_path) as workspace:
        fake.delete("Invoice", "61")
        fake.delete("SalesReceipt", "2")
        report = workspace.load(source, fake, fake.now + timedelta(hours=1))
        assert {one.stream: one.rows_deleted for one in report.streams if one.rows_deleted} == {
            "invoices": 1,
            "sales_receipts": 1,
        }
        where = "source_id in ('61', 'SalesReceipt-2')"
        assert workspace.entity("invoice", "is_deleted", where=where) == [(True,), (True,)]
        assert workspace.entity("payment", "is_listed", where="source_id = 'SalesReceipt-2'") == [(False,)]
        assert workspace.entity("invoice", "is_listed", where="source_id = '2'") == [(True,)]


def test_what_is_deleted_while_the_first_read_is_broken_off_is_told() -> None:
    source = QuickBooksSource(page=25)
    with FakeQuickBooks() as fake:
        first = read_all(source, fake, stream="invoices")
        fake.delete("Invoice", str(first[0].records[0]["Id"]))
        rest = read_all(source, fake, stream="invoices", cursor=first[0].cursor, now=fake.now + timedelta(days=2))
        assert rest[-1].tombstones == [{"Id": first[0].records[0]["Id"]}]
        after = read_all(source, fake, stream="invoices", cursor=rest[-1].cursor)
        assert [one.path.rpartition("/")[2] for one in fake.asked[-2:]] == ["query", "cdc"]
        assert after[-1].done


def test_its_own_count_is_of_the_days_of_booking() -> None:
    window = Window(datetime.fromisoformat("2026-01-02T00:00Z"), datetime.fromisoformat("2026-01-04T00:00Z"))

    async def counted(fake: FakeQuickBooks, name: str) -> Totals | None:
        source = QuickBooksSource()
        async with opened(source, fake) as context:
            return await source.totals(context, stream_of(source, context, name), window)

    with FakeQuickBooks() as fake:
        # Of each day come numbers 28 apart: 1 and 2, 29 and 30, 57 and 58, 85 and 86.
        assert asyncio.run(counted(fake, "invoices")) == Totals(8)
        assert asyncio.run(counted(fake, "sales_receipts")) == Totals(2)
        assert asyncio.run(counted(fake, "customers")) is None


def test_records_of_one_second_are_not_skipped_at_the_seam() -> None:
    with FakeQuickBooks() as fake:
        for one in fake.stores["Payment"]:
            one["MetaData"] = {"LastUpdatedTime": "2026-01-05T10:00:00-07:00"}
        batches = read_all(QuickBooksSource(page=7), fake, stream="payments")
        assert {one["Id"] for one in records_of(batches)} == {str(number) for number in range(1, 61)}


def test_a_payment_that_came_back_to_an_older_invoice_dates_it() -> None:
    with FakeQuickBooks() as fake:
        found = {one["Id"]: one["PaidOn"] for one in records_of(read_all(QuickBooksSource(), fake, stream="invoices"))}
        assert (found["1"], found["60"], found["61"]) == ("2026-02-02", "2026-02-05", None)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (fault(400, "3200", "AuthenticationFailed"), TokenRevokedError),
        (fault(403, "003100", "ApplicationAuthorizationFailed"), MissingScopeError),
        (fault(400, "5020", "Permission Denied"), MissingScopeError),
        (fault(403, "6190", "Invalid Company Status"), PlanLimitError),
        (fault(200, "4000", "Error parsing query"), StopError),
        (Told(500, {"Fault": {"Error": [{"code": "10000"}], "type": "SystemFault"}}), SourceDownError),
        (Told(400, {"Fault": {"Error": [{"code": "10000"}], "type": "SystemFault"}}), SourceDownError),
    ],
)
def test_faults_are_understood(told: Told, error: type[SourceError]) -> None:
    with FakeQuickBooks() as fake:
        fake.fault = (told.status, told.body)  # type: ignore[assignment]
        if error is SourceDownError:
            read_all(QuickBooksSource(), fake, stream="invoices")
            assert fake.asked[0].path == fake.asked[1].path
            return
        with pytest.raises(error) as caught:
            read_all(QuickBooksSource(), fake, stream="invoices")
        assert type(caught.value) is error
        assert caught.value.request_id == "1-imagined"


def test_too_many_requests_wait_a_minute_where_nothing_is_said() -> None:
    error = error_of(QuickBooksSource.vendor, Answer(429, {}, b"{}", "https://x"))
    assert error is not None
    assert error.retry_after == 60.0  # type: ignore[attr-defined]
