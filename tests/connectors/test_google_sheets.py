"""Google Sheets: the contract of every source, and what is its own."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from connectors import JsonValue, LinkedSource, SourceDownError, UnexpectedSchemaError, find_source
from connectors.google_sheets.cells import records_of as cells_to_records
from connectors.google_sheets.cells import same_moment
from tests.connectors.contract import SourceContract
from tests.connectors.fake_vendor import Asked, FakeVendor, Told
from tests.connectors.fakes.google_sheets import FakeGoogleSheets
from tests.connectors.reading import empty_workspace, list_accounts, loaded, read_all


class TestGoogleSheets(SourceContract):
    """The contract."""

    source, fake = "google_sheets", FakeGoogleSheets
    expected: ClassVar = {
        "deal": [
            {
                "source_id": "D-3",
                "created_at": datetime.fromisoformat("2026-01-08T07:30:00"),
                "expected_close": date(2026, 3, 4),
                "amount_original": 1310,
                "stage": "Stage 0",
                "is_new_business": False,
                "source_system": "sales sheet",
            },
            {"source_id": "D-7", "stage": None, "amount_original": 1710},
            {
                "source_id": "D-39",
                "created_at": datetime.fromisoformat("2026-02-13T07:30:00"),
                "is_new_business": False,
            },
        ]
    }

    def test_a_looping_cursor_stops(self, ours: LinkedSource, vendor: FakeVendor) -> None:
        """The range comes in one piece, so nothing can loop."""
        assert len(read_all(ours, vendor, stream="rows")) == 2


@pytest.fixture
def source() -> LinkedSource:
    """The source."""
    found = find_source("google_sheets")
    assert isinstance(found, LinkedSource)
    return found


def changed(**more: JsonValue) -> Mapping[str, JsonValue]:
    """Return the fake's settings with another mapping."""
    mapping = FakeGoogleSheets.config["mapping"]
    assert isinstance(mapping, dict)
    return FakeGoogleSheets.config | {"mapping": {**mapping, **more}}


def test_rows_that_are_gone_are_marked(source: LinkedSource, tmp_path: Path) -> None:
    with FakeGoogleSheets() as fake, loaded(source, fake, tmp_path) as workspace:
        del fake.rows[5]
        workspace.load(source, fake)
        assert workspace.entity("deal", "source_id", where="is_deleted") == [("D-5",)]


def test_an_empty_range_takes_nothing_away(source: LinkedSource, tmp_path: Path) -> None:
    with FakeGoogleSheets() as fake, loaded(source, fake, tmp_path) as workspace:
        fake.rows.clear()
        with pytest.raises(UnexpectedSchemaError, match="lacks even its header"):
            workspace.load(source, fake)
        assert len(workspace.entity("deal", "source_id", where="is_listed")) == 40


def test_without_a_key_the_row_number_tells_rows_apart(source: LinkedSource, tmp_path: Path) -> None:
    with FakeGoogleSheets() as fake, empty_workspace(tmp_path) as workspace:
        fake.config = dict(changed(key=[]))  # type: ignore[misc]
        workspace.load(source, fake)
        assert workspace.entity("deal", "source_id", where="stage is null") == [("11",)]


def test_a_column_that_is_not_there_is_named_with_the_nearest(source: LinkedSource) -> None:
    wrong = changed(columns={"created_at": "Openend"})
    with FakeGoogleSheets() as fake, pytest.raises(UnexpectedSchemaError, match="Did you mean Opened"):
        list_accounts(source, fake, wrong)


def test_the_account_is_the_spreadsheet_with_its_zone(source: LinkedSource) -> None:
    with FakeGoogleSheets() as fake:
        found = list_accounts(source, fake)
    assert [(one.name, one.timezone) for one in found] == [("Sales", "Europe/Athens")]


class _Restless(FakeGoogleSheets):
    """A sheet that somebody changes between any two requests."""

    def answer(self, asked: Asked) -> Told:
        """Change a row, then answer."""
        self.rows[0][4] = f"Stage {len(self.asked)}"
        return super().answer(asked)


def test_a_sheet_that_changes_all_the_time_is_read_later(source: LinkedSource) -> None:
    with _Restless() as fake, pytest.raises(SourceDownError, match="changed while it is read"):
        read_all(source, fake, stream="rows")


def test_cells_that_are_no_times_stay() -> None:
    numbers: list[list[JsonValue]] = [["a", "b", "c"], [0.5, 46_000.25, "#N/A"], [" ", True]]
    texts: list[list[JsonValue]] = [["a", "b", "c"], ["12:00", "09.12.25 06:00", "#N/A"], [" ", True]]
    assert same_moment(numbers, texts)
    assert cells_to_records(numbers, texts, 1) == [
        {"Row number": 2, "a": "12:00", "b": "2025-12-09T06:00:00", "c": "#N/A"},
        {"Row number": 3, "a": None, "b": True, "c": None},
    ]


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(UnexpectedSchemaError, match="are called 'a'"):
        cells_to_records([["a", "a "]], [["a", "a "]], 1)
