"""docs/deploy.md from the outside: Caddy with our Caddyfile, the owner's link, a connector that signs in, over TLS."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.api.looker_sign_in import PASSWORD, Browser, Copy, hidden
from tests.api.serving import MAPPING, wait_until, write_tickets

ROOT = Path(__file__).parent.parent.parent
COMMAND = str(Path(sys.executable).parent / "belvedere")
CADDY = os.environ.get("CADDY") or shutil.which("caddy")
SCRIPT = "1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-AbCdEfGhIjKlMnOpQr"
EMAIL = "ana@agency.example"

pytestmark = pytest.mark.skipif(CADDY is None, reason="needs Caddy: apt-get install caddy")


@dataclass(frozen=True)
class Site:
    """A Belvedere behind Caddy, whose certificate an authority of the test has signed."""

    address: str
    behind: str
    welcome: str
    authority: Path
    environment: dict[str, str]

    def command(self, *words: str) -> str:
        """Run a command of the product on the same data, trusting the authority."""
        environment = self.environment | {"SSL_CERT_FILE": str(self.authority)}
        done = subprocess.run([COMMAND, *words], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def client(self) -> httpx2.Client:
        trusted = ssl.create_default_context(cafile=str(self.authority))
        return httpx2.Client(base_url=self.address, verify=trusted, timeout=60, headers={"accept": "text/html"})


@contextmanager
def _running(command: list[str], environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[str]"]:
    with (
        log.open("w") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("deployed")
    inner, outer, plain = (_free_port() for _ in range(3))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
    ours = clean | {
        "BELVEDERE_DATA_DIR": str(folder / "data"),
        "BELVEDERE_PUBLIC_URL": f"https://localhost:{outer}",
        "BELVEDERE_PORT": str(inner),
    }
    config = folder / "Caddyfile"
    options = f"{{\n admin off\n local_certs\n skip_install_trust\n http_port {plain}\n https_port {outer}\n}}\n"
    config.write_text(f"{options}import {ROOT / 'deploy/Caddyfile'}\n", encoding="utf-8")
    theirs = clean | {
        "PUBLIC_HOST": f"localhost:{outer}",
        "UPSTREAM": f"127.0.0.1:{inner}",
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    with ExitStack() as stack:
        server = stack.enter_context(_running([COMMAND, "serve"], ours, folder / "belvedere.log"))
        assert CADDY is not None
        proxy = [CADDY, "run", "--config", str(config), "--adapter", "caddyfile"]
        stack.enter_context(_running(proxy, theirs, folder / "caddy.log"))
        assert server.stdout is not None
        told = next((line for line in server.stdout if "/console/welcome/" in line), "")
        assert told, (folder / "belvedere.log").read_text()
        authority = folder / "caddy/pki/authorities/local/root.crt"
        wait_until(authority.exists)
        address = f"https://localhost:{outer}"
        found = Site(address, f"http://127.0.0.1:{inner}", told[told.index("https://") :].strip(), authority, ours)
        wait_until(lambda: _answers(found))
        yield found


def _answers(site: Site) -> bool:
    with site.client() as client:
        try:
            return client.get("/healthz").status_code == 200
        except httpx2.TransportError:
            return False


def test_an_empty_machine_ends_with_a_connector_that_signs_in_over_tls(site: Site) -> None:
    assert site.welcome.startswith(f"{site.address}/console/welcome/")
    with site.client() as owner:
        _see_a_connector_sign_in(site, owner)


def _see_a_connector_sign_in(site: Site, owner: httpx2.Client) -> None:
    browser = Browser(site.address, EMAIL)
    browser.client.close()
    browser.client = owner
    form = {"email": EMAIL, "name": "Ana", "password": PASSWORD}
    page = browser.client.get(site.welcome)
    done = browser.client.post(site.welcome, data=hidden(page.text) | form, headers={"origin": site.address})
    assert done.status_code == 303, done.text
    cookie = done.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert done.headers["strict-transport-security"].startswith("max-age=")

    page = browser.client.get("/console/connectors")
    script = {"name": "Agency reports", "script": SCRIPT}
    made = browser.client.post("/console/connectors", data=hidden(page.text) | script, headers={"origin": site.address})
    client_id = re.findall(r"--client-id (bvi_\w+)", made.text)[0]
    secret = re.findall(r"data-secret>([^<]+)<", made.text)[0]
    with site.client() as outside:
        known = outside.get("/.well-known/oauth-authorization-server").json()
        assert known["issuer"] == site.address
        copy = Copy(outside, client_id, secret, f"https://script.google.com/macros/d/{SCRIPT}/usercallback")
        tokens = browser.tokens(copy)
        assert copy.check(tokens["access_token"]).json()["workspace"]["slug"] == "main"
        later = copy.refresh(tokens["refresh_token"]).json()
        assert copy.check(later["access_token"]).status_code == 200


def test_the_connectors_way_works_from_outside_and_probes_stay_inside(site: Site, tmp_path: Path) -> None:
    sample, rules = tmp_path / "tickets.csv", tmp_path / "tickets.yaml"
    write_tickets(sample, 20, 1)
    rules.write_text(MAPPING, encoding="utf-8")
    site.command("import", str(sample), "--as", "tickets", "--client", "Lantern", "--mapping", str(rules))
    key = site.command("key", "create", "--name", "check").split()[0]
    told = site.command("connector", "check", "--address", site.address, "--key", key)
    assert "tickets" in told
    with site.client() as outside:
        assert [outside.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")] == [200, 404, 404]
    assert httpx2.get(f"{site.behind}/readyz").status_code == 200
    assert 'belvedere_requests_total{route="data",status="200"}' in httpx2.get(f"{site.behind}/metrics").text
