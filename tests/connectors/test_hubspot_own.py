"""What is HubSpot's own: searches that end, deletes, merges, renamed stages, and what it says when it refuses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import Cursor, LinkedSource, MissingScopeError, PlanLimitError, RateLimitedError, StopError, find_source
from connectors.errors import SourceError, TokenRevokedError
from connectors.hubspot.answers import understand
from connectors.json_value import records_at, text_at
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Record
from tests.connectors.fakes.hubspot import FakeHubSpot
from tests.connectors.fakes.hubspot_seed import company
from tests.connectors.reading import empty_workspace, list_streams, read_all, read_whole, records_of


@pytest.fixture
def hubspot() -> LinkedSource:
    """The source."""
    found = find_source("hubspot")
    assert isinstance(found, LinkedSource)
    return found


@pytest.fixture
def portal() -> Iterator[FakeHubSpot]:
    """The fake, serving."""
    with FakeHubSpot() as fake:
        assert isinstance(fake, FakeHubSpot)
        yield fake


def changed_ids(source: LinkedSource, fake: FakeHubSpot, stream: str) -> list[str]:
    """Return the ids that a read after the first one brings."""
    found = next(one for one in list_streams(source, fake) if one.name == stream)
    _, cursor = read_whole(source, fake, found)
    later = fake.now + timedelta(hours=1)
    return [str(one["id"]) for one in records_of(read_all(source, fake, stream=stream, cursor=cursor, now=later))]


def searches(fake: FakeHubSpot) -> list[str]:
    """Return what was searched by, request by request."""
    bodies = [asked.json for asked in fake.asked if asked.path.endswith("/search")]
    filters = [records_at(body, "filterGroups", 0, "filters") for body in bodies]
    return [",".join(text_at(one, "propertyName") for one in listed) for listed in filters]


class TestTheSearch:
    """It ends at a number of results, and it must not be asked too often."""

    def test_more_changes_than_a_search_shows_all_arrive(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        portal.wall = 200
        read_whole(hubspot, portal, next(one for one in list_streams(hubspot, portal) if one.name == "contacts"))
        for place, key in enumerate(portal.records["contacts"]):
            portal.touch("contacts", key, portal.now + timedelta(seconds=place))
        got = changed_ids(hubspot, portal, "contacts")
        assert sorted(got) == sorted(portal.records["contacts"])

    def test_an_import_that_changes_all_at_once_arrives(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        portal.wall = 200
        for key in portal.records["contacts"]:
            portal.touch("contacts", key)
        got = changed_ids(hubspot, portal, "contacts")
        assert sorted(got) == sorted(portal.records["contacts"]), "each once"
        assert "lastmodifieddate,hs_object_id" in searches(portal)

    def test_an_empty_page_is_not_the_end(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        contacts = next(one for one in list_streams(hubspot, portal) if one.name == "contacts")
        _, cursor = read_whole(hubspot, portal, contacts)
        portal.touch("contacts", "20003")
        portal.empty_first = True
        found = records_of(read_all(hubspot, portal, stream="contacts", cursor=cursor))
        assert [one["id"] for one in found] == ["20003"]

    def test_contacts_are_searched_by_a_property_of_their_own(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        changed_ids(hubspot, portal, "contacts")
        assert set(searches(portal)) == {"lastmodifieddate"}
        portal.asked.clear()
        changed_ids(hubspot, portal, "deals")
        assert set(searches(portal)) == {"hs_lastmodifieddate"}

    def test_no_second_has_more_than_five_searches(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        for stream in list_streams(hubspot, portal):
            changed_ids(hubspot, portal, stream.name)
        assert len(searches(portal)) >= 10
        assert portal.told_too_many == 0


class TestLists:
    """Pages of the whole."""

    def test_a_portal_with_many_stages_gets_its_properties_by_post(
        self, hubspot: LinkedSource, portal: FakeHubSpot
    ) -> None:
        stages = portal.pipelines["deals"][0]["stages"]
        assert isinstance(stages, list)
        stages += [{"id": f"stage-{n}", "label": f"Stage {n}", "displayOrder": 90 + n} for n in range(80)]
        contract = SourceContract()
        deals = next(one for one in list_streams(hubspot, portal) if one.name == "deals")
        contract.assert_true(portal, deals, records_of(read_whole(hubspot, portal, deals)[0]))
        assert any(asked.path.endswith("/deals/batch/read") for asked in portal.asked)

    def test_a_renamed_stage_brings_all_deals_again(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        deals = next(one for one in list_streams(hubspot, portal) if one.name == "deals")
        _, cursor = read_whole(hubspot, portal, deals)
        assert records_of(read_all(hubspot, portal, stream="deals", cursor=cursor)) == []
        portal.pipelines["deals"][0]["stages"][1]["label"] = "Promising"  # type: ignore[call-overload, index]
        again = records_of(read_all(hubspot, portal, stream="deals", cursor=cursor))
        assert len(again) == len(portal.records["deals"])
        assert any("Promising" in str(one["stage"]) for one in again)


class TestDeletes:
    """What is archived or merged away is listed no more."""

    def test_an_archived_deal_and_a_merged_company_go(
        self, hubspot: LinkedSource, portal: FakeHubSpot, tmp_path: Path
    ) -> None:
        with empty_workspace(tmp_path) as workspace:
            workspace.load(hubspot, portal)
            portal.archive("deals", "300008")
            portal.merge("companies", kept="1003", gone="1004")
            portal.now = portal.now + timedelta(hours=1)  # type: ignore[misc]
            workspace.load(hubspot, portal, portal.now)
            gone = {
                name: [str(row[0]) for row in workspace.entity(name, "source_id", where="not is_listed")]
                for name in ("deal", "deal_stage_event", "account")
            }
            assert gone["deal"] == ["300008"]
            assert gone["deal_stage_event"] == [
                f"300008:{stage}" for stage in ("appointmentscheduled", "closedwon", "contractsent", "qualifiedtobuy")
            ]
            assert gone["account"] == ["1004"]
            assert workspace.entity("deal", "amount_original", where="source_id = '300008'") == [(80050,)]
            assert workspace.quarantine() == []


class TestALongArchive:
    """It is not walked through at every turn."""

    def test_it_rests_for_some_hours(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        def archived_pages(hours: float, cursor: Cursor) -> tuple[int, Cursor]:
            portal.asked.clear()
            now = portal.now + timedelta(hours=hours)
            batches = read_all(hubspot, portal, stream="companies", cursor=cursor, now=now)
            lists = [one for one in portal.asked if one.path.endswith("/companies") and one.one("archived") == "true"]
            return len(lists), batches[-1].cursor

        for number in range(2101):
            old: Record = {"archived": True, "archivedAt": "2025-12-01T00:00:00.000Z"}
            portal.records["companies"][str(7000 + number)] = company(6000 + number) | {"id": str(7000 + number)} | old
        first, cursor = archived_pages(0, Cursor())
        soon, cursor = archived_pages(1, cursor)
        later, cursor = archived_pages(5, cursor)
        assert (first, soon, later) == (22, 0, 22)


class TestRefusals:
    """What HubSpot says when it does not answer."""

    def test_a_portal_without_service_hub_has_no_answers(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        portal.missing = {"feedback_submissions"}
        assert records_of(read_all(hubspot, portal, stream="feedback_submissions")) == []
        portal.missing = {"deals"}
        with pytest.raises(PlanLimitError):
            read_all(hubspot, portal, stream="deals")

    def test_a_missing_scope_is_for_a_person(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        portal.forbidden = {"tickets"}
        with pytest.raises(MissingScopeError, match="scope") as caught:
            read_all(hubspot, portal, stream="tickets")
        assert caught.value.request_id == "c-0815"
        assert "secret" not in str(caught.value).lower()

    def test_surveys_can_be_left_out(self, hubspot: LinkedSource, portal: FakeHubSpot) -> None:
        portal.config = {"surveys": False}  # type: ignore[misc]
        assert [one.name for one in list_streams(hubspot, portal)] == [
            "owners",
            "companies",
            "contacts",
            "deals",
            "tickets",
        ]

    @pytest.mark.parametrize(
        ("status", "body", "meant"),
        [
            (401, b'{"category":"EXPIRED_AUTHENTICATION"}', TokenRevokedError),
            (401, b'{"category":"INVALID_AUTHENTICATION"}', TokenRevokedError),
            (403, b'{"category":"MISSING_SCOPES"}', MissingScopeError),
            (400, b'{"category":"VALIDATION_ERROR"}', StopError),
            (404, b'{"category":"OBJECT_NOT_FOUND"}', PlanLimitError),
            (200, b'{"results":[]}', None),
            (502, b"<html>", None),
        ],
    )
    def test_what_answers_mean(self, status: int, body: bytes, meant: type[SourceError] | None) -> None:
        found = understand(Answer(status, {}, body, ""))
        assert type(found) is (meant or type(None))

    @pytest.mark.parametrize(
        ("policy", "seconds"), [("DAILY", 900), ("TEN_SECONDLY_ROLLING", 10), ("SECONDLY", 1), ("", 0)]
    )
    def test_each_limit_has_its_pause(self, policy: str, seconds: float) -> None:
        body = f'{{"errorType":"RATE_LIMIT","policyName":"{policy}"}}'.encode()
        found = understand(Answer(429, {}, body, ""))
        assert isinstance(found, RateLimitedError)
        assert found.retry_after == seconds
