"""Meta Ads against a fake of it: limits that come as 400, one kind of action, deleted campaigns, forints."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

import orjson
import pytest

from connectors import MissingScopeError, RateLimitedError, SourceDownError, StopError, TokenRevokedError, Window
from connectors.meta_ads import MetaAdsSource
from connectors.meta_ads.answers import understand_meta
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor, Told
from tests.connectors.fakes.meta_ads import ACCOUNT, OTHER, FakeMeta, meta_error
from tests.connectors.reading import list_accounts, opened, read_all, records_of, stream_of


class TestMetaAds(SourceContract):
    """The contract."""

    source: ClassVar[str] = "meta_ads"
    fake: ClassVar[type[FakeVendor]] = FakeMeta
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ad_account": [
            {
                "source_id": ACCOUNT,
                "ad_account": "Quayside Soap",
                "currency_original": "HUF",
                "source_timezone": "Europe/Budapest",
                "ad_account_status": "active",
                "created_on": date(2021, 5, 4),
            }
        ],
        "campaign": [
            {
                "source_id": "120330",
                "campaign": "Soap 0",
                "objective": "sales",
                "campaign_status": "active",
                "starts_on": date(2025, 11, 3),
                "budget_daily_original": 1_500_000,  # 15,000 forints, counted by Meta in whole forints
                "source_updated_at": datetime(2026, 2, 1, 9, 30),  # noqa: DTZ001
            },
            {"source_id": "120331", "budget_daily_original": None, "budget_lifetime_original": 90_000_000},
            {"source_id": "120332", "campaign_status": "deleted"},
        ],
        "ad_performance_day": [
            {
                "source_id": "2026-03-29|120330",
                "performed_on": date(2026, 3, 29),
                "platform": "Meta Ads",
                "campaign": "Soap 0",
                "spend_original": 384_111,
                "currency_original": "HUF",
                "impressions": 2680,
                "reach": 2077,
                "clicks": 67,
                "link_clicks": 66,
                "conversions": 7.0,  # of omni_purchase alone
                "conversion_value_original": 2_870_350,
                "leads": 2.0,
                "attribution_window": "7d_click_1d_view",
                "source_timezone": "Europe/Budapest",
                "is_settled": False,
            },
            {"source_id": "2026-01-20|120332", "campaign": "Soap 2", "is_settled": True},
        ],
    }


def understood(told: Told, headers: Mapping[str, str] | None = None) -> object:
    """Return what an answer means."""
    return understand_meta(Answer(told.status, headers or {}, orjson.dumps(told.body), ""))


def test_errors_are_told_apart_by_their_code() -> None:
    for code in (4, 17, 32, 613, 80000, 80014):
        assert isinstance(understood(meta_error(400, code, "")), RateLimitedError)
    assert isinstance(understood(meta_error(500, 1, "")), SourceDownError)
    assert isinstance(understood(meta_error(400, 200, "")), MissingScopeError)
    assert isinstance(understood(meta_error(400, 100, "", subcode=33)), MissingScopeError)
    assert isinstance(understood(meta_error(400, 100, "")), StopError)
    assert "password was changed" in str(understood(meta_error(400, 190, "", subcode=460)))
    assert understood(Told(200, {"data": []})) is None
    assert understood(Told(502, "gateway")) is None


def test_the_longest_of_the_usage_headers_is_obeyed() -> None:
    usage = {"318": [{"type": "ads_insights", "call_count": 100, "estimated_time_to_regain_access": 4}]}
    other = {"318": [{"type": "ads_management", "estimated_time_to_regain_access": 1}]}
    headers = {"x-business-use-case-usage": orjson.dumps(usage | {"319": other["318"]}).decode()}
    found = understood(meta_error(400, 80000, ""), headers)
    assert isinstance(found, RateLimitedError)
    assert found.retry_after == 240
    vague = understood(meta_error(400, 80000, ""), {"x-app-usage": "no json"})
    assert isinstance(vague, RateLimitedError)
    assert vague.retry_after == 30


def test_a_version_that_has_ended_stops_and_a_dead_token_asks_for_a_person() -> None:
    with FakeMeta() as fake:
        with pytest.raises(StopError, match=r"version of Meta's API has ended"):
            read_all(MetaAdsSource(), fake, {**fake.config, "api_version": "v24.0"}, stream="campaigns")
        with pytest.raises(TokenRevokedError, match=r"has expired. Link the account again"):
            read_all(MetaAdsSource(), fake, credentials={"access_token": "old"}, stream="campaigns")


def test_the_token_never_travels_in_an_address() -> None:
    with FakeMeta() as fake:
        read_all(MetaAdsSource(), fake, stream="campaign_days", since=fake.since)
        assert len([one for one in fake.asked if one.path.endswith("/insights")]) > 3
        assert not [one for one in fake.asked if "access_token" in one.query]


def test_accounts_are_those_that_the_grant_reaches() -> None:
    with FakeMeta() as fake:
        found = list_accounts(MetaAdsSource(), fake)
    assert [(one.id, one.name, one.currency, one.timezone) for one in found] == [
        (ACCOUNT, "Quayside Soap", "HUF", "Europe/Budapest"),
        (OTHER, "Quayside Candles", "HUF", "Europe/Budapest"),
    ]


def test_another_kind_of_action_may_count_as_the_conversion() -> None:
    with FakeMeta() as fake:
        config = {**fake.config, "conversion_action": "link_click"}
        records = records_of(read_all(MetaAdsSource(), fake, config, stream="campaign_days", since=fake.since))
    assert {(one["conversions"], one["conversion_value"]) for one in records} == {("9", None)}


def test_totals_are_those_of_the_account() -> None:
    source, window = MetaAdsSource(), Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))

    async def ask(fake: FakeVendor) -> Mapping[str, float]:
        async with opened(source, fake) as context:
            found = await source.totals(context, stream_of(source, context, "campaign_days"), window)
        assert found is not None
        return found.sums

    with FakeMeta() as fake:
        sums = asyncio.run(ask(fake))
        records = records_of(read_all(source, fake, stream="campaign_days", window=window))
    assert sums == pytest.approx({name: sum(float(str(one[name])) for one in records) for name in sums})
    assert sums["spend"] > 0


def test_days_that_are_too_much_for_one_report_are_asked_for_in_halves() -> None:
    with FakeMeta() as fake:
        assert isinstance(fake, FakeMeta)
        fake.most_days = 9
        records = records_of(read_all(MetaAdsSource(), fake, stream="campaign_days", since=fake.since))
        assert len(records) == len(fake.days)
        fake.most_days = 0
        with pytest.raises(StopError, match="cannot answer for so many rows at once"):
            read_all(MetaAdsSource(), fake, stream="campaign_days", since=fake.since)
