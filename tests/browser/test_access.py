"""Works for everyone and everywhere: axe, the content security policy, the keyboard, the phone; and the screenshots."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.serving import Served, Watched


@pytest.fixture
def themed(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Watched]:
    context = browser.new_context(
        viewport={"width": 1360, "height": 900}, color_scheme=request.param, reduced_motion="reduce"
    )
    yield Watched(context.new_page())
    context.close()


def axe(watched: Watched) -> list[str]:
    results = Axe().run(watched.page).response["violations"]
    return [f"{one['id']}: {[node['html'] for node in one['nodes']]}" for one in results]


@pytest.mark.parametrize("themed", ["light", "dark"], indirect=True)
def test_axe_finds_nothing(themed: Watched, demo_server: Served, file_server: Served) -> None:
    themed.open(f"{demo_server.address}/?f.channel=email")
    themed.page.locator("#br_category").get_by_role("button", name="Options").click()
    assert axe(themed) == []
    themed.page.get_by_role("button", name="About this number").click()
    expect(themed.page.get_by_role("dialog")).to_contain_text("Rows read")
    assert axe(themed) == []
    themed.open(f"{demo_server.address}/r/customer-service?page=satisfaction&f.channel=email")
    assert axe(themed) == []
    themed.open(f"{demo_server.address}/")
    assert axe(themed) == []
    for name in ("Period", "Category"):
        themed.control(name).click()
        assert axe(themed) == []
        themed.page.keyboard.press("Escape")
    themed.page.goto(f"{file_server.address}/")
    expect(themed.page.get_by_label("API key")).to_be_visible()
    assert axe(themed) == []
    themed.page.get_by_label("API key").fill(file_server.key)
    themed.page.keyboard.press("Enter")
    themed.settle()
    assert axe(themed) == []
    themed.open(f"{file_server.address}/?from=2025-03-01&to=2025-03-31")
    assert axe(themed) == []


@pytest.mark.parametrize("themed", ["light", "dark"], indirect=True)
def test_nothing_is_refused_while_hovering(themed: Watched, demo_server: Served) -> None:
    themed.open(f"{demo_server.address}/")
    for chart in themed.page.locator(".chart[role=img]").all():
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        for across in (0.08, 0.3, 0.5, 0.7, 0.95):
            themed.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * 0.4)
            themed.page.wait_for_timeout(30)
    assert themed.page.locator(".tip .tip-row").count() >= 1
    assert themed.mishaps() == []


def test_a_tooltip_shows_both_periods(desktop: Watched, demo_server: Served) -> None:
    desktop.open(f"{demo_server.address}/")
    desktop.page.locator("#ts_volume .chart").hover()
    rows = desktop.page.locator("#ts_volume .tip-row")
    expect(rows).to_have_count(2)
    assert all(text.strip() for text in rows.all_inner_texts())


def test_everything_is_reached_by_the_keyboard(desktop: Watched, demo_server: Served) -> None:
    desktop.open(f"{demo_server.address}/")
    reached: list[str] = []
    for _ in range(60):
        desktop.page.keyboard.press("Tab")
        reached.append(
            desktop.page.evaluate(
                "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '').trim()"
            )
        )
    for name in ("Share", "Period", "Category", "Options: Tickets per day", "Options: Groups"):
        assert any(one.startswith(name) for one in reached), name
    desktop.control("Period").focus()
    desktop.page.keyboard.press("Enter")
    expect(desktop.page.get_by_role("button", name="Last 28 days", pressed=True)).to_be_focused()
    desktop.page.keyboard.press("Escape")
    expect(desktop.control("Period")).to_be_focused()


@pytest.mark.parametrize("width", [360, 390, 768])
def test_no_width_scrolls_sideways(browser: Browser, demo_server: Served, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, has_touch=True, is_mobile=width < 620)
    watched = Watched(context.new_page())
    watched.open(f"{demo_server.address}/")
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    if width < 620:
        watched.control("Filters").click()
    watched.control("Category").click()
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    targets = watched.page.locator("button:visible, select:visible, .choice:visible").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect()).filter((box) => box.height < 28).length"
    )
    assert targets == 0
    assert watched.mishaps() == []
    context.close()


@pytest.mark.parametrize(("name", "width", "height"), [("desktop", 1360, 900), ("phone", 390, 844)])
def test_screenshots(
    browser: Browser, demo_server: Served, tmp_path_factory: pytest.TempPathFactory, name: str, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, is_mobile=width < 620)
    watched = Watched(context.new_page())
    watched.open(f"{demo_server.address}/")
    watched.page.evaluate("document.fonts.ready")
    assert watched.page.evaluate("document.fonts.check('14px InterVariable')")
    path: Path = tmp_path_factory.getbasetemp() / f"first-report-{name}.png"
    watched.page.wait_for_timeout(400)
    watched.page.screenshot(path=path, full_page=True)
    assert path.stat().st_size > 20_000
    context.close()
