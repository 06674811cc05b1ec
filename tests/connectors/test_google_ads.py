"""Google Ads against a fake of it: queries, managers, errors, money in millionths, and the account's own totals."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import MissingScopeError, StopError, Window, find_source
from connectors.google_ads import GoogleAdsSource
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor
from tests.connectors.fakes.google_ads import CUSTOMER, MANAGER, FakeGoogleAds
from tests.connectors.reading import empty_workspace, list_accounts, opened, read_all, records_of, stream_of


class TestGoogleAds(SourceContract):
    """The contract. A searchStream has no pages that could loop."""

    source: ClassVar[str] = "google_ads"
    fake: ClassVar[type[FakeVendor]] = FakeGoogleAds
    test_a_looping_cursor_stops = None  # type: ignore[assignment]
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "ad_account": [
            {
                "source_id": CUSTOMER,
                "platform": "Google Ads",
                "ad_account": "Harbour Lamps",
                "currency_original": "EUR",
                "source_timezone": "Europe/Athens",
                "ad_account_status": "enabled",
            }
        ],
        "campaign": [
            {
                "source_id": "2100",
                "campaign": "Lamps 0",
                "campaign_status": "enabled",
                "marketing_channel": "Paid search",
                "budget_daily_original": 1235,
                "budget_lifetime_original": None,
                "currency_original": "EUR",
            },
            {
                "source_id": "2102",
                "campaign_status": "removed",
                "marketing_channel": "Paid video",
                "budget_daily_original": None,
                "budget_lifetime_original": 3704,
            },
        ],
        "ad_performance_day": [
            {
                "source_id": "2026-03-29|2100|MOBILE",
                "performed_on": date(2026, 3, 29),
                "campaign": "Lamps 0",
                "ad_account": "Harbour Lamps",
                "device": "mobile",
                "breakdown_set": "device",
                "is_settled": False,
            }
        ],
    }


def known_day(fake: FakeGoogleAds) -> FakeGoogleAds:
    """Give the fake three rows whose figures are written down, and no other."""
    rows = [
        ("2026-01-20", "MOBILE", "1234567", 2.5, 10.005, "40", "4"),
        ("2026-03-29", "DESKTOP", "8961086720", 0, 0, "9000", "20432"),
        ("2026-03-30", "CONNECTED_TV", "4999", 1, 1e-05, "1", "0"),
    ]
    fake.days = [
        fake.days[0]
        | {
            "segments.date": day,
            "segments.device": device,
            "metrics.cost_micros": cost,
            "metrics.conversions": count,
            "metrics.conversions_value": value,
            "metrics.impressions": impressions,
            "metrics.clicks": clicks,
        }
        for day, device, cost, count, value, impressions, clicks in rows
    ]
    return fake


COLUMNS = (
    "device",
    "spend_original",
    "conversions",
    "conversion_value_original",
    "impressions",
    "clicks",
    "is_settled",
)


def test_money_is_exact(tmp_path: Path) -> None:
    with known_day(FakeGoogleAds()) as fake, empty_workspace(tmp_path) as workspace:
        workspace.load(GoogleAdsSource(), fake)
        found = workspace.entity("ad_performance_day", *COLUMNS, "marketing_channel", "campaign_id")
    assert [row[:7] for row in found] == [
        ("mobile", 123, 2.5, 1001, 40, 4, True),
        ("desktop", 896109, 0.0, 0, 9000, 20432, False),
        ("connected tv", 0, 1.0, 0, 1, 0, False),
    ]
    assert {row[7:] for row in found} == {("Paid search", "2100")}


def test_accounts_below_a_manager_know_their_manager() -> None:
    with FakeGoogleAds() as fake:
        (account,) = list_accounts(GoogleAdsSource(), fake)
    assert (account.id, account.name, account.currency, account.timezone) == (
        CUSTOMER,
        "Harbour Lamps",
        "EUR",
        "Europe/Athens",
    )
    assert account.settings == {"login_customer_id": MANAGER}


def test_the_manager_is_named_in_every_request() -> None:
    with FakeGoogleAds() as fake:
        read_all(GoogleAdsSource(), fake, stream="campaigns")
        assert {one.headers.get("login-customer-id") for one in fake.asked} == {MANAGER}
        with pytest.raises(MissingScopeError, match=r"USER_PERMISSION_DENIED.*choose it again"):
            read_all(GoogleAdsSource(), fake, {"account_id": CUSTOMER}, stream="campaigns")


def test_a_version_that_has_ended_stops() -> None:
    with FakeGoogleAds() as fake:
        config = {**fake.config, "api_version": "v22"}
        with pytest.raises(StopError, match=r"UNSUPPORTED_VERSION.*has ended") as caught:
            read_all(GoogleAdsSource(), fake, config, stream="campaigns")
        assert len(fake.asked) == 1
    assert caught.value.request_id == "hQ3xMadeUpRequest"


def test_the_number_may_have_hyphens() -> None:
    with FakeGoogleAds() as fake:
        config = {**fake.config, "account_id": "481-516-2342"}
        assert len(records_of(read_all(GoogleAdsSource(), fake, config, stream="campaigns"))) == 3


def test_totals_are_those_of_the_account() -> None:
    source, window = GoogleAdsSource(), Window(datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))

    async def ask(fake: FakeGoogleAds) -> Mapping[str, float]:
        async with opened(source, fake) as context:
            assert await source.totals(context, stream_of(source, context, "campaigns"), window) is None
            found = await source.totals(context, stream_of(source, context, "campaign_days"), window)
        assert found is not None
        return found.sums

    with FakeGoogleAds() as fake:
        assert isinstance(fake, FakeGoogleAds)
        sums = asyncio.run(ask(fake))
        batches = read_all(source, fake, stream="campaign_days", window=window)
    records = records_of(batches)
    assert sums == {name: sum(float(str(one[name])) for one in records) for name in sums}
    assert sums["costMicros"] > 0


def test_the_newest_thirty_days_are_read_again() -> None:
    source = GoogleAdsSource()
    with FakeGoogleAds() as fake:
        cursor = read_all(source, fake, stream="campaign_days", since=fake.since)[-1].cursor
        assert cursor.value == {"through": "2026-03-30"}
        fake.asked.clear()
        later = read_all(source, fake, stream="campaign_days", cursor=cursor, now=fake.now + timedelta(days=2))
        queries = [str(one.json["query"]) for one in fake.asked[1:]]
    assert [one[one.index("BETWEEN") :][:40] for one in queries] == [
        "BETWEEN '2026-02-28' AND '2026-03-29' OR",
        "BETWEEN '2026-03-30' AND '2026-04-01' OR",
    ]
    assert [batch.cursor.value["through"] for batch in later] == ["2026-03-30", "2026-04-01"]


def test_it_is_registered() -> None:
    assert isinstance(find_source("google_ads"), GoogleAdsSource)
