"""The network guard: what it refuses, what it lets pass, and that nobody can change the address in between."""

import asyncio
import gzip
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import SourceDownError, StopError
from connectors.network import NetworkRules, checked_addresses, look_up, open_client, parse_nets, read_body, rules_of
from tests.connectors.fake_vendor import Asked, FakeVendor, Told

PUBLIC = "93.184.216.34"


class FakeSite(FakeVendor):
    """A web server that redirects, packs and tells what it was asked."""

    vendor = "site"

    def answer(self, asked: Asked) -> Told:
        """Return the request's host, or what the path names."""
        match asked.path:
            case "/moved":
                return Told(302, {}, {"Location": "http://169.254.169.254/latest/meta-data"})
            case "/bomb":
                return Told(200, gzip.compress(bytes(40 << 20)), {"Content-Encoding": "gzip"})
            case _:
                return Told(200, {"host": asked.headers["host"], "packing": asked.headers["accept-encoding"]})


@pytest.fixture
def site() -> Iterator[FakeVendor]:
    """A server on loopback."""
    with FakeSite() as fake:
        yield fake


def port_of(fake: FakeVendor) -> int:
    """Return the port of a fake."""
    return int(fake.address.rpartition(":")[2])


class Names:
    """A name server that answers differently each time it is asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.asked = 0
        self._answers = answers

    async def __call__(self, host: str, port: int) -> list[str]:
        """Return the next answer; the last one for ever."""
        del host, port
        self.asked += 1
        return self._answers[min(self.asked, len(self._answers)) - 1]


def fetch(url: str, rules: NetworkRules, names: Names | None = None) -> httpx2.Response:
    """Ask one address through the guard."""

    async def ask() -> httpx2.Response:
        async with open_client(rules=rules, look=names or look_up, timeout=httpx2.Timeout(3.0)) as client:
            return await client.get(url)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0.0.0.0",
        "localhost",
        "１２７.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
    ],
)
def test_what_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(
        (StopError, SourceDownError, httpx2.InvalidURL),
        match=r"not a public address|never reached|no host called|Invalid",
    ):
        fetch(f"http://{host}/", NetworkRules(ports=frozenset({80})))


@pytest.mark.parametrize("answer", ["127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fe80::1%eth0", "192.168.0.9"])
def test_one_private_answer_among_public_ones_is_enough(answer: str) -> None:
    names = Names([PUBLIC, answer])
    with pytest.raises(StopError):
        fetch("https://mixed.example/", NetworkRules(), names)
    assert names.asked == 1


def test_a_name_that_changes_its_answer_is_asked_once(site: FakeVendor) -> None:
    rules = NetworkRules(nets=parse_nets("127.0.0.1"))
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    answer = fetch(f"http://turncoat.example:{port_of(site)}/", rules, names)
    assert answer.json()["host"] == f"turncoat.example:{port_of(site)}"
    assert names.asked == 1


def test_each_new_connection_is_checked_again(site: FakeVendor) -> None:
    names = Names(["127.0.0.1"], ["127.0.0.2"])

    async def ask() -> None:
        async with open_client(rules=NetworkRules(nets=parse_nets("127.0.0.1/32")), look=names) as client:
            url = f"http://turncoat.example:{port_of(site)}/"
            for _ in range(3):
                assert (await client.get(url)).status_code == 200  # one connection that is kept
            await client.get(url, headers={"Connection": "close"})
            await client.get(url)

    with pytest.raises(StopError, match="not a public address"):
        asyncio.run(ask())
    assert names.asked == 2


def test_the_next_address_is_tried(site: FakeVendor) -> None:
    rules = NetworkRules(nets=parse_nets("127.0.0.0/8, ::1/128"))
    assert fetch(f"http://two.example:{port_of(site)}/", rules, Names(["127.0.0.9", "::1", "127.0.0.1"])).is_success


def test_what_the_operator_has_set_passes_and_only_that(site: FakeVendor) -> None:
    rules = rules_of(site.environment)
    assert fetch(f"{site.address}/x", rules).status_code == 200
    with pytest.raises(StopError, match="BELVEDERE_ALLOWED_PRIVATE_NETS"):
        fetch(f"http://127.0.0.1:{port_of(site) + 1}/x", rules)


@pytest.mark.parametrize("host", ["169.254.169.254", "fe80::1", "fd00:ec2::254", "168.63.129.16", "::ffff:169.254.1.1"])
def test_no_list_opens_metadata_addresses(host: str) -> None:
    everything = parse_nets("0.0.0.0/0, ::/0")
    rules = NetworkRules(nets=everything, origins=frozenset({(host, 80)}))
    with pytest.raises(StopError, match="never reached"):
        asyncio.run(checked_addresses(host, 80, rules, Names([host])))


def test_ports_are_on_a_list() -> None:
    with pytest.raises(StopError, match=r"Port 22 of 'public\.example' is not among .* reached: 80, 443"):
        fetch("http://public.example:22/", NetworkRules(), Names([PUBLIC]))
    found = asyncio.run(checked_addresses("db.example", 5432, NetworkRules(ports=frozenset({5432})), Names([PUBLIC])))
    assert found == [PUBLIC]


def test_redirects_are_not_followed(site: FakeVendor) -> None:
    assert fetch(f"{site.address}/moved", rules_of(site.environment)).status_code == 302


def test_proxies_of_the_environment_are_not_used(site: FakeVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(f"{site.address}/x", rules_of(site.environment)).json()["host"].startswith("127.0.0.1")


def test_a_bomb_is_not_unpacked(site: FakeVendor) -> None:
    async def ask() -> None:
        async with (
            open_client(rules=rules_of(site.environment)) as client,
            client.stream("GET", f"{site.address}/bomb") as response,
        ):
            await read_body(response, "The site", most=1 << 20)

    with pytest.raises(StopError, match="The site answered with more than 1 MB"):
        asyncio.run(ask())


def test_a_host_that_is_not_there_may_come_back() -> None:
    with pytest.raises(SourceDownError, match=r"no host called 'nowhere\.invalid'"):
        fetch("http://nowhere.invalid/", NetworkRules())


def test_a_list_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(StopError, match=r"BELVEDERE_ALLOWED_PRIVATE_NETS.*Write networks like"):
        rules_of({"BELVEDERE_ALLOWED_PRIVATE_NETS": "10.0.0.1/8"})
    assert rules_of({}).nets == ()


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server called `name` shows, and what a client needs to believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(17)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())


def test_tls_checks_the_name_and_not_the_address(tmp_path: Path) -> None:
    shown, believed = certified(tmp_path, "secure.example")

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        host = next(line for line in asked.split(b"\r\n") if line.lower().startswith(b"host:"))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(host), host))
        await writer.drain()
        writer.close()

    async def ask(name: str) -> str:
        server = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=shown)
        rules = NetworkRules(nets=parse_nets("127.0.0.1"))
        port = server.sockets[0].getsockname()[1]
        async with server, open_client(rules=rules, look=Names(["127.0.0.1"]), verify=believed) as client:
            return (await client.get(f"https://{name}:{port}/")).text

    assert asyncio.run(ask("secure.example")).startswith("Host: secure.example:")
    with pytest.raises(httpx2.ConnectError, match=r"doesn't match|not valid for|mismatch"):
        asyncio.run(ask("other.example"))
