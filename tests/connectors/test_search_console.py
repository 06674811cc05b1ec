"""Search Console against a fake of it: sites as keys, pages of rows, days of California, positions that add up."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import MissingScopeError, StopError
from connectors.search_console import SearchConsoleSource
from connectors.search_console import source as console_source
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import FakeVendor
from tests.connectors.fakes.search_console import PREFIX, SITE, FakeSearchConsole
from tests.connectors.reading import empty_workspace, list_accounts, read_all, records_of

SOURCE = SearchConsoleSource()


class TestSearchConsole(SourceContract):
    """The contract; that of looping pages needs pages that are full, see below."""

    source: ClassVar[str] = "search_console"
    fake: ClassVar[type[FakeVendor]] = FakeSearchConsole
    test_a_looping_cursor_stops = None  # type: ignore[assignment]
    expected: ClassVar[Mapping[str, Sequence[Mapping[str, object]]]] = {
        "web_session_day": [
            {
                "source_id": "2026-03-28|https://lamps.example/help/returns|MOBILE",
                "visited_on": date(2026, 3, 28),
                "source_medium": "google / organic",
                "marketing_channel": "Organic search",
                "landing_page": "https://lamps.example/help/returns",
                "page_type": "help",
                "device": "mobile",
                "source_timezone": "America/Los_Angeles",
                "sessions": None,
            },
            {
                "source_id": "2026-02-20|https://lamps.example/|DESKTOP",
                "page_type": "other",
                "device": "desktop",
            },
        ],
    }


def test_positions_add_up_by_their_impressions(tmp_path: Path) -> None:
    with FakeSearchConsole() as fake, empty_workspace(tmp_path) as workspace:
        assert isinstance(fake, FakeSearchConsole)
        fake.rows = fake.rows[:2]
        fake.rows[0] |= {"impressions": 90, "clicks": 9, "position": 1.5}
        fake.rows[1] |= {"impressions": 10, "clicks": 0, "position": 21.5}
        workspace.load(SOURCE, fake)
        found = workspace.rows(
            """select sum(search_clicks), sum(search_impressions), sum(search_position_sum) / sum(search_impressions)
               from normalised.web_session_day"""
        )
    assert found == [(9, 100, 3.5)]


def test_pages_are_read_to_the_end_and_a_loop_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console_source, "PAGE", 4)
    with FakeSearchConsole() as fake:
        assert isinstance(fake, FakeSearchConsole)
        batches = read_all(SOURCE, fake, stream="searches_by_day", since=fake.since)
        assert len(records_of(batches)) == len(fake.rows)
        starts = [one.json["startRow"] for one in fake.asked if one.json["startDate"] == "2026-03-01"]
        assert starts == [0, 4]
        fake.looping = True
        with pytest.raises(StopError, match="the report loops"):
            read_all(SOURCE, fake, stream="searches_by_day", since=fake.since)


def test_days_are_those_of_california_and_final() -> None:
    with FakeSearchConsole() as fake:
        # Five in the morning of the 31st in UTC is the evening of the 30th in California.
        late = datetime(2026, 3, 31, 5, tzinfo=UTC)
        batches = read_all(SOURCE, fake, stream="searches_by_day", since=datetime(2026, 3, 20, tzinfo=UTC), now=late)
        assert [str(one.json["endDate"]) for one in fake.asked][-1] == "2026-03-28"
        fake.asked.clear()
        cursor = batches[-1].cursor
        read_all(SOURCE, fake, stream="searches_by_day", cursor=cursor, now=late + timedelta(days=1))
        days = [str(one.json["startDate"]) for one in fake.asked]
    assert days == ["2026-03-25", "2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29"]


def test_sites_that_may_be_read_are_listed() -> None:
    with FakeSearchConsole() as fake:
        assert [(one.id, one.name) for one in list_accounts(SOURCE, fake)] == [
            (SITE, "lamps.example"),
            (PREFIX, PREFIX),
        ]


def test_an_address_is_part_of_the_path() -> None:
    with FakeSearchConsole() as fake:
        assert records_of(read_all(SOURCE, fake, {"account_id": PREFIX}, stream="searches_by_day")) == []
        with pytest.raises(MissingScopeError):
            read_all(SOURCE, fake, {"account_id": "sc-domain:other.example"}, stream="searches_by_day")
