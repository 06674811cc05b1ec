"""Google Analytics against a fake of it: pages, rows that vanish, quotas, flags, unknown values."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import orjson
import pytest

from connectors import MissingScopeError, RateLimitedError, StopError, Window
from connectors.google import understand_google
from connectors.google_analytics import GoogleAnalyticsSource
from connectors.google_analytics import report as analytics_report
from connectors.google_analytics import source as analytics_source
from connectors.google_analytics.report import record_id
from connectors.vendor import Answer
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor, Told
from tests.connectors.fakes.google import google_error
from tests.connectors.fakes.google_analytics import OTHER, PROPERTY, FakeAnalytics
from tests.connectors.reading import empty_workspace, list_accounts, opened, read_all, records_of, stream_of

SOURCE = GoogleAnalyticsSource()


class TestGoogleAnalytics(SourceContract):
    """The contract."""

    source: ClassVar[str] = "google_analytics"
    fake: ClassVar[type[FakeVendor]] = FakeAnalytics


def test_visits_are_as_written_down(tmp_path: Path) -> None:
    with FakeAnalytics() as fake, empty_workspace(tmp_path) as workspace:
        assert isinstance(fake, FakeAnalytics)
        fake.rows = fake.rows[:3]
        fake.rows[1] |= {"sessions": "40", "purchaseRevenue": "35.99", "keyEvents": "4.5", "transactions": "2"}
        fake.flags = {"subjectToThresholding": True, "samplingMetadatas": [{"samplesReadCount": "10"}]}
        workspace.load(SOURCE, fake)
        found = workspace.rows(
            """select visited_on, traffic_source, traffic_medium, source_medium, campaign, marketing_channel,
                landing_page, page_type, country, device
               from normalised.web_session_day order by device"""
        )
        figures = workspace.rows(
            """select sessions, purchase_revenue_original, currency_original, key_events, transactions, is_sampled,
                is_thresholded, has_other_row, source_timezone
               from normalised.web_session_day where device = 'desktop'"""
        )
        quarantine = workspace.quarantine()
    day = date(2026, 2, 10)
    shop = (
        "newsletter",
        "email",
        "newsletter / email",
        "march",
        "Email",
        "/products/lamps",
        "product",
        "DE",
        "desktop",
    )
    search = ("google", "organic", "google / organic", None, "Organic search", "/help/returns", "help", "GR", "mobile")
    direct = ("(direct)", "(none)", "(direct) / (none)", None, "Direct", None, None, None, "tablet")
    assert found == [(day, *shop), (day, *search), (day, *direct)]
    assert figures == [(40, 3599, "EUR", 4.5, 2, True, True, False, "Europe/Athens")]
    assert quarantine == []


def test_a_row_that_moves_to_another_source_does_not_count_twice(tmp_path: Path) -> None:
    count = "select count(*), sum(sessions) from normalised.web_session_day where is_listed"
    with FakeAnalytics() as fake, empty_workspace(tmp_path) as workspace:
        assert isinstance(fake, FakeAnalytics)
        workspace.load(SOURCE, fake)
        before = workspace.rows(count)
        old = record_id(fake.rows[-1])
        fake.rows[-1]["sessionSource"] = "partner.example"
        workspace.load(SOURCE, fake, fake.now + timedelta(hours=3))
        after = workspace.rows(count)
        gone = workspace.rows("select source_id, is_deleted from normalised.web_session_day where not is_listed")
        fake.rows[-1]["sessionSource"] = "(direct)"
        workspace.load(SOURCE, fake, fake.now + timedelta(hours=6))
        back = workspace.rows(count)
        again = workspace.rows(f"select is_deleted from normalised.web_session_day where source_id = '{old}'")
    assert before == after == back
    assert gone == [(old, True)]
    assert again in ([(False,)], [(None,)])


def test_long_reports_come_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytics_source, "PAGE", 7)
    monkeypatch.setattr(analytics_report, "PAGE", 7)
    with FakeAnalytics() as fake:
        assert isinstance(fake, FakeAnalytics)
        batches = read_all(SOURCE, fake, stream="visits_by_day", since=fake.since)
        offsets = [one.json["offset"] for one in fake.asked if one.path.endswith("runReport")]
        assert len(records_of(batches)) == len(fake.rows)
        assert offsets[:3] == [0, 7, 14]
    # Until the last page of a piece the cursor does not move.
    assert batches[0].cursor.value == {}
    assert batches[-1].cursor.value["through"] == "2026-03-30"
    seen = batches[-1].cursor.value["seen"]
    assert isinstance(seen, dict)
    assert list(seen) == ["2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"]


def test_a_property_without_visits_is_empty() -> None:
    with FakeAnalytics() as fake:
        assert isinstance(fake, FakeAnalytics)
        fake.rows = []
        batches = read_all(SOURCE, fake, stream="visits_by_day", since=fake.since)
    assert records_of(batches) == []


def test_properties_of_every_page_are_listed() -> None:
    with FakeAnalytics() as fake:
        found = list_accounts(SOURCE, fake)
    assert [(one.id, one.name) for one in found] == [
        (PROPERTY, "Harbour Lamps / Web shop"),
        (OTHER, "Quayside Soap / Site"),
    ]


def test_another_property_is_refused() -> None:
    with FakeAnalytics() as fake, pytest.raises(MissingScopeError, match="lacks a permission"):
        read_all(SOURCE, fake, {"account_id": "1"}, stream="visits_by_day")


def understood(told: Told) -> object:
    """Return what an answer means."""
    return understand_google(Answer(told.status, {}, orjson.dumps(told.body), ""))


def test_a_quota_says_when_it_is_back() -> None:
    hour = "Exhausted property tokens per hour. These quota tokens will return in under an hour."
    for told, seconds in (
        (google_error(429, "RESOURCE_EXHAUSTED", hour), 3600.0),
        (google_error(429, "RESOURCE_EXHAUSTED", "Slow down", [{"retryDelay": "12.5s"}]), 12.5),
        (google_error(429, "RESOURCE_EXHAUSTED", "Slow down"), 0.0),
    ):
        found = understood(told)
        assert isinstance(found, RateLimitedError)
        assert found.retry_after == seconds
    day = understood(google_error(429, "RESOURCE_EXHAUSTED", "Exhausted property tokens per day."))
    assert isinstance(day, RateLimitedError)
    assert 0 < day.retry_after <= 25 * 3600


def test_a_403_may_mean_three_things() -> None:
    off = google_error(403, "PERMISSION_DENIED", "Not used before.", [{"reason": "SERVICE_DISABLED"}])
    assert isinstance(understood(off), StopError)
    limit = Told(403, {"error": {"code": 403, "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded"}]}})
    assert isinstance(understood(limit), RateLimitedError)
    assert isinstance(understood(google_error(403, "PERMISSION_DENIED", "No.")), MissingScopeError)
    assert understood(Told(403, "not from Google")) is None


def test_totals_are_those_of_the_property() -> None:
    window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))

    async def ask(fake: FakeVendor) -> Mapping[str, float]:
        async with opened(SOURCE, fake) as context:
            found = await SOURCE.totals(context, stream_of(SOURCE, context, "visits_by_day"), window)
        assert found is not None
        return found.sums

    with FakeAnalytics() as fake:
        sums = asyncio.run(ask(fake))
        records = records_of(read_all(SOURCE, fake, stream="visits_by_day", window=window))
    assert sums == pytest.approx({name: sum(float(str(one[name])) for one in records) for name in sums})
    assert sums["screenPageViews"] > 0
