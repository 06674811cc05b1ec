"""The first report on the demo: right numbers, every chart drawn, every control acts on every chart."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from looker_templates import load_templates
from looker_templates.requests import PageState, item_requests
from tests.browser.serving import Served, Watched

REPORT = load_templates()["first-look"]
ITEMS = [item.id for item in REPORT.items]
CHARTS = [item.id for item in REPORT.items if item.type not in ("kpi", "table")]
UNITS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


@pytest.fixture
def opened(desktop: Watched, demo_server: Served) -> Iterator[Watched]:
    desktop.open(f"{demo_server.address}/")
    yield desktop
    assert desktop.mishaps() == []


def period(watched: Watched) -> tuple[str, str]:
    """The days that the page asked for."""
    asked = next(body for body in watched.asked if body["fields"] == [{"name": "tickets_created"}])
    dates = asked["dateRange"]
    assert isinstance(dates, dict)
    return dates["startDate"], dates["endDate"]


LOOK = """
(card) => {
  const paths = [...card.querySelectorAll(".chart path")];
  return [card.innerText, ...paths.map((path) => path.getAttribute("d"))].join();
}
"""


def pictures(watched: Watched) -> dict[str, str]:
    """What each card shows: its text and its drawing."""
    return {name: watched.page.locator(f"#{name}").evaluate(LOOK) for name in ITEMS}


def seconds(text: str) -> int:
    return sum(int(number) * UNITS[unit] for number, unit in re.findall(r"(\d+) (d|h|min|s)\b", text))


def test_scorecards_show_what_getdata_answers(opened: Watched, demo_server: Served) -> None:
    start, end = period(opened)
    metrics = ["tickets_created", "resolution_rate", "resolution_avg_seconds", "frt_median_seconds", "fcr_rate"]
    created, resolved, resolution, response, first_contact = demo_server.data(metrics, start, end)[0]
    shown = [opened.page.locator(f"#{name} .kpi-value").inner_text() for name in ITEMS[:5]]
    assert shown[0] == f"{created:,}"
    assert shown[1] == f"{float(str(resolved)) * 100:.1f}%"
    assert seconds(shown[2]) == pytest.approx(float(str(resolution)), rel=0.03)
    assert seconds(shown[3]) == pytest.approx(float(str(response)), rel=0.03)
    assert shown[4] == f"{float(str(first_contact)) * 100:.1f}%"
    before = demo_server.data(["tickets_created"], *earlier(start, end))[0][0]
    expect(opened.page.locator("#k_volume .kpi-compared")).to_contain_text(f"vs {before:,} (")


def earlier(start: str, end: str) -> tuple[str, str]:
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    length = last - first
    return str(date.fromordinal(first.toordinal() - 1 - length.days)), str(date.fromordinal(first.toordinal() - 1))


def test_the_table_and_its_total_row_show_what_getdata_answers(opened: Watched, demo_server: Served) -> None:
    start, end = period(opened)
    rows = demo_server.data(["agent_group", "tickets_created"], start, end)
    by_group = {name or "(not set)": count for name, count in rows}
    table = opened.page.locator("#tb_group")
    for row in table.locator("tbody tr").all():
        assert row.locator("td").first.inner_text().strip() == f"{by_group[row.locator('th').inner_text()]:,}"
    total = demo_server.data(["tickets_created", "resolution_rate"], start, end)[0]
    cells = table.locator("tfoot td").all_inner_texts()
    assert cells[:2] == [f"{total[0]:,}", f"{float(str(total[1])) * 100:.1f}%"]


def test_every_chart_is_drawn(opened: Watched) -> None:
    for name in CHARTS:
        card = opened.page.locator(f"#{name}")
        expect(card).to_have_attribute("data-phase", "ready")
        assert card.locator(".chart svg path").count() >= 2, name
        assert len(card.locator(".chart[role=img]").get_attribute("aria-label") or "") > 20
    assert opened.page.locator(".sparkline svg path").count() >= 5


def test_the_requests_are_those_of_looker_studio_and_sent_once(opened: Watched) -> None:
    start, end = (date.fromisoformat(day) for day in period(opened))
    workspace = opened.asked[0]["configParams"]
    assert isinstance(workspace, dict)
    state = PageState(workspace["workspace"], start, end)
    expected = [ask.body for item in REPORT.items for ask in item_requests(REPORT, item, state)]
    for body in expected:
        assert opened.asked.count(dict(body)) == 1, body


def test_the_period_changes_every_chart(opened: Watched) -> None:
    before = pictures(opened)
    opened.control("Period").click()
    opened.page.get_by_role("button", name="Last 7 days").click()
    opened.settle()
    after = pictures(opened)
    assert [name for name in ITEMS if before[name] == after[name]] == []
    query = parse_qs(urlsplit(opened.page.url).query)
    assert set(query) == {"from", "to"}
    assert (date.fromisoformat(query["to"][0]) - date.fromisoformat(query["from"][0])).days == 6
    opened.page.go_back()
    opened.settle()
    assert pictures(opened) == before


def test_the_filter_changes_every_chart_and_lives_in_the_address(opened: Watched, demo_server: Served) -> None:
    before = pictures(opened)
    opened.asked.clear()
    opened.control("Category").click()
    choice = opened.page.locator(".choice").first
    value = choice.locator(".choice-text").inner_text()
    choice.click()
    opened.page.keyboard.press("Escape")
    opened.settle()
    filtered = pictures(opened)
    # The chart of the filtered dimension keeps all its values and dims the others.
    assert [name for name in ITEMS if before[name] == filtered[name]] == ["br_category"]
    clause = {"fieldName": "category", "type": "INCLUDE", "operator": "IN_LIST", "values": [value]}
    assert all(body["dimensionsFilters"] == [[clause]] for body in opened.asked)
    start, end = period(opened)
    count = demo_server.data(["tickets_created"], start, end, dimensionsFilters=[[clause]])[0][0]
    assert opened.page.locator("#k_volume .kpi-value").inner_text() == f"{count:,}"
    opened.page.reload()
    opened.settle()
    assert pictures(opened) == filtered
    opened.control("Clear all").click()
    opened.settle()
    assert pictures(opened) == before


def test_free_dates_are_asked_for(opened: Watched) -> None:
    start, end = period(opened)
    opened.asked.clear()
    opened.control("Period").click()
    opened.page.get_by_label("From").fill(end)
    opened.page.get_by_role("button", name="Apply").click()
    opened.settle()
    assert {"startDate": end, "endDate": end} in [body["dateRange"] for body in opened.asked]
    assert start < end


def test_one_client_shows_that_clients_numbers(opened: Watched, demo_server: Served) -> None:
    clients = opened.page.get_by_label("Client")
    slug = clients.locator("option").nth(1).get_attribute("value") or ""
    opened.asked.clear()
    clients.select_option(slug)
    opened.settle()
    start, end = period(opened)
    params = {"workspace": demo_server.workspace, "dataset": "tickets", "client": slug}
    count = demo_server.data(["tickets_created"], start, end, configParams=params)[0][0]
    assert opened.page.locator("#k_volume .kpi-value").inner_text() == f"{count:,}"
    assert f"client={slug}" in opened.page.url


def test_a_click_on_a_part_filters_the_page(opened: Watched) -> None:
    part = opened.page.locator(".donut-row").first
    name = part.locator(".donut-name").inner_text()
    part.click()
    opened.settle()
    chip = opened.page.locator(".chip")
    expect(chip).to_contain_text(name)
    chip.click()
    expect(chip).to_have_count(0)


def choose(watched: Watched, item: str, action: str) -> None:
    """Take an action of a card's menu."""
    card = watched.page.locator(f"#{item}")
    card.hover()
    card.get_by_role("button", name="Options").click()
    card.get_by_role("button", name=action).click()


def test_every_chart_has_a_table_twin_and_a_file(opened: Watched) -> None:
    for name in CHARTS:
        card = opened.page.locator(f"#{name}")
        choose(opened, name, "View as table")
        assert card.locator("tbody tr").count() > 0
        with opened.page.expect_download() as download:
            choose(opened, name, "Download CSV")
        lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 1 + card.locator("tbody tr").count()


def test_columns_sort_from_the_keyboard(opened: Watched) -> None:
    header = opened.page.locator("#tb_group thead th").first
    header.get_by_role("button").focus()
    opened.page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    names = opened.page.locator("#tb_group tbody th").all_inner_texts()
    known = [name for name in names if name != "(not set)"]
    assert known == sorted(known, key=str.lower)
