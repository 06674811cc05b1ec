"""TikTok Ads against a fake of it: errors inside of 200, thirty days at most, rows that move between pages, yen."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

import orjson
import pytest

from connectors import MissingScopeError, RateLimitedError, SourceDownError, StopError, TokenRevokedError, Window
from connectors.tiktok_ads import TikTokAdsSource
from connectors.tiktok_ads.answers import understand_tiktok
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor
from tests.connectors.fakes.tiktok_ads import ADVERTISER, OTHER, FakeTikTok, coded
from tests.connectors.reading import list_accounts, opened, read_all, records_of, stream_of


class TestTikTokAds(SourceContract):
    """The contract."""

    source: ClassVar[str] = "tiktok_ads"
    fake: ClassVar[type[FakeVendor]] = FakeTikTok
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ad_account": [
            {
                "source_id": ADVERTISER,
                "ad_account": "Paper Kites",
                "currency_original": "JPY",
                "source_timezone": "Asia/Tokyo",
                "ad_account_status": "enable",
                "created_on": date(2021, 2, 1),
            }
        ],
        "campaign": [
            {
                "source_id": "17900",
                "campaign": "Kites 0",
                "objective": "web conversions",
                "campaign_status": "enable",
                "budget_daily_original": 4000,  # a yen has no smaller unit
                "budget_lifetime_original": None,
            },
            {"source_id": "17901", "budget_daily_original": None, "budget_lifetime_original": 250_000},
            {"source_id": "17902", "campaign_status": "delete", "budget_daily_original": None},
        ],
        "ad_performance_day": [
            {
                "source_id": "2026-03-29|17900",
                "performed_on": date(2026, 3, 29),
                "campaign": "Kites 0",
                "currency_original": "JPY",
                "source_timezone": "Asia/Tokyo",
                "is_settled": False,
            }
        ],
    }


def test_a_code_tells_what_a_200_means() -> None:
    def understood(code: int) -> object:
        return understand_tiktok(Answer(200, {}, orjson.dumps(coded(code, "").body), ""))

    assert isinstance(understood(40100), RateLimitedError)
    assert isinstance(understood(40104), TokenRevokedError)
    assert isinstance(understood(40001), MissingScopeError)
    assert isinstance(understood(50002), SourceDownError)
    assert isinstance(understood(40002), StopError)
    assert understood(0) is None
    assert understand_tiktok(Answer(502, {}, b"<html>", "")) is None
    assert getattr(understood(40002), "request_id", "") == "2026MADEUP0001"


def test_advertisers_are_those_that_came_with_the_token() -> None:
    with FakeTikTok() as fake:
        found = list_accounts(TikTokAdsSource(), fake)
        assert [(one.id, one.name, one.currency, one.timezone) for one in found] == [
            (ADVERTISER, "Paper Kites", "JPY", "Asia/Tokyo"),
            (OTHER, "Paper Boats", "JPY", "Asia/Tokyo"),
        ]
        assert list_accounts(TikTokAdsSource(), fake, credentials={"access_token": "first-token"}) == ()


def test_another_advertiser_is_refused() -> None:
    with FakeTikTok() as fake, pytest.raises(MissingScopeError, match="does not cover this advertiser"):
        read_all(TikTokAdsSource(), fake, {"account_id": "1"}, stream="campaigns")


def test_a_report_whose_rows_move_is_read_again() -> None:
    with FakeTikTok() as fake:
        assert isinstance(fake, FakeTikTok)
        fake.moving = 2
        records = records_of(read_all(TikTokAdsSource(), fake, stream="campaign_days", since=fake.since))
        assert len(records) == len(fake.days)
        fake.moving = 99
        with pytest.raises(SourceDownError, match="kept changing"):
            read_all(TikTokAdsSource(), fake, stream="campaign_days", since=fake.since)


def test_no_request_asks_for_more_than_thirty_days() -> None:
    with FakeTikTok() as fake:
        read_all(TikTokAdsSource(), fake, stream="campaign_days", since=fake.since)
        spans = {
            (date.fromisoformat(one.one("end_date")) - date.fromisoformat(one.one("start_date"))).days
            for one in fake.asked
            if "start_date" in one.query
        }
    assert max(spans) == 29


def test_totals_are_those_of_the_advertiser() -> None:
    source, window = TikTokAdsSource(), Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))

    async def ask(fake: FakeVendor) -> Mapping[str, float]:
        async with opened(source, fake) as context:
            found = await source.totals(context, stream_of(source, context, "campaign_days"), window)
        assert found is not None
        return found.sums

    with FakeTikTok() as fake:
        sums = asyncio.run(ask(fake))
        records = records_of(read_all(source, fake, stream="campaign_days", window=window))
    here = {name: sum(float(str(one[name]).replace("-", "0")) for one in records) for name in sums}
    assert sums == pytest.approx(here)
    assert sums["spend"] > 0
