"""The explorer in a browser: chosen fields are drawn with the numbers of getData; what is kept makes a report."""

import csv
import io
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served, Watched


@pytest.fixture(scope="module")
def owner(browser: Browser, demo_server: Served) -> Iterator[Watched]:
    """Give the page of somebody who has become the demo's owner, or signed in as them."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{demo_server.address}/console/sign-in")
    page.get_by_label("Your name").fill("Ana Petrou")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("a sentence that is long enough")
    page.get_by_role("button", name="Become the owner").click()
    expect(page.get_by_role("heading", name="Set up Demo")).to_be_visible()
    watched = Watched(context.new_page())
    yield watched
    context.close()


def _axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def _behind(page: Page, name: str) -> None:
    page.get_by_role("region", name="Behind the chart").get_by_role("button", name=name, exact=True).click()


def test_chosen_fields_are_drawn_with_the_numbers_of_get_data(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    page.goto(f"{demo_server.address}/console/explore?from=2026-08-01&to=2026-10-31")
    expect(page.get_by_role("heading", name="Tickets created by date")).to_be_visible()
    picker = page.get_by_role("region", name="Dimensions")
    picker.get_by_label("Date", exact=True).uncheck()
    picker.get_by_label("Search dimensions").fill("channel")
    picker.get_by_label("Channel", exact=True).check()
    expect(page.get_by_role("heading", name="Tickets created by channel")).to_be_visible()
    expect(page.locator(".card[data-phase=ready] .chart svg")).to_be_visible()
    kinds = page.get_by_role("group", name="Kind of chart")
    expect(kinds.get_by_role("button", name="Bars")).to_have_attribute("aria-pressed", "true")
    _axe(page)

    rows = demo_server.data(["channel", "tickets_created"], "2026-08-01", "2026-10-31")
    table = page.get_by_role("region", name="Behind the chart").get_by_role("table")
    for channel, count in rows:
        expect(table.get_by_role("row", name=f"{channel} {count}", exact=True)).to_be_visible()
        expect(page.locator(".chart svg").get_by_text(f"{count:,}", exact=False).first).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download CSV").click()
    text = saved.value.path().read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1:] == [[str(channel), str(count)] for channel, count in rows]

    _behind(page, "getData request")
    asked = json.loads(page.locator("pre").inner_text())
    assert [one["name"] for one in asked["fields"]] == ["channel", "tickets_created"]
    _behind(page, "SQL")
    expect(page.locator("pre")).to_contain_text("SELECT")
    address = parse_qs(urlsplit(page.url).query)
    assert address["dimensions"] == ["channel"]
    assert address["from"] == ["2026-08-01"]

    # A link to a filtered chart of another kind is drawn as it was.
    page.goto(f"{page.url}&f.channel=email&chart=donut")
    expect(page.get_by_role("group", name="Kind of chart").get_by_role("button", name="Donut")).to_have_attribute(
        "aria-pressed", "true"
    )
    email = next(count for channel, count in rows if channel == "email")
    only = page.get_by_role("region", name="Behind the chart").get_by_role("row")
    expect(only).to_have_count(2)
    expect(only.nth(1)).to_contain_text(str(email))
    assert owner.mishaps() == []


def test_what_does_not_go_together_says_why_and_cannot_be_chosen(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    page.goto(f"{demo_server.address}/console/explore?dataset=tickets&metrics=tickets_created&dimensions=channel")
    picker = page.get_by_role("region", name="Metrics")
    picker.get_by_label("Search metrics").fill("contribution to the res")
    expect(picker.get_by_role("checkbox")).to_be_disabled()
    expect(picker.get_by_text("Add that field to the chart")).to_be_visible()


def test_a_kept_chart_is_in_the_workspaces_own_report(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    for path in (
        "metrics=tickets_created&dimensions=channel&f.channel=email",
        "metrics=tickets_created,tickets_solved_cohort",
    ):
        page.goto(f"{demo_server.address}/console/explore?dataset=tickets&from=2026-08-01&to=2026-10-31&{path}")
        _behind(page, "Template item")
        expect(page.locator("pre")).to_contain_text("source: tickets")
        page.get_by_role("button", name="Save to My reports").click()
        expect(page.get_by_role("link", name="Open My reports")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    _axe(page)
    page.set_viewport_size({"width": 1360, "height": 900})
    owner.open(f"{demo_server.address}/r/my-reports?from=2026-08-01&to=2026-10-31")
    expect(page.get_by_role("heading", name="Tickets created by channel")).to_be_visible()
    assert page.locator(".card-kpi").count() == 2
    assert owner.mishaps() == []


def test_a_key_is_shown_once_works_and_is_revoked(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    page.goto(f"{demo_server.address}/console/keys")
    page.get_by_label("Name").fill("Nightly script")
    page.get_by_label("Orvanta Cloud").check()
    page.get_by_role("button", name="Make the key").click()
    secret = page.locator("[data-secret]").inner_text()
    _axe(page)
    headers = {"authorization": f"Bearer {secret}"}
    seen = httpx2.get(f"{demo_server.address}/v1/session", headers=headers)
    assert [one["name"] for one in seen.json()["clients"]] == ["Orvanta Cloud"]
    page.goto(f"{demo_server.address}/console/keys")
    assert secret not in page.content()
    page.get_by_label("Name").fill("Nightly script")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_role("alert")).to_contain_text("already")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke Nightly script").click()
    expect(page.get_by_role("row", name="Nightly script")).to_contain_text("Revoked")
    page.wait_for_timeout(300)  # what was looked up a moment ago is remembered for a quarter of a second
    assert httpx2.get(f"{demo_server.address}/v1/session", headers=headers).status_code == 401


def test_the_catalogue_is_searched_and_leads_to_the_explorer(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    page.goto(f"{demo_server.address}/console/catalogue")
    page.get_by_label("Search").fill("resolution rate")
    page.get_by_role("button", name="Search").click()
    _axe(page)
    expect(page.get_by_role("link", name="Tickets created", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Resolution rate", exact=True).click()
    expect(page.get_by_text("In Data Studio")).to_be_visible()
    _axe(page)
    page.get_by_role("link", name="See the last 90 days").click()
    expect(page.get_by_role("heading", name="Resolution rate by date")).to_be_visible()
    expect(page.locator(".card[data-phase=ready] .chart svg")).to_be_visible()
    page.goto(f"{demo_server.address}/console/catalogue/dimensions/channel")
    expect(page.get_by_role("heading", name="Channel", level=1)).to_be_visible()
    _axe(page)


def test_the_guide_ticks_what_is_there(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    page.goto(f"{demo_server.address}/console")
    steps = page.get_by_role("listitem").filter(has=page.get_by_role("heading", level=2))
    done = steps.filter(has_text="done")
    expect(done).to_have_count(3)
    expect(steps).to_have_count(6)
    _axe(page)
    page.get_by_role("link", name="Open the first report").click()
    page.wait_for_selector("#content")
    page.goto(f"{demo_server.address}/console")
    expect(done).to_have_count(4)
    expect(page.locator(".guide .button-primary")).to_have_text("Publish the connector")


def test_usage_errors_and_rules_are_pages_to_work_with(owner: Watched, demo_server: Served) -> None:
    page = owner.page
    wrong = {"configParams": {"dataset": "tickets"}, "fields": [{"name": "no_such_field"}]}
    headers = {"authorization": f"Bearer {demo_server.key}"}
    assert httpx2.post(f"{demo_server.address}/v1/looker/data", json=wrong, headers=headers).status_code == 400
    page.goto(f"{demo_server.address}/console/usage?only=errors")
    page.get_by_role("group", name="Newest questions").get_by_role("link", name="unknown_field").first.click()
    expect(page.get_by_role("row", name="unknown_field")).to_contain_text("Refresh the data source's fields.")

    page.goto(f"{demo_server.address}/console/rules")
    page.get_by_role("button", name="Write the rule").click()
    client = re.search(r"client: (\S+)", page.get_by_label("YAML").input_value())
    assert client is not None
    rule = f"client: {client[1]}\nsource: demo\nentity: ticket\nvalues: {{channel: {{email: letter}}}}\n"
    page.get_by_label("YAML").fill(rule)
    page.get_by_role("button", name="Check and preview").click()
    expect(page.get_by_role("row", name="channel email letter")).to_be_visible()
    _axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("usage", "errors", "rules"):
        page.goto(f"{demo_server.address}/console/{path}")
        _axe(page)
    page.set_viewport_size({"width": 1360, "height": 900})
