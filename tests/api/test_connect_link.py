"""The link by which a client authorises a source without an account of ours: once, and for a while."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from api.connections.links import make_link, open_link
from api.errors import NotFoundError
from api.telemetry import redact
from api.workspaces.linking_models import ConnectLinkRow
from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET
from tests.api.linking import Answer, Desk, SigningXero, desk_at

NORTH = "11111111-0000-4000-8000-000000000001"


@pytest.fixture
def xero(monkeypatch: pytest.MonkeyPatch) -> Iterator[SigningXero]:
    with SigningXero({NORTH: "North & Sons <b>"}) as fake:
        monkeypatch.setenv("BELVEDERE_SOURCE_XERO_URL", fake.address)
        monkeypatch.setenv("BELVEDERE_OAUTH_XERO_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("BELVEDERE_OAUTH_XERO_CLIENT_SECRET", CLIENT_SECRET)
        yield fake


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(tmp_path) as found:
        yield found


def _asked(desk: Desk) -> Answer:
    return desk.post("/v1/connections", {"source": "xero", "client": "acme", "link_days": 7})


def test_a_client_links_without_an_account_of_ours(desk: Desk, xero: SigningXero) -> None:
    made = _asked(desk)
    with desk.browser() as browser:
        for _ in range(2):  # looking at it, as a mail program does before its reader, uses nothing up
            page = browser.get(desk.local(made["connect_link"]))
            assert page.status_code == 200
            assert "for the reports of Acme" in page.text
        assert xero.asked == []
        assert made["connect_link"] != made["authorize_url"]
        done = browser.get(desk.local(made["authorize_url"]))
        assert "North &amp; Sons &lt;b&gt;" in done.text
        assert "/console/" not in done.text.partition("<main")[2], "a client has no console"

        for address in (made["connect_link"], made["authorize_url"]):
            used = browser.get(desk.local(address))
            assert used.status_code == 404
            assert "used already" in used.text
    assert str(desk.get(f"/v1/connections/{made['id']}")["client"]) == "acme"


def test_the_link_lasts_as_long_as_was_asked(desk: Desk) -> None:
    made = _asked(desk)
    ends = datetime.fromisoformat(str(made["link_expires_at"]))
    assert timedelta(days=6, hours=23) < ends - datetime.now(UTC) <= timedelta(days=7)

    with desk.world.metadata.write() as session:
        session.execute(update(ConnectLinkRow).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    with desk.browser() as browser:
        assert browser.get(desk.local(made["connect_link"])).status_code == 404
        assert browser.get(desk.local(made["authorize_url"])).status_code == 404


def test_a_changed_link_opens_nothing(desk: Desk) -> None:
    made = _asked(desk)
    link = make_link(desk.world.metadata, desk.workspace_id, str(made["id"]))
    assert open_link(desk.world.metadata, link.token).connection.id == made["id"]
    for wrong in (link.token[:-1] + ("A" if link.token[-1] != "A" else "B"), link.token.removeprefix("bvl_"), "bvl_"):
        with pytest.raises(NotFoundError, match="does not work"):
            open_link(desk.world.metadata, wrong)


def test_two_who_open_it_at_once_link_once(desk: Desk, xero: SigningXero) -> None:
    made = _asked(desk)
    with desk.browser() as first, desk.browser() as second:
        backs = []
        for browser in (first, second):
            browser.follow_redirects = False
            to_vendor = browser.get(desk.local(made["authorize_url"])).headers["location"]
            backs.append((browser, browser.get(to_vendor).headers["location"]))
        answers = [browser.get(back).status_code for browser, back in backs]
    assert answers == [200, 400]


def test_neither_database_nor_log_holds_the_link(desk: Desk) -> None:
    made = _asked(desk)
    token = desk.local(made["connect_link"]).removeprefix("/connect/")
    assert token.encode() not in (desk.world.settings.data_dir / "belvedere.sqlite").read_bytes()
    assert token not in redact(f"GET /oauth/start/{token}")


def test_pages_of_a_sign_in_are_kept_by_nobody(desk: Desk, xero: SigningXero) -> None:
    made = _asked(desk)
    with desk.browser() as browser:
        browser.follow_redirects = False
        page = browser.get(desk.local(made["connect_link"]))
        assert page.headers["cache-control"] == "private, no-store"
        answer = browser.get(desk.local(made["authorize_url"]))
        assert answer.status_code == 302
        assert answer.headers["cache-control"] == "no-store"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "path=/;" in cookie
