"""The console in a browser: from the one-time link to a linked account whose tickets are in the report."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET
from tests.api.linking import SigningZendesk
from tests.browser.serving import Watched, running_anew

PASSWORD = "a sentence that is long enough"


@pytest.fixture(scope="module")
def zendesk() -> Iterator[SigningZendesk]:
    with SigningZendesk() as fake:
        fake.now = datetime.now(UTC)  # type: ignore[misc]
        yield fake


@pytest.fixture(scope="module")
def welcome(tmp_path_factory: pytest.TempPathFactory, zendesk: SigningZendesk) -> Iterator[str]:
    """Start a server of which nobody is the owner yet, and give the link that it prints."""
    more = {
        **zendesk.environment,
        "BELVEDERE_OAUTH_ZENDESK_CLIENT_ID": CLIENT_ID,
        "BELVEDERE_OAUTH_ZENDESK_CLIENT_SECRET": CLIENT_SECRET,
    }
    data: Path = tmp_path_factory.mktemp("console")
    with running_anew(data, more) as link:
        yield link


def _looks_right(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0


def test_a_new_user_links_an_account_and_sees_its_tickets(desktop: Watched, welcome: str) -> None:
    page, base = desktop.page, welcome.split("/console/")[0]
    page.goto(welcome)
    _looks_right(page)
    page.get_by_label("Your name").fill("Ana Petrou")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Become the owner").click()
    expect(page.get_by_text("No account is linked yet")).to_be_visible()
    _looks_right(page)

    page.get_by_role("link", name="Clients").click()
    page.get_by_label("Name").fill("Tideline")
    page.get_by_label("Time zone").fill("Europe/Athens")
    page.get_by_role("button", name="Add the client account").click()
    expect(page.get_by_role("row", name="Tideline")).to_be_visible()
    _looks_right(page)

    page.get_by_role("link", name="Connections").click()
    page.get_by_role("link", name="Link an account").first.click()
    _looks_right(page)
    page.get_by_role("link", name="Zendesk").click()
    page.get_by_label("Subdomain").fill("tideline")
    _looks_right(page)
    page.get_by_role("button", name="Link the account").click()
    expect(page.get_by_role("heading", name="Zendesk is connected")).to_be_visible()
    page.get_by_role("link", name="Watch them arrive").click()
    expect(page.get_by_text("Synced", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("cell", name="done")).to_be_visible()
    _looks_right(page)

    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("connections", "clients", "matches", "link", "link/zendesk"):
        page.goto(f"{base}/console/{path}")
        _looks_right(page)
    page.set_viewport_size({"width": 1360, "height": 900})
    page.goto(f"{base}/?client=tideline&from=2025-12-01&to=2026-03-31")
    expect(page.get_by_role("heading", name="First look")).to_be_visible()
    desktop.settle()
    expect(page.get_by_text("108", exact=True).first).to_be_visible()
    assert desktop.mishaps() == []


def test_a_taken_back_sign_in_is_told_and_signing_out_closes_the_door(
    desktop: Watched, welcome: str, zendesk: SigningZendesk
) -> None:
    page, base = desktop.page, welcome.split("/console/")[0]
    page.goto(f"{base}/console/connections")
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    for granted in zendesk.authority.grants:
        granted.revoked = True
    page.get_by_role("link", name="Zendesk").click()
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("Needs sign-in", exact=True)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Link the account again").first).to_be_visible()
    _looks_right(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to Belvedere")).to_be_visible()
    page.goto(welcome)
    expect(page.get_by_text("does not work any more")).to_be_visible()
