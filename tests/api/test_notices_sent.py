"""From a grant that its owner has revoked at the vendor to one mail and one webhook call, and back to nothing open."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from api.notices.delivering import Post
from api.notices.watch import Watch
from api.workspaces.models import now
from api.workspaces.records import ConnectionState
from api.workspaces.repository import Repository
from api.workspaces.service import create_key, find_or_create_workspace
from tests.api.fake_authority import CLIENT_ID, CLIENT_SECRET
from tests.api.linking import Desk, SigningZendesk, desk_at
from tests.api.mailbox import Mailbox, Receiver, mail_server
from tests.api.serving import wait_until
from tests.connectors.fake_vendor import Asked

MANUAL = Path(__file__).parent.parent.parent / "docs" / "notices.md"
ZENDESK = {"source": "zendesk", "client": "acme", "name": "Help desk", "settings": {"subdomain": "tideline"}}
OWNER = {"email": "ana@example.com", "name": "Ana", "password": "a sentence that is long enough"}


class _House:
    """A server with an owner, a mail server and a receiver of webhooks, to which a help desk is linked."""

    def __init__(self, desk: Desk, zendesk: SigningZendesk, box: Mailbox, receiver: Receiver) -> None:
        self.desk, self.zendesk, self.box, self.receiver = desk, zendesk, box, receiver
        self.browser = desk.browser()
        token = desk.world.people.owner_token()
        self.form(f"/console/welcome/{token}", OWNER)
        self.id = str(desk.post("/v1/connections", ZENDESK)["id"])

    @property
    def posts(self) -> list[Asked]:
        """Return the webhook's calls."""
        return list(self.receiver.asked)

    def form(self, path: str, fields: dict[str, str]) -> httpx2.Response:
        """Send a form as the pages of the console do."""
        return self.browser.post(path, data=fields, headers={"origin": self.desk.address})

    def sign_in(self) -> None:
        """Let a person consent at the vendor."""
        link = self.desk.post(f"/v1/connections/{self.id}/sign-in", status=200)
        with self.desk.browser() as browser:
            assert browser.get(self.desk.local(link["authorize_url"])).status_code == 200

    def revoke(self) -> None:
        """Take the consent back at the vendor."""
        for one in self.zendesk.authority.grants:
            one.revoked = True

    def sync(self) -> str:
        """Sync, and return how the connection stands then."""
        told = self.desk.post(f"/v1/connections/{self.id}/sync", status=202)
        self.desk.world.runner.run_now(str(told["job"]))
        return str(self.desk.get(f"/v1/connections/{self.id}")["state"])

    def look(self, moment: datetime | None = None) -> int:
        """Look as a server that has just started does."""
        world = self.desk.world
        return Watch(Post(world.metadata, world.mailer, world.settings.address, "Belvedere")).look(moment or now())

    def notices(self, query: str = "") -> list[dict[str, Any]]:
        """Return the notices as scripts get them."""
        found: list[dict[str, Any]] = self.desk.get(f"/v1/notices{query}")["notices"]  # type: ignore[assignment]
        return found


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[_House]:
    with SigningZendesk() as zendesk, Receiver() as receiver, mail_server() as box:
        for name, value in {
            "BELVEDERE_SOURCE_ZENDESK_URL": zendesk.address,
            "BELVEDERE_OAUTH_ZENDESK_CLIENT_ID": CLIENT_ID,
            "BELVEDERE_OAUTH_ZENDESK_CLIENT_SECRET": CLIENT_SECRET,
            "BELVEDERE_ALLOWED_PRIVATE_NETS": "127.0.0.0/8",
            "BELVEDERE_SMTP_URL": f"smtp://127.0.0.1:{box.port}?tls=none",
            "BELVEDERE_MAIL_FROM": "Reports <reports@example.org>",
        }.items():
            monkeypatch.setenv(name, value)
        with desk_at(tmp_path) as desk:
            made = _House(desk, zendesk, box, receiver)
            yield made
            made.browser.close()


def _is_signed(secret: str, asked: Asked) -> bool:
    """Check a call by the very lines that the manual gives."""
    block = re.search(r"^```python\n(.*?)^```", MANUAL.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert block is not None
    names: dict[str, Any] = {}
    exec(block[1], names)
    return bool(names["is_genuine"](secret, asked.headers["belvedere-signature"], asked.body))


def test_a_revoked_grant_is_told_once_and_closes_when_it_is_linked_again(house: _House) -> None:
    """Several syncs run in child processes, one after the other: it takes some seconds."""
    with house.desk.client() as client:
        told = client.put("/v1/notices/webhook", json={"url": f"{house.receiver.address}/hook?key=theirs"}).json()
    assert house.look() == 0, "whoever has just added a connection knows that nobody has signed in yet"
    house.sign_in()
    assert house.sync() in {"synced", "backfilling"}
    assert house.look() == 0

    house.revoke()
    assert house.sync() == "needs_sign_in"
    assert house.look() == 2
    (mail,) = house.box.mails
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", "Belvedere: Help desk needs sign-in")
    text = mail.get_content()
    assert "does not accept the sign-in any more" in text
    assert f"{house.desk.world.settings.address}/console/connections/{house.id}" in text
    (call,) = house.posts
    assert (call.method, call.path, call.one("key")) == ("POST", "/hook", "theirs")
    assert _is_signed(told["secret"], call)
    assert not _is_signed("bvw_of_somebody_else", call)
    (notice,) = house.notices("?state=open")
    posted = json.loads(call.body)
    assert posted["notice"] == {key: notice[key] for key in posted["notice"]}
    assert {one["channel"]: (one["recipient"], one["state"]) for one in notice["deliveries"]} == {
        "email": ("ana@example.com", "sent"),
        "webhook": (house.receiver.address, "sent"),
    }
    assert posted["delivery"] == call.headers["idempotency-key"]

    house.sync()  # fails again, by hand
    assert house.look() == 0
    assert house.look(now() + timedelta(days=30)) == 0
    _is_shown(house)

    house.sign_in()
    assert house.sync() in {"synced", "backfilling"}
    assert house.look() == 0
    (notice,) = house.notices()
    assert (notice["state"], house.notices("?state=open")) == ("resolved", [])
    assert "Nothing needs you." in house.browser.get("/console/notices").text

    house.revoke()
    house.sync()
    house.desk.world.runner.start()  # the server sends by itself
    wait_until(lambda: len(house.box.took) == 2 and len(house.posts) == 2)
    house.desk.world.runner.ask_to_stop()


def _is_shown(house: _House) -> None:
    page = house.browser.get("/console/notices").text
    main = page.partition("<main")[2]
    assert "Help desk" in main
    assert "Link the account again." in main
    assert "ana@example.com" in main
    assert house.receiver.address in main
    assert re.search(r'class="count">1<span', page)
    with house.desk.client(house.desk.reading_key) as reader:
        assert reader.get("/v1/notices").status_code == 403
    metadata = house.desk.world.metadata
    stranger = create_key(metadata, find_or_create_workspace(metadata, "other"), "stranger", admin=True).secret
    with house.desk.client(stranger) as client:
        assert client.get("/v1/notices").json() == {"notices": [], "open": 0, "webhook": None}


def test_the_webhook_is_set_in_the_console(house: _House) -> None:
    csrf = re.search(r'name="csrf" value="([^"]+)"', house.browser.get("/console/notices").text)
    assert csrf is not None
    for wrong in ("ftp://example.org/x", "https://u:p@example.org/x", "not an address", "https://"):
        answer = house.form("/console/notices/webhook", {"csrf": csrf[1], "url": wrong})
        assert answer.status_code == 422
        assert "write its whole address" in answer.text
    house.form("/console/notices/webhook", {"csrf": csrf[1], "url": f"{house.receiver.address}/theirs"})
    house.receiver.status = 500
    answer = house.form("/console/notices/test", {"csrf": csrf[1]})
    assert "A test was sent to ana@example.com." in answer.text
    assert f"The test to {house.receiver.address} did not arrive: The receiver answered 500." in answer.text
    assert (len(house.box.took), len(house.posts)) == (1, 1)
    answer = house.form("/console/notices/webhook", {"csrf": csrf[1], "url": "https://hooks.example.org:8443/theirs"})
    shown = re.search(r"bvw_[\w-]{40,}", answer.text)
    assert shown is not None
    page = house.browser.get("/console/notices").text
    assert "https://hooks.example.org:8443" in page
    assert "theirs" not in page
    assert shown[0] not in page
    stored = b"".join(one.read_bytes() for one in house.desk.world.settings.data_dir.glob("belvedere.sqlite*"))
    assert b"https://hooks.example.org:8443" in stored
    assert shown[0].encode() not in stored
    assert b"/theirs" not in stored
    assert house.form("/console/notices/webhook", {"url": "https://example.org"}).status_code == 403
    house.form("/console/notices/webhook/remove", {"csrf": csrf[1]})
    assert house.desk.get("/v1/notices")["webhook"] is None


def test_mail_is_off_until_a_server_is_set(house: _House) -> None:
    off = Watch(Post(house.desk.world.metadata, None, house.desk.address, "Belvedere"))
    with house.desk.world.metadata.write() as session:
        Repository(session).set_state(house.id, ConnectionState.LOST_ACCESS, reason="It is gone.", next_step="Look.")
    moment = datetime.now(UTC)
    assert off.look(moment) == 0
    assert house.notices()[0]["deliveries"] == []
    assert "Nobody" in house.browser.get("/console/notices").text
    assert house.look(moment) == 1, "what is open is sent once there is a mail server"
