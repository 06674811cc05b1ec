"""The sample answers of the billing sources: each is what the fake answers, cut down to one record."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.connectors.fake_vendor import Asked, FakeVendor
from tests.connectors.fakes.quickbooks import REALM, FakeQuickBooks
from tests.connectors.fakes.stripe import FakeStripe
from tests.connectors.fakes.xero import TENANT, FakeXero

CONNECTORS = Path(__file__).parents[2] / "connectors"
_STRIPE: dict[str, dict[str, list[str]]] = {
    "customers": {},
    "subscriptions": {"status": ["all"], "expand[]": ["data.discounts.source.coupon", "data.items.data.discounts"]},
    "invoices": {},
    "invoice_payments": {},
    "credit_notes": {},
    "charges": {"expand[]": ["data.balance_transaction"]},
    "refunds": {"expand[]": ["data.charge"]},
    "disputes": {"expand[]": ["data.charge"]},
    "events": {},
}
_XERO = {"contacts": "Contacts", "invoices": "Invoices", "creditnotes": "CreditNotes", "payments": "Payments"}
_QUICKBOOKS = ("Customer", "Invoice", "CreditMemo", "SalesReceipt", "Payment", "RefundReceipt")


def asked(source: str, path: str, query: Mapping[str, list[str]]) -> Asked:
    """Return a request as the source sends it."""
    token = "rk_live_imagined" if source == "stripe" else "first-token"
    headers = {"authorization": f"Bearer {token}", "stripe-version": "2026-08-26.dahlia"}
    headers |= {"xero-tenant-id": TENANT, "accept": "application/json"}
    return Asked("GET", path, dict(query), headers)


def cases() -> list[tuple[str, type[FakeVendor], str, Asked]]:
    """Return the source, its fake, the sample's name and the request that it answers."""
    base = f"/v3/company/{REALM}/query"
    return [
        *(("stripe", FakeStripe, name, asked("stripe", f"/v1/{name}", more)) for name, more in _STRIPE.items()),
        *(("xero", FakeXero, name, asked("xero", f"/api.xro/2.0/{path}", {})) for name, path in _XERO.items()),
        *(
            (
                "quickbooks",
                FakeQuickBooks,
                entity,
                asked("quickbooks", base, {"query": ["select * from " + entity], "minorversion": ["75"]}),
            )
            for entity in _QUICKBOOKS
        ),
    ]


def cut(value: object) -> object:
    """Return an answer with the first record of its list."""
    if isinstance(value, dict):
        return {name: cut(one) if name == "QueryResponse" else _first(one) for name, one in value.items()}
    return value


def _first(value: object) -> object:
    return value[:1] if isinstance(value, list) else value


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case[0]}-{case[2]}")
def test_a_sample_is_what_the_fake_answers(case: tuple[str, type[FakeVendor], str, Asked]) -> None:
    source, maker, name, request = case
    sample = CONNECTORS / source / "samples" / f"{name}.json"
    with maker() as fake:
        told = fake.answer(request)
    assert told.status == 200
    assert json.loads(sample.read_text()) == json.loads(json.dumps(cut(told.body)))


def test_every_sample_is_checked() -> None:
    sources = ("stripe", "xero", "quickbooks")
    here = {(source, path.stem) for source in sources for path in (CONNECTORS / source).glob("samples/*")}
    assert here == {(source, name) for source, _, name, _ in cases()}
