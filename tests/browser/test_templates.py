"""Every page of every template on the demo: drawn, full, quiet, and as good on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from looker_templates import Report, load_templates
from tests.browser.serving import Served, Watched
from tests.browser.test_access import axe

_LEAST = 20_000  # bytes of a photograph; an empty page of the same size has a fifth of it
DESKTOP, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}

# What a reader of the whole workspace must not see: a card that says why it is empty, or one that still waits.
NOT_FULL = """
() => [...document.querySelectorAll("[data-phase]")]
  .filter((card) => card.dataset.phase !== "ready" || card.querySelector(".state, .skeleton"))
  .map((card) => `${card.id} (${card.dataset.phase}): ${card.querySelector(".state")?.innerText ?? "still loading"}`)
"""


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[Watched]:
    """One page for all templates, as somebody who goes through the gallery."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    yield Watched(context.new_page())
    context.close()


def hover(page: Page) -> None:
    """Move over each chart, where tooltips and highlights come up."""
    boxes = page.locator(".chart[role=img]").evaluate_all(
        "(all) => all.map((one) => { const box = one.getBoundingClientRect();"
        " return [box.x + scrollX, box.y + scrollY, box.width, box.height]; })"
    )
    height = page.viewport_size["height"] if page.viewport_size else 900
    for left, top, wide, high in boxes:
        page.evaluate("(top) => scrollTo(0, top)", top - height / 3)
        above = page.evaluate("scrollY")
        for across in (0.3, 0.7):
            page.mouse.move(left + wide * across, top - above + high * 0.45)


@pytest.mark.parametrize("report", load_templates().values(), ids=lambda one: one.id)
def test_every_page(report: Report, reader: Watched, demo_server: Served) -> None:
    problems: list[str] = []
    for place in report.pages:
        reader.errors.clear()
        reader.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        reader.open(f"{demo_server.address}/r/{report.id}?page={place.id}")
        drawn = set(reader.page.locator("[data-phase]").evaluate_all("(all) => all.map((one) => one.id)"))
        found = [f"not there: {item.id}" for row in place.rows for item in row.items if item.id not in drawn]
        found += [f"empty: {one}" for one in reader.page.evaluate(NOT_FULL)]
        hover(reader.page)
        found += [f"axe: {one}" for one in axe(reader)]
        for size in (DESKTOP, PHONE):
            reader.page.set_viewport_size(size)  # type: ignore[arg-type]
            if (wide := reader.page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
                found.append(f"scrolls sideways: {wide} at {size['width']}")
            picture = reader.page.screenshot(full_page=True, type="jpeg", quality=40)
            if len(picture) < _LEAST:
                found.append(f"a picture of {len(picture)} bytes at {size['width']}: there is hardly anything on it")
        found += reader.mishaps()
        problems += [f"{place.id}: {one}" for one in found]
    assert problems == []


@pytest.mark.parametrize("report", load_templates().values(), ids=lambda one: one.id)
def test_first_page_in_the_dark(report: Report, reader: Watched, demo_server: Served) -> None:
    reader.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    reader.page.emulate_media(color_scheme="dark")
    reader.errors.clear()
    reader.open(f"{demo_server.address}/r/{report.id}")
    found = [*axe(reader), *reader.mishaps()]
    reader.page.emulate_media(color_scheme="light")
    assert found == []
