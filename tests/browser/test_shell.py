"""What stands around the charts: pages, controls, chips, languages, menus, and the address that holds it all."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served, Watched

REPORT = "/r/customer-service"


def query(page: Page) -> dict[str, list[str]]:
    """The choices in the address."""
    return parse_qs(urlsplit(page.url).query, keep_blank_values=True)


@pytest.fixture
def opened(desktop: Watched, demo_server: Served) -> Iterator[Watched]:
    desktop.open(f"{demo_server.address}{REPORT}?page=satisfaction")
    yield desktop
    assert desktop.mishaps() == []


def test_pages_are_drawn_one_at_a_time_and_live_in_the_address(opened: Watched) -> None:
    page = opened.page
    tabs = page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert tabs.count() >= 5
    assert page.locator("#ts_csat").count() == 1
    tabs.nth(2).focus()
    page.keyboard.press("Enter")
    opened.settle()
    expect(tabs.nth(2)).to_have_attribute("aria-current", "page")
    assert page.locator("#ts_csat").count() == 0
    assert query(page)["page"] != ["satisfaction"]
    page.go_back()
    opened.settle()
    assert page.locator("#ts_csat").count() == 1


def test_controls_become_chips_and_each_is_taken_away_alone(opened: Watched) -> None:
    page = opened.page
    everything = page.locator("#content").inner_text()
    opened.control("Channel").click()
    values = [page.locator(".choice-text").nth(index).inner_text() for index in (0, 1)]
    for value in values:
        page.locator(".choice", has_text=value).first.click()
    page.get_by_role("button", name="Done").click()
    opened.settle()
    chips = page.locator(".chip")
    expect(chips).to_have_count(2)
    assert query(page)["f.channel"] == values
    chips.first.click()
    opened.settle()
    assert query(page)["f.channel"] == values[1:]
    assert page.locator("#content").inner_text() != everything
    page.get_by_role("button", name="Clear all").click()
    opened.settle()
    assert "f.channel" not in query(page)
    assert page.locator("#content").inner_text() == everything
    page.go_back()
    expect(chips).to_have_count(1)


def test_the_comparison_is_chosen_and_left_out(opened: Watched) -> None:
    page = opened.page
    opened.asked.clear()
    opened.control("Period").click()
    page.get_by_label("Year before").check()
    opened.settle()
    assert query(page)["compare"] == ["previous_year"]
    starts = {str(body["dateRange"]["startDate"])[:4] for body in opened.asked}  # type: ignore[index]
    assert len(starts) == 1
    page.get_by_label("None").check()
    opened.settle()
    assert query(page)["compare"] == ["none"]
    assert page.locator(".kpi-compared").count() == 0


def test_a_language_changes_words_labels_and_numbers(opened: Watched) -> None:
    page = opened.page
    page.get_by_role("button", name="Language").click()
    page.get_by_role("button", name="Ελληνικά").click()
    expect(page.locator("html")).to_have_attribute("lang", "el")
    expect(page.get_by_role("button", name="Αναφορές")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("Στόχος")
    assert "," in page.locator(".kpi-value", has_text="%").first.inner_text()
    assert query(page)["lang"] == ["el"]
    page.reload()
    opened.settle()
    for lang, word in (("zh-Hans", "报告"), ("ro", "Rapoarte")):
        page.goto(page.url.split("?")[0] + f"?page=satisfaction&lang={lang}")
        opened.settle()
        expect(page.get_by_role("button", name=word, exact=True)).to_be_visible()


def test_a_card_gives_its_picture_and_tells_about_its_numbers(opened: Watched) -> None:
    page = opened.page
    card = page.locator("#ts_csat")
    menu = card.get_by_role("button", name="Options")
    menu.focus()
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG").click()
    assert download.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    menu.click()
    page.get_by_role("button", name="About this number").click()
    dialog = page.get_by_role("dialog")
    for text in ("Formula", "÷", "Data until", "Rows read", "Higher is better"):
        expect(dialog).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_other_reports_are_a_menu_away_and_an_unknown_one_is_told(opened: Watched, demo_server: Served) -> None:
    page = opened.page
    page.get_by_role("button", name="Reports").click()
    page.get_by_role("link", name="First look").click()
    opened.settle()
    expect(page.get_by_role("heading", name="First look", level=1)).to_be_visible()
    page.goto(f"{demo_server.address}/r/no-such-report")
    expect(page.get_by_role("alert")).to_contain_text("The report could not be loaded")
    opened.errors.clear()  # the browser's own line about the refusal


def test_what_a_reader_may_not_do_is_not_offered(opened: Watched, demo_server: Served) -> None:
    page = opened.page
    may: list[str] = []

    def allow(route: "object") -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(json={**answer.json(), "can": may})  # type: ignore[attr-defined]

    page.route("**/v1/session*", allow)
    opened.open(f"{demo_server.address}{REPORT}?page=satisfaction")
    assert page.get_by_role("link", name="Share").count() == 0
    assert page.get_by_role("button", name="Copy link").count() == 1
    may += ["share", "copy"]
    opened.open(f"{demo_server.address}{REPORT}?page=satisfaction&f.channel=email")
    link = page.get_by_role("link", name="Copy to Data Studio")
    expect(link).to_have_attribute("href", "/console/reports/customer-service/copy?page=satisfaction&f.channel=email")
    assert page.get_by_role("link", name="Download PDF").count() == 0


def test_on_a_phone_pages_and_filters_are_one_touch_away(browser: Browser, demo_server: Served) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    watched = Watched(context.new_page())
    page = watched.page
    watched.open(f"{demo_server.address}{REPORT}?page=satisfaction&f.channel=email&lang=el")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("combobox").first.select_option(index=2)
    watched.settle()
    assert query(page)["page"] != ["satisfaction"]
    page.locator(".controls-more").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".chip").first.click()
    assert "f.channel" not in query(page)
    assert watched.mishaps() == []
    context.close()
