"""Salesforce: the contract, rows written down by hand, and what is Salesforce's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import Cursor, LinkedSource, MissingScopeError, RateLimitedError, StopError, Window, find_source
from connectors.errors import PlanLimitError, SourceDownError, SourceError, TokenRevokedError, UnexpectedSchemaError
from connectors.salesforce.answers import understand
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fakes.salesforce import FakeSalesforce
from tests.connectors.fakes.salesforce_seed import key
from tests.connectors.reading import empty_workspace, list_streams, read_all, read_whole, records_of

utc = datetime.fromisoformat  # rows have UTC without a zone


class TestSalesforce(SourceContract):
    """The contract."""

    source: ClassVar[str] = "salesforce"
    fake: ClassVar[type[FakeSalesforce]] = FakeSalesforce
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "account": [
            {
                "source_id": key("001", 3),
                "account": "Account 3",
                "domain": "account3.example",
                "employees": 30,
                "is_customer": True,
                "country": "Greece",
            },
            {"source_id": key("001", 4), "domain": "account4.example", "is_customer": False},
            {"source_id": key("001", 5), "is_customer": None},
        ],
        "contact": [
            {
                "source_id": key("003", 3),
                "account_id": key("001", 3),
                "account": "Account 3",
                "email": "person3@account3.example",
                "contact_role": "Buyer",
                "created_at": utc("2025-12-02 11:00"),
                "is_unsubscribed": False,
            },
        ],
        "deal": [
            {
                "source_id": key("006", 6),
                "account_id": key("001", 6),
                "deal_owner": "User 1",
                "pipeline": "Direct",
                "stage": "Closed Won",
                "stage_order": 3,
                "deal_status": "won",
                "amount_original": 600330,
                "currency_original": "EUR",
                "probability": 1.0,
                "created_at": utc("2025-12-03 14:00"),
                "closed_at": utc("2026-02-20 10:00"),
                "closed_on": date(2026, 2, 20),
                "is_new_business": True,
            },
            {"source_id": key("006", 1), "amount_original": 1001, "currency_original": "JPY", "closed_at": None},
            {"source_id": key("006", 2), "amount_original": 2001100, "currency_original": "KWD"},
            {"source_id": key("006", 7), "deal_status": "lost", "probability": 0.0, "is_new_business": False},
            {"source_id": key("006", 10), "amount_original": None, "expected_close": date(2026, 2, 20)},
        ],
        "deal_stage_event": [
            {
                "source_id": key("008", 60),
                "deal_id": key("006", 6),
                "stage": "Prospecting",
                "stage_order": 1,
                "entered_at": utc("2025-12-03 14:00"),
                "left_at": utc("2025-12-03 16:00"),
                "is_advanced": True,
            },
            {"source_id": key("008", 72), "stage": "Proposal", "is_advanced": False},
            {"source_id": key("008", 73), "stage": "Closed Lost", "stage_order": None, "is_advanced": False},
            {"source_id": key("008", 63), "stage": "Closed Won", "is_advanced": True, "left_at": None},
        ],
        "lead": [
            {
                "source_id": key("00Q", 3),
                "account_id": key("001", 3),
                "contact_id": key("003", 3),
                "created_at": utc("2025-12-02 11:00"),
                "lead_status": "Closed - Converted",
                "traffic_source": "Partner",
                "converted_at": utc("2026-01-15 10:00"),
            },
            {"source_id": key("00Q", 4), "converted_at": None, "account_id": None},
        ],
        "ticket": [
            {
                "source_id": key("500", 4),
                "account_id": key("001", 4),
                "assignee_id": key("005", 2),
                "agent": "User 2",
                "subject": "Case 4",
                "ticket_status": "closed",
                "priority": "high",
                "channel": "email",
                "category": "Billing",
                "created_at": utc("2025-12-02 20:00"),
                "solved_at": utc("2025-12-03 00:00"),
                "is_escalated": False,
                "is_listed": True,
            },
            {"source_id": key("500", 5), "assignee_id": None, "agent_group": "Billing queue"},
            {"source_id": key("500", 3), "ticket_status": "new", "solved_at": None},
            {"source_id": key("500", 7), "ticket_status": "open", "is_escalated": True},
            {"source_id": key("500", 11), "ticket_status": "pending"},
        ],
        "user_agent": [
            {
                "source_id": key("005", 1),
                "agent": "User 1",
                "email": "user1@agency.example",
                "team": "Sales",
                "agent_group": "Manager",
                "active_from": date(2025, 12, 1),
                "active_to": None,
                "is_bot": False,
            },
            {"source_id": key("005", 3), "active_to": date(2025, 12, 3)},
        ],
    }


@pytest.fixture
def salesforce() -> LinkedSource:
    """The source."""
    found = find_source("salesforce")
    assert isinstance(found, LinkedSource)
    return found


@pytest.fixture
def org() -> Iterator[FakeSalesforce]:
    """The fake, serving."""
    with FakeSalesforce() as fake:
        assert isinstance(fake, FakeSalesforce)
        yield fake


def test_an_organisation_of_one_currency_says_it_in_the_settings(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    org.hidden = {"Opportunity.CurrencyIsoCode", "Case.IsEscalated"}
    found = records_of(read_all(salesforce, org, {"currency": "CHF"}, stream="opportunities"))
    assert {(one["CurrencyIsoCode"], one["DefaultCurrency"]) for one in found} == {(None, "CHF")}
    cases = records_of(read_all(salesforce, org, stream="cases"))
    assert {one["IsEscalated"] for one in cases} == {None}
    assert not any("CurrencyIsoCode" in asked.one("q") for asked in org.asked)


def test_a_window_has_its_start_and_not_its_end(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    case = org.records["Case"][key("500", 10)]
    moment = datetime.fromisoformat(str(case["SystemModstamp"]))
    for window, is_inside in (
        (Window(moment, moment + timedelta(hours=1)), True),
        (Window(moment - timedelta(hours=1), moment), False),
    ):
        found = {one["Id"] for one in records_of(read_all(salesforce, org, stream="cases", window=window))}
        assert (case["Id"] in found) is is_inside


def test_a_window_resumes_among_records_of_one_time(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    for number in range(1, 101):
        org.touch("cases", number)
    window = Window(org.now - timedelta(days=1), org.now + timedelta(days=1))
    whole = read_all(salesforce, org, stream="cases", window=window)
    rest = read_all(salesforce, org, stream="cases", window=window, cursor=whole[0].cursor)
    assert records_of(whole[:1]) + records_of(rest) == records_of(whole)


def test_what_commits_late_is_found(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    contacts = next(one for one in list_streams(salesforce, org) if one.name == "contacts")
    org.touch("contacts", 1)
    _, cursor = read_whole(salesforce, org, contacts)
    late = org.touch("contacts", 2)
    late["SystemModstamp"] = "2026-03-30T14:50:00.000+0000"  # ten minutes before the newest one
    for now in (org.now, org.now + timedelta(days=3)):
        found = records_of(read_all(salesforce, org, stream="contacts", cursor=cursor, now=now))
        assert late["Id"] in {one["Id"] for one in found}


def test_the_long_first_walk_resumes_where_it_was(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    whole = read_all(salesforce, org, stream="accounts")
    rest = read_all(salesforce, org, stream="accounts", cursor=whole[0].cursor)
    assert len(records_of(rest)) == len(org.records["Account"]) - len(whole[0].records)


def test_deleted_and_merged_records_go(salesforce: LinkedSource, org: FakeSalesforce, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(salesforce, org)
        org.touch("opportunities", 6, IsDeleted=True)
        org.touch("cases", 4, IsDeleted=True, MasterRecordId=key("500", 6))
        workspace.load(salesforce, org)
        for entity, gone in (
            ("deal", [key("006", 6)]),
            ("deal_stage_event", [key("008", 60), key("008", 62), key("008", 63)]),
            ("ticket", [key("500", 4)]),
        ):
            assert [row[0] for row in workspace.entity(entity, "source_id", where="not is_listed")] == gone
        assert workspace.entity("ticket", "is_merged", where="not is_listed") == [(True,)]


def test_an_object_that_the_user_may_not_see_is_a_missing_permission(
    salesforce: LinkedSource, org: FakeSalesforce
) -> None:
    org.forbidden = {"Lead"}
    with pytest.raises(MissingScopeError, match="right to read") as caught:
        read_all(salesforce, org, stream="leads")
    assert "secret" not in str(caught.value)


def test_a_used_up_allowance_is_a_limit_though_it_comes_as_403(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    org.exhausted = True
    with pytest.raises(RateLimitedError) as caught:
        read_all(salesforce, org, stream="cases")
    assert caught.value.retry_after >= 900


@pytest.mark.parametrize(
    ("status", "code", "meant"),
    [
        (401, "INVALID_SESSION_ID", TokenRevokedError),
        (403, "REQUEST_LIMIT_EXCEEDED", RateLimitedError),
        (403, "API_DISABLED_FOR_ORG", PlanLimitError),
        (400, "INVALID_TYPE", MissingScopeError),
        (400, "INVALID_FIELD", UnexpectedSchemaError),
        (400, "QUERY_TIMEOUT", SourceDownError),
        (410, "WHATEVER", StopError),
        (418, "NEW_CODE", None),
    ],
)
def test_what_errors_mean(status: int, code: str, meant: type[SourceError] | None) -> None:
    body = f'[{{"message": "Detail", "errorCode": "{code}"}}]'.encode()
    assert type(understand(Answer(status, {}, body, ""))) is (meant or type(None))


@pytest.mark.parametrize("domain", ["evil.example", "acme.my.evil", "a/b", "Acme.my", ".my", "acme.my@evil"])
def test_the_domain_cannot_lead_elsewhere(salesforce: LinkedSource, domain: str) -> None:
    with pytest.raises(ValueError, match="domain"):
        salesforce.settings(domain=domain)
    with pytest.raises(StopError):
        salesforce.base({"domain": domain}, {})
    assert salesforce.base({"domain": "acme--uat.sandbox.my"}, {}) == "https://acme--uat.sandbox.my.salesforce.com"


def test_people_and_companies_are_read_from_the_beginning(salesforce: LinkedSource, org: FakeSalesforce) -> None:
    for stream in list_streams(salesforce, org):
        found = records_of(read_all(salesforce, org, stream=stream.name, cursor=Cursor(), since=org.now))
        assert bool(found) is (stream.name in ("users", "accounts", "contacts"))
