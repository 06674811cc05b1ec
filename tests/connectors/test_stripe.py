"""Stripe against a fake of it: the shared contract, then versions, links, deletes, currencies and recurring revenue."""

from datetime import date, datetime
from typing import ClassVar

from tests.connectors.contract import SourceContract
from tests.connectors.fakes.stripe import FakeStripe


class TestStripe(SourceContract):
    """What every source must do."""

    source = "stripe"
    fake = FakeStripe
    renews = False
    expected: ClassVar = {
        "account": [
            {
                "source_id": "cus_upgrade",
                "account": "Upgrade Works",
                "country": "DK",
                "is_customer": True,
                "source_created_at": datetime.fromisoformat("2025-12-09T00:00"),
            },
            {"source_id": "cus_p07", "account": "P07 Works", "city": "Aalborg", "is_listed": True},
            {"source_id": "cus_yen", "account": "Yen Works", "external_ids": None},
        ],
        "contact": [{"source_id": "cus_yen", "account_id": "cus_yen", "email": "billing@yen.example"}],
        "invoice": [
            {
                "source_id": "in_yearly_2026-01",
                "invoice_number": "A-yearly_2026-01",
                "kind": "invoice",
                "invoice_status": "paid",
                "account_id": "cus_yearly",
                "account": "Yearly Works",
                "issued_on": date(2026, 1, 5),
                "due_on": date(2026, 1, 19),
                "paid_on": date(2026, 1, 8),
                "subscription_id": "sub_yearly",
                "currency_original": "EUR",
                "subtotal": 1000,
                "discount": 0,
                "tax": 250,
                "total": 1250,
                "amount_due": 0,
            },
            {"source_id": "in_yearly_2026-03", "invoice_status": "open", "amount_due": 1250, "paid_on": None},
            {"source_id": "cn_00", "kind": "credit_note", "subtotal": 400, "tax": 100, "total": 500},
        ],
        "payment": [
            {
                "source_id": "ch_yearly_2026-01",
                "invoice_id": "in_yearly_2026-01",
                "kind": "payment",
                "amount": 1250,
                "fee": 50,
                "paid_at": datetime.fromisoformat("2026-01-08T08:00"),
                "is_collected": True,
            },
            {"source_id": "re_00", "kind": "refund", "amount": 500, "has_credit_note": True, "is_refund": False},
            {"source_id": "re_01", "account_id": "cus_yearly", "amount_without_tax": 400, "is_refund": True},
            {"source_id": "du_00", "kind": "chargeback", "payment_status": "succeeded", "is_refund": True},
            {"source_id": "du_02", "kind": "chargeback", "payment_status": "pending", "is_refund": False},
        ],
        "subscription_item": [
            {
                "source_id": "si_upgrade@1765357200",
                "valid_from": date(2025, 12, 10),
                "valid_to": date(2026, 3, 10),
                "quantity": 5.0,
                "plan": "Team",
                "mrr_original": 5000.0,
            },
            {"source_id": "si_upgrade@1773136800", "valid_to": None, "quantity": 8.0, "mrr_original": 8000.0},
            {
                "source_id": "si_gone@1765357200",
                "subscription_status": "active",
                "ended_on": date(2026, 2, 15),
                "cancel_reason": "too_expensive",
            },
            {"source_id": "si_yen@1765357200", "currency_original": "JPY", "unit_amount_original": 5000},
            {"source_id": "si_dinar@1765357200", "currency_original": "KWD", "unit_amount_original": 12_345},
        ],
    }
