"""LinkedIn Ads against a fake of it: versions, brackets in addresses, full reports, cost with noise."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

import httpx2
import orjson
import pytest

from connectors import MissingScopeError, RateLimitedError, StopError, TokenRevokedError, Window
from connectors.day_reading import Days
from connectors.linkedin_ads import LinkedInAdsSource
from connectors.linkedin_ads import source as linkedin_source
from connectors.linkedin_ads.answers import understand_linkedin
from connectors.linkedin_ads.report import report_address
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor, Told
from tests.connectors.fakes.linkedin_ads import ACCOUNT, FakeLinkedIn, linkedin_error
from tests.connectors.reading import list_accounts, opened, read_all, records_of, stream_of


class TestLinkedInAds(SourceContract):
    """The contract."""

    source: ClassVar[str] = "linkedin_ads"
    fake: ClassVar[type[FakeVendor]] = FakeLinkedIn
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ad_account": [
            {"source_id": ACCOUNT, "ad_account": "Beacon Tools", "currency_original": "USD", "source_timezone": "UTC"}
        ],
        "campaign": [
            {
                "source_id": "88100",
                "campaign": "Tools 0",
                "objective": "lead generation",
                "campaign_status": "active",
                "starts_on": date(2025, 11, 3),
                "budget_daily_original": 3500,
                "budget_lifetime_original": None,
                "source_updated_at": datetime(2026, 2, 1, 10, 30),  # noqa: DTZ001
            },
            {"source_id": "88101", "budget_lifetime_original": 150_050, "currency_original": "USD"},
        ],
        "ad_performance_day": [
            {
                "source_id": "2026-03-29|88100",
                "performed_on": date(2026, 3, 29),
                "campaign": "Tools 0",  # from its campaign: a report has numbers only
                "objective": "lead generation",
                "spend_original": 20_650,  # sent as 206.5000000000000335346
                "currency_original": "USD",
                "impressions": 5500,
                "clicks": 50,
                "link_clicks": 49,
                "conversions": 6.0,
                "conversion_value_original": 11_940,  # sent as 119.39999999999999
                "leads": 4.0,
                "view_through_conversions": 2.0,
                "is_settled": False,
            },
            {"source_id": "2026-01-20|88102", "is_settled": True, "source_timezone": "UTC"},
        ],
    }


def understood(told: Told, headers: Mapping[str, str] | None = None) -> object:
    """Return what an answer means."""
    return understand_linkedin(Answer(told.status, headers or {}, orjson.dumps(told.body), ""))


def test_errors_are_told_apart() -> None:
    assert isinstance(understood(linkedin_error(401, "REVOKED_ACCESS_TOKEN", 65601)), TokenRevokedError)
    assert "was withdrawn" in str(understood(linkedin_error(401, "REVOKED_ACCESS_TOKEN", 65601)))
    assert isinstance(understood(linkedin_error(403, "ACCESS_DENIED", 100)), MissingScopeError)
    assert isinstance(understood(linkedin_error(400, "ILLEGAL_ARGUMENT", None)), StopError)
    assert understood(Told(500, {"status": 500})) is None


def test_a_quota_of_a_day_lasts_until_midnight_unless_a_header_says_better() -> None:
    now = datetime.now(UTC)
    left = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
    found = understood(linkedin_error(429, "TOO_MANY_REQUESTS", 101))
    assert isinstance(found, RateLimitedError)
    assert 0 < found.retry_after <= 86_400
    assert found.retry_after == pytest.approx(left, abs=5) or left < 5
    told = understood(linkedin_error(429, "TOO_MANY_REQUESTS", 101), {"retry-after": "7"})
    assert isinstance(told, RateLimitedError)
    assert told.retry_after == 0


def test_brackets_of_an_address_are_sent_as_they_are() -> None:
    address = report_address("512", Days(date(2026, 1, 1), date(2026, 1, 30)), "CAMPAIGN")
    sent = httpx2.URL(f"https://api.linkedin.com/rest{address}").raw_path.decode()
    assert "dateRange=(start:(year:2026,month:1,day:1),end:(year:2026,month:1,day:30))" in sent
    assert "accounts=List(urn%3Ali%3AsponsoredAccount%3A512)" in sent


def test_a_version_that_has_ended_stops() -> None:
    with FakeLinkedIn() as fake, pytest.raises(StopError, match=r"does not serve this version.*newer month"):
        read_all(LinkedInAdsSource(), fake, {**fake.config, "api_version": "202509"}, stream="campaigns")


def test_a_full_report_is_read_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkedin_source, "MOST_ROWS", 20)
    with FakeLinkedIn() as fake:
        assert isinstance(fake, FakeLinkedIn)
        fake.most_rows = 20
        records = records_of(read_all(LinkedInAdsSource(), fake, stream="campaign_days", since=fake.since))
        assert len(records) == len(fake.days) > 100


def test_accounts_and_totals() -> None:
    source, window = LinkedInAdsSource(), Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))

    async def ask(fake: FakeVendor) -> Mapping[str, float]:
        async with opened(source, fake) as context:
            found = await source.totals(context, stream_of(source, context, "campaign_days"), window)
        assert found is not None
        return found.sums

    with FakeLinkedIn() as fake:
        assert [(one.id, one.name, one.currency) for one in list_accounts(source, fake)] == [
            (ACCOUNT, "Beacon Tools", "USD")
        ]
        sums = asyncio.run(ask(fake))
        records = records_of(read_all(source, fake, stream="campaign_days", window=window))
    assert sums == pytest.approx({name: sum(float(str(one[name])) for one in records) for name in sums})
    assert sums["clicks"] > 0
