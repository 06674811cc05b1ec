"""Pipedrive: the contract, rows written down by hand, and what is Pipedrive's own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import LinkedSource, MissingScopeError, RateLimitedError, StopError, Window, find_source
from connectors.errors import SourceDownError, SourceError
from connectors.pipedrive.answers import understand
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Told
from tests.connectors.fakes.pipedrive import FakePipedrive
from tests.connectors.reading import empty_workspace, list_accounts, list_streams, read_all, read_whole, records_of

utc = datetime.fromisoformat  # rows have UTC without a zone


class TestPipedrive(SourceContract):
    """The contract."""

    source: ClassVar[str] = "pipedrive"
    fake: ClassVar[type[FakePipedrive]] = FakePipedrive
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "account": [
            {
                "source_id": "3",
                "account": "Company 3",
                "domain": "company3.example",
                "employees": 30,
                "country": "Greece",
                "city": "Volos",
                "source_created_at": utc("2025-12-02 11:00"),
                "is_listed": True,
            },
            {"source_id": "4", "domain": None},
            {"source_id": "99", "account": "Company 99"},
        ],
        "contact": [
            {
                "source_id": "3",
                "account_id": "4",
                "account": "Company 4",
                "email": "person3@company.example",
                "contact_role": "Buyer",
                "created_at": utc("2025-12-02 11:00"),
                "is_unsubscribed": False,
            },
            {"source_id": "4", "is_unsubscribed": True},
            {"source_id": "5", "is_unsubscribed": None},
        ],
        "deal": [
            {
                "source_id": "21",
                "account_id": "22",
                "account": "Company 22",
                "contact_id": "22",
                "deal_owner": "User 1",
                "pipeline": "Sales",
                "stage": "Proposal",
                "stage_order": 2,
                "deal_status": "won",
                "amount_original": 210525,
                "currency_original": "EUR",
                "probability": 1.0,
                "created_at": utc("2025-12-09 05:00"),
                "closed_at": utc("2025-12-10 01:00"),
                "expected_close": date(2026, 2, 20),
            },
            {"source_id": "2", "deal_status": "lost", "lost_reason": "Price", "amount_original": 200500},
            {"source_id": "4", "deal_status": "open", "amount_original": 401, "probability": 0.2, "closed_at": None},
            {"source_id": "8", "probability": 0.35, "currency_original": "KWD", "amount_original": 802000},
            {"source_id": "9", "amount_original": 1200000050},
            {"source_id": "22", "is_listed": True, "stage": "Contact made"},
        ],
        "user_agent": [
            {
                "source_id": "1",
                "agent": "User 1",
                "email": "user1@agency.example",
                "active_from": date(2025, 11, 1),
                "active_to": None,
            },
            {"source_id": "3", "active_to": date(2025, 12, 3)},
        ],
    }


@pytest.fixture
def pipedrive() -> LinkedSource:
    """The source."""
    found = find_source("pipedrive")
    assert isinstance(found, LinkedSource)
    return found


@pytest.fixture
def company() -> Iterator[FakePipedrive]:
    """The fake, serving."""
    with FakePipedrive() as fake:
        assert isinstance(fake, FakePipedrive)
        yield fake


def test_a_personal_token_goes_to_the_companys_domain(pipedrive: LinkedSource, company: FakePipedrive) -> None:
    config, token = {"company": "acme"}, {"api_token": company.api_token}
    assert pipedrive.base(config, token) == "https://acme.pipedrive.com"
    [account] = list_accounts(pipedrive, company, config, token, auth=pipedrive.auths[1])
    assert (account.id, account.name, account.currency, account.timezone) == ("815", "Acme", "EUR", "Europe/Athens")
    assert company.asked[0].headers["x-api-token"] == company.api_token
    assert "authorization" not in company.asked[0].headers
    with pytest.raises(StopError, match="domain"):
        pipedrive.base({}, token)


@pytest.mark.parametrize("name", ["evil.example", "acme/", "-acme", "ac me", "acme@evil"])
def test_the_domain_cannot_lead_elsewhere(pipedrive: LinkedSource, name: str) -> None:
    with pytest.raises(ValueError, match="company"):
        pipedrive.base({"company": name}, {})


@pytest.mark.parametrize("ends_at", [True, False])
def test_a_window_has_its_start_and_not_its_end(pipedrive: LinkedSource, company: FakePipedrive, ends_at: bool) -> None:
    company.ends_at = ends_at
    moment = datetime.fromisoformat(str(company.records["deals"][50]["update_time"]))
    for window, is_inside in (
        (Window(moment, moment + timedelta(hours=18)), True),
        (Window(moment - timedelta(hours=18), moment), False),
    ):
        found = [one["id"] for one in records_of(read_all(pipedrive, company, stream="deals", window=window))]
        assert (50 in found) is is_inside
        assert len(found) == 2


def test_a_broken_walk_goes_on_among_records_of_one_time(pipedrive: LinkedSource, company: FakePipedrive) -> None:
    # 49 organisations have one and the same time, which is more than a page.
    whole = read_all(pipedrive, company, stream="organizations")
    rest = read_all(pipedrive, company, stream="organizations", cursor=whole[0].cursor)
    both = records_of(whole[:1]) + records_of(rest)
    assert {one["id"] for one in both} == set(company.records["organizations"])


def test_deleted_and_archived_deals(pipedrive: LinkedSource, company: FakePipedrive, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(pipedrive, company)
        company.touch("deals", 21, status="deleted", is_deleted=True)
        company.touch("deals", 5, is_archived=True)
        company.touch("organizations", 7, is_deleted=True)
        workspace.load(pipedrive, company)
        assert workspace.entity("deal", "source_id", "deal_status", where="not is_listed") == [("21", "won")]
        assert workspace.entity("deal", "is_listed", where="source_id = '5'") == [(True,)]
        assert workspace.entity("account", "source_id", where="not is_listed") == [("7",)]


def test_what_changes_late_in_a_second_is_found(pipedrive: LinkedSource, company: FakePipedrive) -> None:
    deals = next(one for one in list_streams(pipedrive, company) if one.name == "deals")
    company.touch("deals", 1)
    _, cursor = read_whole(pipedrive, company, deals)
    company.touch("deals", 2)
    found = records_of(read_all(pipedrive, company, stream="deals", cursor=cursor))
    assert {1, 2} <= {one["id"] for one in found}


def test_stages_over_time_are_read_where_they_are_wanted(
    pipedrive: LinkedSource, company: FakePipedrive, tmp_path: Path
) -> None:
    assert not any("deal_stage_event" in one.entities for one in list_streams(pipedrive, company))
    company.config = {"stage_history": True}  # type: ignore[misc]
    with empty_workspace(tmp_path) as workspace:
        workspace.load(pipedrive, company)
        columns = ("source_id", "deal_id", "stage", "stage_order", "entered_at", "left_at", "is_advanced", "pipeline")
        entered, moved = utc("2025-12-02 11:00"), utc("2025-12-02 13:00")
        assert workspace.entity("deal_stage_event", *columns, where="deal_id in ('3', '4')") == [
            ("3:1", "3", "Contact made", 1, entered, moved, True, "Sales"),
            ("3:2", "3", "Proposal", 2, moved, None, False, "Sales"),
            ("4:1", "4", "Contact made", 1, utc("2025-12-02 20:00"), None, False, "Sales"),
        ]


def test_a_block_is_a_limit_though_it_comes_as_403(pipedrive: LinkedSource, company: FakePipedrive) -> None:
    company.refusal = Told(403, b"<html>blocked</html>", {"Content-Type": "text/html"})
    with pytest.raises(RateLimitedError) as caught:
        read_all(pipedrive, company, stream="deals")
    assert caught.value.retry_after >= 900
    company.refusal = Told(403, {"success": False, "error": "Scope and URL mismatch"})
    with pytest.raises(MissingScopeError):
        read_all(pipedrive, company, stream="deals")


@pytest.mark.parametrize(
    ("status", "headers", "body", "meant", "seconds"),
    [
        (429, {"x-ratelimit-reset": "2"}, b'{"success":false,"error":"Rate limit exceeded"}', RateLimitedError, 2),
        (429, {}, b'{"success":false,"error":"Rate limit exceeded"}', RateLimitedError, 2),
        (429, {}, b'{"success":false,"error":"Daily API token budget exceeded"}', RateLimitedError, 900),
        (403, {}, b'{"success":false,"error":"Too many requests"}', RateLimitedError, 900),
        (403, {}, b'{"success":false,"error":"Missing permission"}', MissingScopeError, 0),
        (200, {}, b'{"success":false,"error":"Something"}', SourceDownError, 0),
        (200, {}, b'{"success":true,"data":[]}', None, 0),
        (200, {}, b'{"success":tr', None, 0),
        (500, {}, b"<html>", None, 0),
    ],
)
def test_what_answers_mean(
    status: int, headers: dict[str, str], body: bytes, meant: type[SourceError] | None, seconds: float
) -> None:
    found = understand(Answer(status, headers, body, ""))
    assert type(found) is (meant or type(None))
    if isinstance(found, RateLimitedError):
        assert found.retry_after == seconds
