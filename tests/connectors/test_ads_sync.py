"""Advertising and analytics through the whole engine: history by windows, what changed, and the vendor's own totals."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import LinkedSource, find_source
from connectors.access import Access
from connectors.auth import FixedCredentials
from tests.connectors.fake_vendor import FakeVendor
from tests.connectors.fakes.google_ads import FakeGoogleAds
from tests.connectors.fakes.google_analytics import FakeAnalytics
from tests.connectors.fakes.linkedin_ads import FakeLinkedIn
from tests.connectors.fakes.meta_ads import FakeMeta
from tests.connectors.fakes.tiktok_ads import FakeTikTok
from tests.connectors.reading import CLIENT, Loaded, empty_workspace
from warehouse import SyncOptions, SyncReport, run_sync

CASES = (
    ("google_ads", FakeGoogleAds, "ad_performance_day", "spend_original"),
    ("meta_ads", FakeMeta, "ad_performance_day", "spend_original"),
    ("linkedin_ads", FakeLinkedIn, "ad_performance_day", "spend_original"),
    ("tiktok_ads", FakeTikTok, "ad_performance_day", "spend_original"),
    ("google_analytics", FakeAnalytics, "web_session_day", "purchase_revenue_original"),
)


def replace_addresses(fake: FakeVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send requests for the vendor to its fake."""
    for setting, address in fake.environment.items():
        monkeypatch.setenv(setting, address)


def sync(workspace: Loaded, source: LinkedSource, fake: FakeVendor, later: timedelta = timedelta(0)) -> SyncReport:
    """Run a sync as a server does, with the vendor's own addresses replaced by a setting."""
    access = Access(source.auths[0], FixedCredentials(fake.credentials))
    options = SyncOptions(
        "connection", source.label, (CLIENT,), fake.config, fake.now + later, since=fake.since, access=access
    )
    return run_sync(workspace.database, source, options)


@pytest.mark.parametrize(("name", "maker", "entity", "money"), CASES, ids=[one[0] for one in CASES])
def test_history_changes_and_totals(
    name: str, maker: type[FakeVendor], entity: str, money: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = find_source(name)
    assert isinstance(source, LinkedSource)
    source.vendor = replace(source.vendor, rates=())  # nobody waits here
    with maker() as fake, empty_workspace(tmp_path) as workspace:
        replace_addresses(fake, monkeypatch)
        first = sync(workspace, source, fake)
        assert first.error_code is None
        days = first.streams[-1]
        count = f"select count(*), count(distinct source_id) from normalised.{entity} where is_listed"
        before = len(fake.truth(days.stream))
        assert workspace.rows(count) == [(before, before)]
        assert [one.differences for one in first.streams] == [()] * len(first.streams)
        fake.change(days.stream)
        again = sync(workspace, source, fake, timedelta(hours=2))
        after = len(fake.truth(days.stream))
        assert workspace.rows(count) == [(after, after)]
        assert [one.differences for one in again.streams] == [()] * len(again.streams)
        totals = workspace.rows(f"select sum({money}) from normalised.{entity} where is_listed")
        assert totals[0][0]


def test_what_rows_leave_out_shows_as_a_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = find_source("meta_ads")
    assert isinstance(source, LinkedSource)
    source.vendor = replace(source.vendor, rates=())
    with FakeMeta() as fake, empty_workspace(tmp_path) as workspace:
        assert isinstance(fake, FakeMeta)
        replace_addresses(fake, monkeypatch)
        fake.campaigns[1]["effective_status"] = "A_STATE_OF_TOMORROW"  # that no filter names yet
        report = sync(workspace, source, fake)
        window = ("2026-03-01", "2026-03-28")
        hidden = [
            one
            for one in fake.days
            if one["campaign_id"] == "120331" and window[0] <= str(one["date_start"]) <= window[1]
        ]
    differences = {one.field: one.theirs - one.ours for one in report.streams[-1].differences}
    assert differences == pytest.approx(
        {name: sum(float(str(one[name])) for one in hidden) for name in ("impressions", "clicks", "spend")}
    )
