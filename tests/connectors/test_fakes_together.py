"""The fakes as a person tries them out: started together, signed in to, and read."""

import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2

from tests.connectors.fakes.rest import FakeRest
from tests.connectors.fakes.together import all_fakes, by_vendor, settings_of
from tests.connectors.fakes.zendesk import FakeZendesk

ROOT = Path(__file__).parent.parent.parent


def test_every_vendor_has_one_address() -> None:
    kinds = all_fakes()
    assert {FakeRest, FakeZendesk} <= set(kinds)
    servers = by_vendor(kinds)
    assert len({one.vendor for one in servers}) == len(servers)
    assert sum(len(one.parts) for one in servers) == len(kinds)


def test_a_person_signs_in_and_reads() -> None:
    (zendesk,) = by_vendor([FakeZendesk])
    with zendesk as server, httpx2.Client(base_url=server.address, trust_env=False) as browser:
        assert settings_of(server)["BELVEDERE_OAUTH_ZENDESK_CLIENT_ID"] == "fake-client"
        asked = {"redirect_uri": "https://us.example/callback", "state": "s<1>"}
        page = browser.get("/oauth/authorizations/new", params=asked, headers={"Accept": "text/html"})
        assert "Allow access to read?" in page.text
        assert "s<1>" not in page.text
        sent = browser.get("/oauth/authorizations/new", params=asked, headers={"Accept": "*/*"})
        back = urlsplit(sent.headers["location"])
        assert (sent.status_code, back.netloc, parse_qs(back.query)["state"]) == (302, "us.example", ["s<1>"])
        tokens = browser.post("/oauth/tokens", json={"code": parse_qs(back.query)["code"][0]}).json()
        assert tokens["expires_in"] == 3600
        signed = {"Authorization": f"Bearer {tokens['access_token']}"}
        assert browser.get("/api/v2/groups", headers=signed).status_code == 200
        assert browser.get("/api/v2/groups").status_code == 401
        assert browser.get("/api/v2/nothing", headers=signed).status_code == 404


def test_the_command_prints_what_to_copy() -> None:
    command = [sys.executable, "-m", "tests.connectors.fakes", "rest"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            about, line = process.stdout.readline(), process.stdout.readline()
            name, _, address = line.removeprefix("export ").strip().partition("=")
            assert about.startswith('# rest: {"settings": {"definition": ')
            assert name == "BELVEDERE_SOURCE_REST_URL"
            answer = httpx2.get(
                f"{address}/v1/customers",
                headers={"X-Shop-Key": "Key first-key", "X-Shop-Version": "3"},
                trust_env=False,
            )
            assert len(answer.json()) == 25
        finally:
            process.kill()
