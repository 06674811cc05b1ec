"""HubSpot: the contract, and rows written down by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from tests.connectors.contract import SourceContract
from tests.connectors.fakes.hubspot import FakeHubSpot

utc = datetime.fromisoformat  # rows have UTC without a zone


class TestHubSpot(SourceContract):
    """The contract."""

    source: ClassVar[str] = "hubspot"
    fake: ClassVar[type[FakeHubSpot]] = FakeHubSpot
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "account": [
            {
                "source_id": "1003",
                "account": "Company 3",
                "domain": "company3.example",
                "employees": 30,
                "account_industry": "RETAIL",
                "acquisition_channel": "paid social",
                "acquired_paid": True,
                "acquired_on": date(2025, 12, 3),
                "is_customer": True,
                "lifecycle_stage": "customer",
                "source_updated_at": utc("2025-12-04 11:00"),
            },
            {"source_id": "1004", "acquired_on": None, "is_customer": False, "acquired_paid": False},
        ],
        "contact": [
            {
                "source_id": "20003",
                "account_id": "1003",
                "account": "Company 3",
                "email": "person3@company3.example",
                "contact_name": "First3 Last3",
                "contact_role": "Buyer",
                "created_at": utc("2025-12-02 11:00"),
                "is_unsubscribed": None,
            },
            {"source_id": "20010", "is_unsubscribed": True},
        ],
        "lead": [
            {
                "source_id": "20003",
                "created_at": utc("2025-12-02 12:00"),
                "lead_status": "customer",
                "traffic_source": "paid social",
                "campaign": "Spring sale",
                "qualified_at": utc("2025-12-02 13:00"),
                "converted_at": utc("2025-12-03 17:00"),
            },
            {"source_id": "20005", "lead_status": "OPEN", "qualified_at": None, "converted_at": None},
        ],
        "deal": [
            {
                "source_id": "300008",
                "account_id": "1008",
                "contact_id": "20008",
                "deal_owner": "Owner73 Smithson",
                "pipeline": "Sales pipeline",
                "stage": "Closed won",
                "stage_order": 4,
                "deal_status": "won",
                "amount_original": 80050,
                "currency_original": "EUR",
                "probability": 1.0,
                "created_at": utc("2025-12-04 08:00"),
                "closed_at": utc("2025-12-08 12:00"),
                "is_new_business": None,
            },
            {"source_id": "300005", "amount_original": 501, "currency_original": "JPY", "closed_at": None},
            {"source_id": "300006", "amount_original": 600500, "currency_original": "KWD", "account_id": None},
            {"source_id": "300003", "amount_original": 30050, "currency_original": "GBP", "is_new_business": True},
            {"source_id": "300004", "deal_status": "lost", "lost_reason": "Price", "probability": 0.0},
            {"source_id": "300001", "account_id": "1000", "deal_status": "open", "expected_close": date(2025, 12, 5)},
        ],
        "deal_stage_event": [
            {
                "source_id": "300004:appointmentscheduled",
                "deal_id": "300004",
                "stage": "Appointment scheduled",
                "stage_order": 1,
                "entered_at": utc("2025-12-02 20:00"),
                "left_at": utc("2025-12-02 21:00"),
                "is_advanced": True,
            },
            {"source_id": "300004:qualifiedtobuy", "is_advanced": False, "left_at": utc("2025-12-02 22:00")},
            {"source_id": "300004:closedlost", "is_advanced": False, "left_at": None},
            {"source_id": "300008:closedwon", "is_advanced": True, "stage_order": 4},
            {"source_id": "300007:contractsent", "is_advanced": False, "entered_at": utc("2025-12-04 01:00")},
        ],
        "ticket": [
            {
                "source_id": "4000004",
                "account_id": "1004",
                "contact_id": "20004",
                "subject": "Ticket 4",
                "ticket_status": "closed",
                "priority": "medium",
                "category": None,
                "channel": "chat",
                "agent": "Owner72 Smithson",
                "team": "Sales",
                "created_at": utc("2025-12-02 20:00"),
                "first_reply_at": utc("2025-12-02 21:00"),
                "solved_at": utc("2025-12-03 01:00"),
                "due_at": utc("2025-12-03 08:00"),
                "frt_seconds": 3600.0,
                "vendor_resolution_seconds": 18000.0,
            },
            {"source_id": "4000003", "ticket_status": "pending", "solved_at": None, "category": "billing issue"},
            {"source_id": "4000006", "ticket_status": "new", "first_reply_at": None, "account_id": None},
            {"source_id": "4000001", "account_id": "1000"},
        ],
        "survey_response": [
            {"source_id": "5000000", "kind": "nps", "raw_value": 10.0, "nps_class": "promoter", "ticket_id": None},
            {
                "source_id": "5000001",
                "kind": "csat",
                "scale_max": 5.0,
                "is_satisfied": True,
                "ticket_id": "4000000",
                "responded_at": utc("2025-12-01 18:00"),
                "comment_text": "Fine",
            },
            {"source_id": "5000002", "kind": "ces", "scale_max": 7.0, "is_easy": True},
            {"source_id": "5000003", "scale_min": 0.0, "scale_max": 2.0, "is_satisfied": False, "is_answer": True},
        ],
        "user_agent": [
            {
                "source_id": "71",
                "agent": "Owner71 Smithson",
                "email": "owner71@agency.example",
                "team": "Sales",
                "active_from": date(2025, 12, 1),
                "active_to": None,
            },
            {"source_id": "73", "active_to": date(2025, 12, 4)},
        ],
    }
