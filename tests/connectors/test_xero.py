"""Xero against a fake of it: the shared contract, then tenants, statuses, limits and money."""

import asyncio
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import MissingScopeError, Totals, Window, find_source
from connectors.errors import RateLimitedError
from connectors.vendor import Answer, error_of
from connectors.xero import XeroSource
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Fault
from tests.connectors.fakes.xero import OTHER, TENANT, FakeXero
from tests.connectors.reading import (
    CLIENT,
    empty_workspace,
    list_accounts,
    loaded,
    opened,
    read_all,
    records_of,
    stream_of,
)


class TestXero(SourceContract):
    """What every source must do."""

    source = "xero"
    fake = FakeXero
    repeats = True
    expected: ClassVar = {
        "account": [
            {
                "source_id": "00000008-0000-4000-8000-000000000001",
                "account": "Gallery 1",
                "domain": "gallery1.example",
                "country": "Norway",
                "city": "Bergen",
                "is_customer": True,
                "is_listed": True,
            },
            {"source_id": "00000008-0000-4000-8000-000000000005", "is_deleted": True, "is_listed": False},
            {"source_id": "00000008-0000-4000-8000-000000000006", "domain": None, "is_listed": True},
        ],
        "contact": [
            {
                "source_id": "00000008-0000-4000-8000-000000000001",
                "account_id": "00000008-0000-4000-8000-000000000001",
                "contact_name": "Ada Frame1",
                "email": "ada@gallery1.example",
            }
        ],
        "invoice": [
            {
                "source_id": "00000008-0000-4000-8000-000000000000",
                "invoice_number": "INV-0000",
                "kind": "invoice",
                "invoice_status": "paid",
                "account": "Gallery 0",
                "issued_on": date(2026, 1, 1),
                "due_on": date(2026, 2, 15),
                "paid_on": date(2026, 2, 10),
                "currency_original": "EUR",
                "subtotal": 10_010,
                "tax": 2503,
                "total": 12_513,
                "amount_paid": 12_513,
                "amount_due": 0,
                "source_updated_at": datetime.fromisoformat("2025-12-05T09:00:00.157"),
            },
            {"source_id": "00000008-0000-4000-8000-000000000061", "invoice_status": "void", "is_counted": False},
            {"source_id": "00000008-0000-4000-8000-000000000062", "total_original": 5500, "currency_original": "JPY"},
            {"source_id": "00000008-0000-4000-8000-000000000063", "total_original": 12_345, "tax_original": 0},
            {
                "source_id": "00000008-0000-4000-8000-000000000064",
                "subtotal": 11_000,
                "discount": 990,
                "amount_paid": 2513,
                "amount_due": 10_000,
            },
            {"source_id": "00000011-0000-4000-8000-000000000000", "kind": "credit_note", "total": 2513},
        ],
        "payment": [
            {
                "source_id": "00000008-0000-4000-8000-000000000000",
                "invoice_id": "00000008-0000-4000-8000-000000000000",
                "account_id": "00000008-0000-4000-8000-000000000000",
                "kind": "payment",
                "amount": 12_513,
                "paid_at": datetime.fromisoformat("2026-02-10T10:00"),
                "paid_on": date(2026, 2, 10),
                "is_collected": True,
            },
            {
                "source_id": "00000008-0000-4000-8000-000000000060",
                "kind": "refund",
                "has_credit_note": True,
                "is_refund": False,
                "invoice_id": None,
            },
        ],
    }


def test_every_organisation_of_the_grant_can_be_chosen() -> None:
    with FakeXero() as fake:
        found = list_accounts(XeroSource(), fake, {})
        assert [(one.id, one.name) for one in found] == [(TENANT, "Imagined Prints"), (OTHER, "Imagined Frames")]


def test_each_request_names_its_organisation_and_a_foreign_one_is_lost_access() -> None:
    with FakeXero() as fake:
        with pytest.raises(MissingScopeError, match="does not reach this organisation"):
            read_all(XeroSource(), fake, {"account_id": OTHER}, stream="invoices")
        read_all(XeroSource(), fake, stream="invoices")
        assert {one.headers["xero-tenant-id"] for one in fake.asked[1:]} == {TENANT}


def test_a_permission_that_is_missing_is_no_expired_token() -> None:
    with FakeXero() as fake:
        fake.lacking = True
        with pytest.raises(MissingScopeError, match="lacks the permission"):
            read_all(XeroSource(), fake, stream="payments")


def test_a_walk_asks_for_what_was_modified_and_skips_nothing_that_moves_meanwhile() -> None:
    with FakeXero() as fake:
        first = read_all(XeroSource(), fake, stream="invoices")
        assert "if-modified-since" not in fake.asked[0].headers
        assert fake.asked[1].headers["if-modified-since"] == "2025-12-06T13:59:59"
        fake.change("invoices")
        rest = read_all(XeroSource(), fake, stream="invoices", cursor=first[0].cursor)
        ids = {one["InvoiceID"] for one in records_of([first[0], *rest])}
        assert ids == {one["InvoiceID"] for one in fake.truth("invoices")}


def test_what_is_deleted_is_hidden(tmp_path: Path) -> None:
    with FakeXero() as fake, loaded(find_source("xero"), fake, tmp_path) as workspace:  # type: ignore[arg-type]
        fake.remove("Payments", 3)
        fake.remove("Invoices", 70)
        workspace.load(XeroSource(), fake)
        for entity, number in (("payment", 3), ("invoice", 70)):
            where = f"source_id = '00000008-0000-4000-8000-{number:012}'"
            assert workspace.entity(entity, "is_deleted", where=where) == [(True,)]
        assert workspace.rows("select count(*) from normalised.payment where is_listed") == [(63,)]
        assert workspace.rows("select count(*) from normalised.payment where is_refund") == [(0,)]


def test_its_own_count_leaves_out_what_staging_leaves_out() -> None:
    window = Window(datetime.fromisoformat("2026-01-05T00:00Z"), datetime.fromisoformat("2026-01-08T00:00Z"))

    async def counted(fake: FakeXero, name: str) -> Totals | None:
        source = XeroSource()
        async with opened(source, fake) as context:
            return await source.totals(context, stream_of(source, context, name), window)

    with FakeXero() as fake:
        # Of each day come numbers 28 apart: 4 to 6, 32 to 34, 60 to 62 and 88 to 90, of which 90 is a supplier's bill.
        assert asyncio.run(counted(fake, "invoices")) == Totals(11)
        assert asyncio.run(counted(fake, "creditnotes")) == Totals(5)
        assert asyncio.run(counted(fake, "payments")) is None


@pytest.mark.parametrize("limit", ["minute", "day", "appminute"])
def test_each_limit_is_named_and_its_pause_is_kept(limit: str) -> None:
    with FakeXero() as fake:
        fake.limit = limit
        told = fake.too_many()
        answer = Answer(429, {name.lower(): value for name, value in told.headers.items()}, b"{}", "https://x")
        found = error_of(XeroSource.vendor, answer)
        assert isinstance(found, RateLimitedError)
        assert {"minute": "60 requests a minute", "day": "a day", "appminute": "as a whole"}[limit] in str(found)
        fake.faults.next(Fault.TOO_MANY, seconds=31)
        read_all(XeroSource(), fake, stream="contacts")
        assert fake.faults.early == []
        assert fake.clock.slept[0] >= 31


def test_a_day_without_a_time_stays_that_day_in_new_zealand(tmp_path: Path) -> None:
    client = replace(CLIENT, timezone="Pacific/Auckland")
    with FakeXero() as fake, empty_workspace(tmp_path) as workspace:
        workspace.load(XeroSource(), fake, client=client)
        (first, *_) = workspace.entity("payment", "paid_on", where="kind = 'payment'")
    assert first == (date(2026, 2, 10),)
