"""item_requests() gives what Looker Studio would ask; the golden files hold the viewer's twin to the same."""

from datetime import date

import pytest

from looker_templates import load_templates
from looker_templates.ranges import earlier_range
from looker_templates.requests import PageState, item_requests
from tests.looker_templates.golden_requests import FOLDER, STATES, render

REPORT = load_templates()["first-look"]


@pytest.mark.parametrize("name", STATES)
def test_requests_are_the_golden_ones(name: str) -> None:
    assert render(name) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(STATES)


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        ("2026-09-29", "2026-10-26", ("2026-09-01", "2026-09-28")),
        ("2024-03-01", "2024-03-01", ("2024-02-29", "2024-02-29")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
    ],
)
def test_the_earlier_period_is_as_long_and_ends_the_day_before(start: str, end: str, before: tuple[str, str]) -> None:
    found = earlier_range(date.fromisoformat(start), date.fromisoformat(end))
    assert found == (date.fromisoformat(before[0]), date.fromisoformat(before[1]))


def test_every_request_has_at_most_twenty_fields_and_no_repeats() -> None:
    for item in REPORT.items:
        for ask in item_requests(REPORT, item, STATES["filtered"]):
            names = [field["name"] for field in ask.body["fields"]]
            assert len(names) == len(set(names)) <= 20


def test_a_filter_that_the_source_lacks_is_left_out() -> None:
    state = PageState("demo", date(2026, 1, 1), date(2026, 1, 31), filters={"team": ("A",)})
    for item in REPORT.items:
        assert all("dimensionsFilters" not in ask.body for ask in item_requests(REPORT, item, state))


def test_equal_questions_are_equal_bodies() -> None:
    """The sparkline of the first KPI and the trend ask the same: the viewer sends it once."""
    state = STATES["plain"]
    by_id = {item.id: item_requests(REPORT, item, state) for item in REPORT.items}
    sparkline = next(ask.body for ask in by_id["k_volume"] if ask.purpose == "sparkline")
    assert sparkline == by_id["ts_volume"][0].body
