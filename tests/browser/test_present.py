"""A report as a presentation: moved by keys, a finger and buttons, named by the address, legible in both themes."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.serving import Served, Watched


def number(opened: Watched) -> str:
    return opened.page.locator(".present-number").inner_text()


def press(opened: Watched, key: str) -> str:
    opened.page.keyboard.press(key)
    opened.settle_slide()
    return number(opened)


def test_slides_are_moved_by_keys_and_live_in_the_address(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page
    desktop.open(f"{demo_server.address}/r/ticket-volume")
    page.get_by_role("button", name="Present", exact=True).click()
    desktop.settle_slide()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ticket volume")
    last = int(number(desktop).split("/")[1])
    assert number(desktop) == f"1 / {last}"
    assert last > 8
    assert press(desktop, "ArrowRight") == f"2 / {last}"
    expect(page.locator(".slide-kpis .card-kpi")).to_have_count(5)
    assert press(desktop, "Space") == f"3 / {last}"
    # What the demo wrote of its own numbers.
    expect(page.locator(".slide .card-commentary")).to_contain_text("Tickets created")
    assert press(desktop, "PageUp") == f"2 / {last}"
    assert press(desktop, "End") == f"{last} / {last}"
    assert f"present={last}" in page.url
    assert press(desktop, "ArrowRight") == f"{last} / {last}"

    # Whoever opens the address sees the same slide; a stage of 16:9 fills the window.
    shown = page.get_by_role("heading", level=1).inner_text()
    page.reload()
    desktop.settle_slide()
    assert number(desktop) == f"{last} / {last}"
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    assert abs(stage["width"] / stage["height"] - 16 / 9) < 0.01
    assert stage["width"] > 1200
    assert press(desktop, "Home") == f"1 / {last}"
    page.get_by_role("button", name="Next slide").click()
    desktop.settle_slide()
    hovered = 0
    for _ in range(5):
        press(desktop, "ArrowRight")
        charts = page.locator(".slide .chart:not(.sparkline) svg")
        if charts.count():
            charts.first.hover()
            hovered += 1
    assert hovered > 0
    expect(page.locator(".state-failed")).to_have_count(0)
    page.keyboard.press("Escape")
    desktop.settle()
    assert "present" not in page.url
    assert desktop.mishaps() == []


def test_axe_finds_nothing_in_slides_and_a_finger_moves_them(browser: Browser, demo_server: Served) -> None:
    for scheme, viewport in (("light", {"width": 1360, "height": 765}), ("dark", {"width": 844, "height": 390})):
        context = browser.new_context(
            color_scheme=scheme,  # type: ignore[arg-type]
            viewport=viewport,  # type: ignore[arg-type]
            reduced_motion="reduce",
            has_touch=True,
        )
        opened = Watched(context.new_page())
        for slide in (1, 2, 3, 5):
            opened.page.goto(f"{demo_server.address}/r/ticket-volume?present={slide}")
            opened.settle_slide()
            found = Axe().run(opened.page)
            assert found.violations_count == 0, found.generate_report()
        swipe = """() => {
          const node = document.querySelector('.present');
          const fire = (type, x) => node.dispatchEvent(
            new PointerEvent(type, {bubbles: true, pointerType: 'touch', clientX: x, clientY: 200}));
          fire('pointerdown', 500); fire('pointerup', 300);
        }"""
        opened.page.evaluate(swipe)
        opened.settle_slide()
        assert number(opened).startswith("6 /")
        assert opened.mishaps() == []
        context.close()


def test_a_note_is_left_on_a_card_and_counted(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page
    desktop.open(f"{demo_server.address}/r/ticket-volume?page=issues")
    card = page.locator(".card:has(.card-menu):not(.card-kpi)").first
    card.hover()
    card.locator(".card-menu .icon-button").click()
    card.get_by_role("button", name="Leave a note").click()
    send = page.get_by_role("button", name="Send", exact=True)
    expect(send).to_be_disabled()
    page.get_by_role("radio", name="4 of 5").check(force=True)
    page.get_by_label("Your note").fill("Why <b>this</b> week?")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    send.click()
    expect(page.locator(".note-text")).to_have_text("Why <b>this</b> week?")
    page.get_by_role("button", name="Close").click()
    expect(card.locator(".card-notes")).to_have_text("1")
    expect(page.get_by_role("button", name=re.compile(r"Notes \(\d+\)"))).to_be_visible()
    assert desktop.mishaps() == []
