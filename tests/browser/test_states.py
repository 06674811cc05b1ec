"""Honest states: no key, nothing in the period, not in the data, failed, and back again."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.serving import Served, Watched
from tests.browser.test_access import axe

# The browser writes this line itself when the page asks who it is and is nobody yet.
EXPECTED_AT_THE_DOOR = "status of 401"


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("API key").fill(key)
    page.get_by_role("button", name="Open the report").click()


@pytest.fixture
def signed_in(desktop: Watched, file_server: Served) -> Iterator[Watched]:
    desktop.page.goto(f"{file_server.address}/")
    sign_in(desktop.page, file_server.key)
    desktop.settle()
    yield desktop
    assert [one for one in desktop.mishaps() if EXPECTED_AT_THE_DOOR not in one] == []


def test_without_a_key_the_page_asks_for_one(desktop: Watched, file_server: Served) -> None:
    page = desktop.page
    page.goto(f"{file_server.address}/")
    expect(page.get_by_role("heading", name="Open the report with an API key")).to_be_visible()
    sign_in(page, "bvk_wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    sign_in(page, file_server.key)
    expect(page.get_by_role("heading", name="First look")).to_be_visible()
    assert file_server.key not in page.evaluate("JSON.stringify(localStorage) + document.cookie")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("API key")).to_be_visible()


def test_an_empty_period_offers_the_nearest_one_with_data(signed_in: Watched) -> None:
    page = signed_in.page
    expect(page.get_by_role("heading", name="No tickets in this period")).to_be_visible()
    page.get_by_role("button", name="Show 4–31 Mar 2025").click()
    signed_in.settle()
    assert "from=2025-03-04&to=2025-03-31" in page.url
    expect(page.locator("#k_volume .kpi-value")).to_have_text("84")


def test_filters_that_nothing_matches_can_be_cleared(signed_in: Watched) -> None:
    signed_in.page.goto(signed_in.page.url + "?from=2025-03-01&to=2025-03-31&f.category=Nothing")
    signed_in.settle()
    expect(signed_in.page.get_by_role("heading", name="No tickets match these filters")).to_be_visible()
    signed_in.page.locator(".empty").get_by_role("button", name="Clear filters").click()
    signed_in.settle()
    expect(signed_in.page.locator("#k_volume .kpi-value")).to_have_text("93")


def test_what_the_data_does_not_have_is_said_not_drawn(signed_in: Watched) -> None:
    signed_in.page.goto(signed_in.page.url + "?from=2025-03-01&to=2025-03-31")
    signed_in.settle()
    page = signed_in.page
    for name in ("k_response", "dn_channel", "tb_group"):
        expect(page.locator(f"#{name}")).to_contain_text("Not available in this data")
    expect(page.locator("#k_response .kpi-value")).to_have_text("–")
    expect(page.locator("#k_resolved .kpi-value")).to_have_text("75.3%")
    for name in ("ts_volume", "br_category", "br_city"):
        assert page.locator(f"#{name} .chart svg path").count() >= 2


def test_a_lost_connection_is_told_and_one_press_brings_all_back(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page

    def cut(route: Route) -> None:
        route.abort()

    page.route("**/v1/looker/data", cut)
    desktop.open(f"{demo_server.address}/")
    expect(page.locator("#ts_volume [role=alert]")).to_contain_text("The server does not answer.")
    expect(page.locator("#k_volume")).to_have_attribute("data-phase", "failed")
    page.unroute("**/v1/looker/data", cut)
    page.locator("#ts_volume").get_by_role("button", name="Try again").click()
    desktop.settle()
    assert page.locator("[data-phase=failed]").count() == 0
    assert page.locator("#ts_volume .chart svg path").count() >= 2


def test_a_refusal_shows_its_text_and_reference_and_leaves_other_cards_alone(
    desktop: Watched, demo_server: Served
) -> None:
    page = desktop.page
    error = {"error": {"code": "query_timeout", "message": "This took too long.", "request_id": "req-42"}}

    def refuse(route: Route) -> None:
        fields = (route.request.post_data_json or {})["fields"]
        if {"name": "channel"} in fields:
            route.fulfill(status=400, json=error)
        else:
            route.continue_()

    page.route("**/v1/looker/data", refuse)
    desktop.open(f"{demo_server.address}/")
    card = page.locator("#dn_channel [role=alert]")
    expect(card).to_contain_text("This took too long.")
    expect(card).to_contain_text("req-42")
    assert page.locator("[data-phase=failed]").count() == 1


def test_what_the_server_draws_stands_until_the_page_does(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page
    desktop.open(f"{demo_server.address}/r/ticket-volume")  # the worker that draws has read its script after this
    shown = page.locator("#k_volume .kpi-value").inner_text()
    assert page.locator(".first-view").count() == 0
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/parts/main-*", hold)
    page.goto(f"{demo_server.address}/r/ticket-volume", wait_until="commit")
    view = page.locator(".first-view")
    expect(view.locator("[data-item=k_volume] .kpi-value")).to_have_text(shown)
    expect(view.get_by_role("img").first).to_be_visible()
    assert view.locator(".card-time_series svg path").count() >= 2
    assert axe(desktop) == []
    page.wait_for_function("() => performance.getEntriesByType('resource').length > 3")
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
    desktop.settle()
    assert view.count() == 0
    expect(page.locator("#k_volume .kpi-value")).to_have_text(shown)
    assert desktop.mishaps() == []


@pytest.mark.parametrize(
    ("lost", "place", "card"),
    [("parts/engine-*", "ticket-volume", "#ts_volume"), ("world.json", "portfolio?page=owners", "#geo_mrr")],
)
def test_charts_whose_parts_do_not_come_say_so_and_are_drawn_at_a_press(
    desktop: Watched, demo_server: Served, lost: str, place: str, card: str
) -> None:
    page = desktop.page
    page.route(f"**/static/{lost}", lambda route: route.abort())
    page.goto(f"{demo_server.address}/r/{place}")
    expect(page.locator(f"{card} [role=alert]")).to_contain_text("The server does not answer.", timeout=30_000)
    # Cards further down come later and ask once more.
    expect(page.locator(".card[aria-busy=true], .skeleton")).to_have_count(0, timeout=30_000)
    expect(page.locator(f"{card} [role=alert]")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    page.locator(card).get_by_role("button", name="Try again").click()
    desktop.settle()
    assert page.locator(f"{card} .chart[data-drawn] svg path").count() >= 2
    assert page.locator(".state-failed").count() == 0


def test_old_numbers_stay_while_new_ones_are_on_their_way(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page
    desktop.open(f"{demo_server.address}/")
    shown = page.locator("#k_volume .kpi-value").inner_text()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/looker/data", hold)
    desktop.control("Period").click()
    page.get_by_role("button", name="Last 90 days").click()
    expect(page.locator("#k_volume")).to_have_attribute("data-phase", "refreshing")
    assert page.locator("#k_volume .kpi-value").inner_text() == shown
    # A newer choice makes the requests of the older one pointless: the browser drops them.
    desktop.control("Period").click()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Last 7 days").click()
    page.unroute("**/v1/looker/data", hold)
    for route in held:
        with suppress(Error):  # those that the browser has dropped
            route.continue_()
    desktop.settle()
    assert page.locator("#k_volume .kpi-value").inner_text() != shown


def test_a_server_that_is_gone_is_told_at_the_start(desktop: Watched, demo_server: Served) -> None:
    page = desktop.page
    page.route("**/v1/**", lambda route: route.abort())
    page.goto(f"{demo_server.address}/")
    expect(page.get_by_role("alert")).to_contain_text("The report could not be loaded")
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    desktop.settle()
    expect(page.get_by_role("heading", name="First look")).to_be_visible()
