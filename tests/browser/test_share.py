"""A report behind a link, in a client's own look, as a stranger's browser sees it; and the pages that make both."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from tests.api.serving import wait_until
from tests.browser.serving import Watched, run, running
from tests.demo_data import DemoData
from tests.plain_http import client_of

RED = "#a0322a"


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, demo_data: DemoData) -> Iterator[httpx2.Client]:
    """Give a client that administers a server of its own, which the demo's data fill."""
    folder: Path = demo_data.copied(tmp_path_factory.mktemp("share"))
    key = run(folder, "key", "create", "--name", "admin", "--admin")
    with running(folder, "serve") as (address, _):
        headers = {"authorization": f"Bearer {key}"}
        with client_of(address, headers=headers) as client:
            yield client


@pytest.fixture
def stranger(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(locale="en", viewport={"width": 1360, "height": 900})
    yield Watched(context.new_page())
    context.close()


def test_a_stranger_reads_one_branded_report_and_nothing_else(admin: httpx2.Client, stranger: Watched) -> None:
    clients = admin.get("/v1/session").json()["clients"]
    mine, others = clients[0], clients[1:]
    look = {"name": "Northwind Insight", "accent": RED, "footer": "Prepared by Northwind"}
    assert admin.put("/v1/brands", params={"client": mine["slug"]}, json=look).status_code == 200
    wish = {"report": "ticket-volume", "kind": "link", "clients": [mine["slug"]], "filters": {"channel": ["email"]}}
    address = admin.post("/v1/shares", json=wish).json()["address"]
    token = address.rpartition("/")[2]
    page = stranger.page

    # Whatever is written into the address, the link decides.
    stranger.open(f"{admin.base_url}/s/{token}?client={others[0]['slug']}&f.channel=chat&page=channels")
    expect(page.locator(".head-client")).to_have_text(f"{mine['name']} · Channel: email")
    expect(page).to_have_title(re.compile("Northwind Insight$"))
    expect(page.locator(".foot")).to_contain_text("Prepared by Northwind")
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
    assert page.evaluate(accent) == RED
    for name in ("Reports", "Client", "Channel", "Sign out"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    html = page.content()
    assert "Belvedere" not in html
    assert "icon.svg" not in html
    assert not [one["name"] for one in others if one["name"] in html]
    for tab in page.locator(".tabs a, .tabs button").all():
        tab.click()
        stranger.settle()
    expect(page.get_by_text("could not be loaded")).to_have_count(0)
    assert {str(body["configParams"]) for body in stranger.asked if others[0]["slug"] in str(body)} == set()
    assert stranger.mishaps() == []

    share = admin.get("/v1/shares").json()["shares"][0]
    assert admin.delete(f"/v1/shares/{share['id']}").status_code == 204
    page.goto(f"{admin.base_url}/s/{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Not available")


def test_a_closed_month_stays_as_reported_and_tells_what_has_changed(admin: httpx2.Client, stranger: Watched) -> None:
    last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
    mine, page = admin.get("/v1/session").json()["clients"][1]["slug"], stranger.page
    wish = {"report": "ticket-volume", "month": f"{last:%Y-%m}", "client": mine}
    assert admin.post("/v1/frozen", json=wish).status_code == 201
    share = {"report": "ticket-volume", "kind": "link", "clients": [mine]}
    token = admin.post("/v1/shares", json=share).json()["address"].rpartition("/")[2]
    address = f"{admin.base_url}/s/{token}?from={last.replace(day=1)}&to={last}"
    stranger.open(address)
    strip, number = page.locator(".frozen"), page.locator(".card-kpi .kpi-value").first
    expect(strip).to_contain_text("Nothing has changed since.")
    reported = number.inner_text()

    noon = f"{last.replace(day=15)}T12:00:00Z"
    late = [{"source_id": f"late-{at}", "created_at": noon, "channel": "email"} for at in range(40)]
    push = {"client": mine, "source": "shop", "records": late}
    pushed = admin.post("/v1/push/ticket", json=push, headers={"idempotency-key": "late"}).json()
    wait_until(lambda: admin.get(f"/v1/push/ticket/{pushed['id']}").json()["state"] == "done", 120)
    stranger.open(address)
    expect(strip).to_contain_text("As reported on")
    assert number.inner_text() == reported
    now = f"{int(reported.replace(',', '')) + 40:,}"
    strip.get_by_text("numbers have changed since").click()
    first = strip.locator("tbody tr").first  # the whole month comes before its parts
    assert first.locator("td").all_inner_texts() == [reported, now]
    strip.get_by_role("button", name="As of now").click()
    expect(number).to_have_text(now)
    stranger.settle()
    assert "asof=now" in page.url
    page.go_back()
    expect(number).to_have_text(reported)
    assert stranger.mishaps() == []
