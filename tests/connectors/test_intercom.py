"""Intercom: the contract of every source, and what is Intercom's own."""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ValidationError

from connectors import MissingScopeError, RateLimitedError, SourceDownError, StopError, Window
from connectors.errors import PlanLimitError
from connectors.intercom.answers import INTERCOM
from connectors.intercom.lists import MOST_LISTED
from connectors.intercom.source import IntercomSettings, IntercomSource
from connectors.vendor import Answer, error_of
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Fault
from tests.connectors.fakes.intercom import FakeIntercom
from tests.connectors.reading import empty_workspace, list_accounts, read_all, records_of

SOURCE = IntercomSource()
COMPANY = "6600000000000000000"
CONTACT = "6500000000000000000"
moment = datetime.fromisoformat


class TestIntercom(SourceContract):
    """The contract, and rows that were worked out by hand from the fake's records."""

    source, fake = "intercom", FakeIntercom
    renews = False
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ticket": (
            {
                "source_id": "9002",
                "subject": "Parcel 2",
                "ticket_status": "closed",
                "priority": "normal",
                "channel": "phone",
                "channel_group": "voice",
                "category": None,
                "tags": None,
                "source_url": "https://app.intercom.com/a/inbox/quay1234/inbox/conversation/9002",
                "contact_id": f"{CONTACT}00002",
                "account_id": f"{COMPANY}00002",
                "account": "Customer 2",
                "assignee_id": "703",
                "agent": "Teammate 3",
                "agent_group": "Front desk",
                "created_at": moment("2025-12-04 15:00"),
                "first_assigned_at": moment("2025-12-04 15:01"),
                "first_human_reply_at": moment("2025-12-04 15:10:02"),
                "first_solved_at": moment("2025-12-04 16:59:20"),
                "solved_at": moment("2025-12-04 17:00"),
                "frt_seconds": 602.0,
                "resolution_seconds": 7200.0,
                "vendor_frt_seconds": 572.0,
                "frt_business_seconds": 572.0,
                "vendor_resolution_seconds": 7140.0,
                "handle_seconds": 302.0,
                "reopen_count": 0,
                "assignee_count": 1,
                "public_agent_replies": None,
                "bot_replies": 0,
                "reply_by": "human",
                "sla_policy": "Gold",
                "sla_resolution_met": True,
                "is_sla_breached": False,
            },
            {
                "source_id": "9001",
                "category": "Delivery",
                "ticket_status": "open",
                "tags": "billing,vip",
                "solved_at": None,
            },
            {"source_id": "9003", "ticket_status": "pending", "assignee_count": None, "account_id": None},
            {"source_id": "9010", "reply_by": "bot", "is_bot_resolved": True, "first_reply_at": None},
            {"source_id": "9007", "assignee_id": None, "agent_group": None, "channel": "phone"},
            {
                "source_id": "9095",
                "first_reply_at": None,
                "public_agent_replies": None,
                "assignee_id": None,
                "vendor_frt_seconds": None,
                "subject": None,
            },
        ),
        "ticket_event": (
            {"source_id": "9002-solved", "kind": "solved", "occurred_at": moment("2025-12-04 17:00")},
            {"source_id": "9001-created", "kind": "created", "actor_type": "customer"},
        ),
        "survey_response": (
            {
                "source_id": "9002-rating",
                "ticket_id": "9002",
                "contact_id": f"{CONTACT}00002",
                "assignee_id": "703",
                "raw_value": 3.0,
                "score_normalised": 0.5,
                "is_satisfied": False,
                "is_answer": True,
                "sent_at": moment("2025-12-04 17:01"),
                "responded_at": moment("2025-12-04 17:02"),
                "comment_text": None,
            },
            {"source_id": "9004-rating", "raw_value": 5.0, "is_satisfied": True},
            {"source_id": "9010-rating", "raw_value": None, "is_answer": False, "is_invite": True},
        ),
        "account": (
            {
                "source_id": f"{COMPANY}00001",
                "account": "Customer 1",
                "domain": "customer1.example",
                "external_ids": '{"company_id":"crm-1"}',
                "employees": 21,
                "plan": "Pro",
            },
            {"source_id": f"{COMPANY}00002", "domain": None, "plan": None},
        ),
        "contact": (
            {
                "source_id": f"{CONTACT}00001",
                "contact_name": "Person 1",
                "email": "person1@customer.example",
                "contact_role": "user",
                "account_id": f"{COMPANY}00001",
                "country": "Greece",
                "created_at": moment("2025-12-02 10:00"),
                "is_unsubscribed": False,
            },
            {"source_id": f"{CONTACT}00003", "is_unsubscribed": True, "account_id": None},
        ),
        "user_agent": (
            {"source_id": "701", "agent": "Teammate 1", "agent_group": "Front desk", "staff_role": "agent"},
            {"source_id": "704", "agent_group": None, "staff_role": "other"},
        ),
    }


@pytest.fixture
def fake() -> Iterator[FakeIntercom]:
    """The fake, serving."""
    with FakeIntercom() as running:
        assert isinstance(running, FakeIntercom)
        yield running


def test_windows_together_are_the_whole_and_nothing_comes_twice(fake: FakeIntercom) -> None:
    edge = datetime.fromtimestamp(int(str(fake.conversation("9040")["updated_at"])), tz=fake.now.tzinfo)
    found = []
    for start, end in pairwise([fake.since, edge, fake.now]):
        found += [
            one["id"] for one in records_of(read_all(SOURCE, fake, stream="conversations", window=Window(start, end)))
        ]
    assert sorted(map(str, found)) == [str(number) for number in range(9001, 9096)]


def test_a_window_that_breaks_goes_on(fake: FakeIntercom) -> None:
    window = Window(moment("2026-01-10T00:00:00Z"), moment("2026-03-10T00:00:00Z"))
    whole = read_all(SOURCE, fake, stream="conversations", window=window)
    assert len(whole) > 2
    rest = read_all(SOURCE, fake, stream="conversations", window=window, cursor=whole[0].cursor)
    wanted = {str(one["id"]) for one in records_of(whole)}
    assert {str(one["id"]) for one in records_of([whole[0], *rest])} == wanted
    assert len(records_of(rest)) < len(wanted)


def test_a_read_that_breaks_goes_on_from_its_moment(fake: FakeIntercom) -> None:
    batches = read_all(SOURCE, fake, stream="conversations", since=fake.since)
    assert [batch.expected for batch in batches] == [95] * 5
    rest = read_all(SOURCE, fake, stream="conversations", cursor=batches[2].cursor)
    ids = {str(one["id"]) for one in records_of([*batches[:3], *rest])}
    assert len(ids) == 95
    assert len(records_of(rest)) < 50


def test_pages_out_of_order_move_no_cursor(fake: FakeIntercom) -> None:
    fake.ordered = False
    batches = read_all(SOURCE, fake, stream="contacts", since=fake.since)
    start = {"reached": int(fake.since.timestamp())}
    assert [dict(batch.cursor.value) == start for batch in batches] == [True, False]


def test_a_conversation_that_is_opened_again(fake: FakeIntercom, tmp_path: Path) -> None:
    with empty_workspace(tmp_path) as workspace:
        workspace.load(SOURCE, fake)
        fake.conversation("9002").update({"state": "open", "updated_at": int(fake.now.timestamp()) - 60})
        workspace.load(SOURCE, fake)
        assert workspace.entity("ticket", "solved_at", "is_solved", where="source_id = '9002'") == [(None, False)]
        assert workspace.entity("ticket_event", "is_listed", where="source_id = '9002-solved'") == [(False,)]


def test_many_companies_are_scrolled(fake: FakeIntercom) -> None:
    fake.total = MOST_LISTED + 1
    batches = read_all(SOURCE, fake, stream="companies", since=fake.since)
    assert len(records_of(batches)) == 50
    assert [asked.path for asked in fake.asked] == ["/companies/list"] + ["/companies/scroll"] * 4
    assert batches[0].expected == MOST_LISTED + 1


def test_a_workspace_without_the_list_is_scrolled(fake: FakeIntercom) -> None:
    fake.without.add("/companies/list")
    assert len(records_of(read_all(SOURCE, fake, stream="companies", since=fake.since))) == 50


def test_a_scroll_that_breaks_off_is_not_believed(fake: FakeIntercom) -> None:
    fake.total = MOST_LISTED + 1
    fake.faults.next(Fault.SLOW, seconds=0.0, path="scroll")
    fake.faults.next(Fault.DROP, path="scroll")
    with pytest.raises(SourceDownError, match="broke off"):
        read_all(SOURCE, fake, stream="companies", since=fake.since)


def test_somebody_elses_scroll_is_waited_for(fake: FakeIntercom) -> None:
    fake.total = MOST_LISTED + 1
    fake.scrolling.append(40)
    with pytest.raises(RateLimitedError, match="Somebody else"):
        read_all(SOURCE, fake, stream="companies", since=fake.since)
    assert sum(fake.clock.slept) >= 60


def test_the_workspace_is_named(fake: FakeIntercom) -> None:
    (account,) = list_accounts(SOURCE, fake)
    assert (account.id, account.name, account.timezone) == ("quay1234", "Quayside", "Europe/Athens")
    assert fake.asked[0].headers["intercom-version"] == "2.17"


@pytest.mark.parametrize("stream", ["admins"])
def test_a_plan_without_a_list_has_none(fake: FakeIntercom, stream: str) -> None:
    fake.without |= {"/admins", "/teams"}
    (batch,) = read_all(SOURCE, fake, stream=stream, since=fake.since)
    assert (batch.records, batch.done) == ([], True)


@pytest.mark.parametrize(
    ("region", "address"),
    [("us", "https://api.intercom.io"), ("eu", "https://api.eu.intercom.io"), ("au", "https://api.au.intercom.io")],
)
def test_every_region_has_its_address(region: str, address: str) -> None:
    assert SOURCE.base({"region": region}, {}) == address


def test_no_other_region() -> None:
    with pytest.raises(ValidationError):
        IntercomSettings.model_validate({"region": "evil.example/"})


def test_both_ways_in_sign_alike() -> None:
    headers = {auth.kind: auth.headers({"access_token": "abc"}) for auth in SOURCE.auths}
    assert headers == {kind: {"Authorization": "Bearer abc"} for kind in ("oauth2", "api_key")}


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, "api_plan_restricted", PlanLimitError),
        (403, "token_unauthorized", MissingScopeError),
        (404, "not_found", PlanLimitError),
        (400, "parameter_invalid", StopError),
    ],
)
def test_what_answers_mean(status: int, code: str, expected: type[Exception]) -> None:
    body = b'{"type":"error.list","errors":[{"code":"%s","message":"no"}]}' % code.encode()
    assert type(error_of(INTERCOM, Answer(status, {}, body, ""))) is expected


def test_a_limit_names_the_moment_of_its_end() -> None:
    error = error_of(INTERCOM, Answer(429, {"x-ratelimit-reset": str(int(time.time()) + 9)}, b"{}", ""))
    assert isinstance(error, RateLimitedError)
    assert 7 < error.retry_after <= 9
