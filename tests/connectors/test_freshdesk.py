"""Freshdesk: the contract of every source, and what is Freshdesk's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ValidationError

from connectors import MissingScopeError, StopError
from connectors.errors import PlanLimitError
from connectors.freshdesk.answers import FRESHDESK
from connectors.freshdesk.source import FreshdeskSettings, FreshdeskSource
from connectors.vendor import Answer, error_of
from tests.connectors.contract import SourceContract
from tests.connectors.fakes.freshdesk import FakeFreshdesk
from tests.connectors.reading import empty_workspace, list_accounts, read_all, records_of

SOURCE = FreshdeskSource()
moment = datetime.fromisoformat


class TestFreshdesk(SourceContract):
    """The contract, and rows that were worked out by hand from the fake's records."""

    source, fake = "freshdesk", FakeFreshdesk
    renews = False
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ticket": (
            {
                "source_id": "1",
                "subject": "Order 2001",
                "ticket_status": "solved",
                "priority": "normal",
                "ticket_type": "Problem",
                "category": "Problem",
                "channel": "web form",
                "channel_group": "written",
                "tags": "billing,vip",
                "source_url": "https://harbour.freshdesk.com/a/tickets/1",
                "contact_id": "501",
                "account_id": "301",
                "account": "Customer 1",
                "segment": "Premium",
                "assignee_id": "802",
                "agent": "Agent 2",
                "agent_group": "Workshop",
                "created_at": moment("2025-12-03 11:00"),
                "first_human_reply_at": moment("2025-12-03 11:11"),
                "solved_at": moment("2025-12-03 14:00"),
                "closed_at": None,
                "due_at": moment("2025-12-05 11:00"),
                "frt_seconds": 660.0,
                "vendor_frt_seconds": 660.0,
                "vendor_resolution_seconds": 10800.0,
                "reopen_count": 0,
                "assignee_count": None,
                "is_fcr": None,
                "sla_first_reply_met": True,
                "sla_resolution_met": True,
                "is_sla_breached": False,
                "is_listed": True,
            },
            {
                "source_id": "5",
                "ticket_status": "closed",
                "channel": "email",
                "solved_at": moment("2025-12-07 22:00"),
                "closed_at": moment("2025-12-07 23:00"),
            },
            {
                "source_id": "7",
                "ticket_status": "open",
                "solved_at": None,
                "is_escalated": True,
                "sla_resolution_met": False,
                "is_sla_breached": True,
            },
            {
                "source_id": "6",
                "category": "Returns",
                "first_reply_at": None,
                "vendor_frt_seconds": None,
                "sla_first_reply_met": None,
            },
            {"source_id": "8", "assignee_id": None, "agent_group": None, "ticket_status": "pending"},
            {"source_id": "10", "reopen_count": 1, "is_reopened": True, "ticket_status": "closed"},
            {"source_id": "90", "is_deleted": True, "is_spam": False, "is_listed": False},
            {"source_id": "93", "is_deleted": False, "is_spam": True, "is_listed": False},
        ),
        "ticket_event": (
            {"source_id": "10-reopened", "kind": "reopened", "occurred_at": moment("2025-12-13 07:00")},
            {"source_id": "10-solved", "kind": "solved", "is_final_solve": True, "is_listed": True},
            {"source_id": "90-created", "is_listed": False},
            {"source_id": "93-created", "is_listed": False},
        ),
        "account": (
            {
                "source_id": "304",
                "account": "Customer 4",
                "domain": "customer4.example",
                "segment": "Basic",
                "renewal_on": date(2026, 11, 30),
            },
            {"source_id": "301", "renewal_on": None, "account_industry": "Retail"},
            {"source_id": "303", "domain": None},
        ),
        "contact": (
            {
                "source_id": "511",
                "contact_name": "Person 11",
                "email": "person11@customer.example",
                "contact_role": "Buyer",
                "account_id": "311",
                "is_deleted": False,
            },
            {"source_id": "510", "is_deleted": True, "is_listed": False},
        ),
        "user_agent": (
            {
                "source_id": "801",
                "agent": "Agent 1",
                "email": "agent1@harbour.example",
                "agent_group": "Workshop",
                "staff_role": "agent",
                "active_from": date(2025, 8, 25),
            },
            {"source_id": "805", "staff_role": "other"},
        ),
        "survey_response": (
            {
                "source_id": "40001",
                "kind": "csat",
                "raw_value": 6.0,
                "is_satisfied": True,
                "is_answer": True,
                "ticket_id": "1",
                "assignee_id": "802",
                "comment_text": "Thank you",
                "responded_at": moment("2025-12-03 18:00"),
                "sent_at": None,
            },
            {"source_id": "40002", "raw_value": 5.0, "is_satisfied": True, "comment_text": None},
            {"source_id": "40003", "raw_value": 4.0, "score_normalised": 0.5, "is_satisfied": False},
            {"source_id": "40004", "raw_value": 3.0, "is_satisfied": False},
        ),
    }


@pytest.fixture
def fake() -> Iterator[FakeFreshdesk]:
    """The fake, serving."""
    with FakeFreshdesk() as running:
        assert isinstance(running, FakeFreshdesk)
        yield running


def test_a_company_that_is_gone_is_deleted(fake: FakeFreshdesk, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(SOURCE, fake)
        del fake.stores["companies"][7]
        workspace.load(SOURCE, fake)
        assert workspace.entity("account", "source_id", where="is_deleted") == [("307",)]


def test_a_contact_that_is_deleted_later(fake: FakeFreshdesk) -> None:
    cursor = read_all(SOURCE, fake, stream="contacts", since=fake.since)[-1].cursor
    fake.stores["contacts"][39] |= {"deleted": True}  # without a later change
    found = records_of(read_all(SOURCE, fake, stream="contacts", cursor=cursor))
    assert [one["state"] for one in found if one["id"] == 539] == ["deleted"]


@pytest.mark.parametrize("stream", ["satisfaction_ratings", "agents"])
def test_a_plan_without_a_list_has_none(fake: FakeFreshdesk, stream: str) -> None:
    fake.without |= {"surveys/satisfaction_ratings", "agents", "groups"}
    (batch,) = read_all(SOURCE, fake, stream=stream, since=fake.since)
    assert (batch.records, batch.done) == ([], True)


def test_a_plan_without_groups_has_tickets(fake: FakeFreshdesk) -> None:
    fake.without.add("groups")
    found = records_of(read_all(SOURCE, fake, stream="tickets", since=fake.since))
    assert {one["group_name"] for one in found} == {None}


def test_the_key_is_the_user_of_basic_and_checked(fake: FakeFreshdesk) -> None:
    assert SOURCE.auths[0].headers({"api_key": "abc"}) == {"Authorization": "Basic YWJjOlg="}
    (account,) = list_accounts(SOURCE, fake)
    assert (account.id, account.name) == ("harbour", "harbour.freshdesk.com")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, b'{"code":"access_denied","message":"no"}', MissingScopeError),
        (403, b'{"code":"require_feature","message":"no"}', PlanLimitError),
        (403, b'{"code":"account_suspended","message":"no"}', PlanLimitError),
        (404, b"", PlanLimitError),
        (400, b'{"description":"Validation failed","errors":[]}', StopError),
    ],
)
def test_what_answers_mean(status: int, body: bytes, expected: type[Exception]) -> None:
    assert type(error_of(FRESHDESK, Answer(status, {}, body, ""))) is expected


def test_only_a_subdomain_is_a_subdomain() -> None:
    for wrong in ("acme.evil.example/", "acme@evil", "", "-acme"):
        with pytest.raises(ValidationError):
            FreshdeskSettings(subdomain=wrong)
