"""The network guard: the one way out to addresses that people or vendors name.

A name is looked up once, every answer must be public, and the connection goes to that very address; the name stays
for TLS and Host. No redirects, no proxies of the environment, ports on a list. What the operator has set passes.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

import httpcore2
import httpx2

from connectors.addresses import replacements
from connectors.errors import SourceDownError, StopError

ALLOWED_NETS = "BELVEDERE_ALLOWED_PRIVATE_NETS"
PORTS = frozenset({80, 443, 8080, 8443})
MOST_BYTES = 128 * 1024 * 1024
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)
USER_AGENT = "Belvedere"

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
LookUp: TypeAlias = Callable[[str, int], Awaitable[list[str]]]

# Nobody reaches these, the operator's lists included: link-local, and where clouds hand out their machines' secrets.
_NEVER: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16")
)
# Python calls these global although they lead to other addresses, or to many.
_NOT_PUBLIC: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in ("224.0.0.0/4", "ff00::/8", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


@dataclass(frozen=True)
class NetworkRules:
    """What may be reached: `origins` are host and port as the operator has set them, `nets` private networks."""

    nets: tuple[Network, ...] = ()
    origins: frozenset[tuple[str, int]] = frozenset()
    ports: frozenset[int] = PORTS

    def check(self, host: str, port: int, answers: Iterable[str]) -> list[str]:
        """Return the addresses to connect to; raises StopError unless every answer may be reached."""
        by_operator = (host.lower(), port) in self.origins
        found = [_unwrapped(ip_address(text.partition("%")[0])) for text in answers]
        if not found:
            raise SourceDownError(f"There is no host called '{host}'.")
        for one in found:
            if _within(one, _NEVER):
                raise StopError(f"'{host}' is a link-local or metadata address, which is never reached.")
            if by_operator or _within(one, self.nets):
                continue
            if not one.is_global or _within(one, _NOT_PUBLIC):
                raise StopError(
                    f"'{host}' is not a public address. To reach a network of your own, "
                    f"let the operator of this server add it to {ALLOWED_NETS}."
                )
            if port not in self.ports:
                allowed = ", ".join(str(one) for one in sorted(self.ports))
                raise StopError(f"Port {port} of '{host}' is not among those that may be reached: {allowed}.")
        return [str(one) for one in found]


def rules_of(environment: Mapping[str, str] | None = None, ports: frozenset[int] = PORTS) -> NetworkRules:
    """Return the rules that the operator has set in the environment."""
    values = os.environ if environment is None else environment
    return NetworkRules(
        parse_nets(values.get(ALLOWED_NETS, "")),
        frozenset(_origin(url) for url in replacements(values).values()),
        ports,
    )


def parse_nets(text: str) -> tuple[Network, ...]:
    """Return the networks of a list such as `10.1.0.0/16, 192.168.7.4`."""
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as error:
        raise StopError(f"{ALLOWED_NETS}: {error}. Write networks like 10.1.0.0/16, joined by commas.") from error


async def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the operating system knows them."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SourceDownError(f"There is no host called '{host}', or names cannot be looked up now.") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


async def checked_addresses(
    host: str, port: int, rules: NetworkRules | None = None, look: LookUp = look_up
) -> list[str]:
    """Return the addresses of a host that may be connected to, for drivers that connect by themselves."""
    return (rules or rules_of()).check(host, port, await look(host, port))


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to the addresses that the rules let pass, and to no other."""

    def __init__(self, rules: NetworkRules, look: LookUp = look_up) -> None:
        self._rules = rules
        self._look = look
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the host up once and connect to the first of its addresses that answers."""
        addresses = await checked_addresses(host, port, self._rules, self._look)
        for address in addresses[:-1]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await self._backend.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Refuse: no vendor lives behind a file."""
        del path, timeout, socket_options
        raise StopError("A file of this machine is not a host.")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)


@cache
def _system_context() -> ssl.SSLContext:
    return ssl.create_default_context()  # reading the machine's certificates takes longer than most requests


class _GuardedTransport(httpx2.AsyncHTTPTransport):
    def __init__(self, rules: NetworkRules, look: LookUp, verify: ssl.SSLContext | None) -> None:
        context = verify or _system_context()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=context,
            max_connections=20,
            max_keepalive_connections=10,
            keepalive_expiry=30.0,
            network_backend=GuardedBackend(rules, look),
        )


def open_client(
    *,
    rules: NetworkRules | None = None,
    look: LookUp = look_up,
    verify: ssl.SSLContext | None = None,
    timeout: httpx2.Timeout = TIMEOUT,
) -> httpx2.AsyncClient:
    """Return the client that every request to a vendor or to a person's address goes through; close it after use.

    The rules are those of the environment unless given. Read bodies with `read_body`, which keeps them small enough.
    """
    return httpx2.AsyncClient(
        transport=guarded_transport(rules=rules, look=look, verify=verify),
        timeout=timeout,
        trust_env=False,
        follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
    )


def guarded_transport(
    *, rules: NetworkRules | None = None, look: LookUp = look_up, verify: ssl.SSLContext | None = None
) -> httpx2.AsyncBaseTransport:
    """Return the guarded way out for clients that another library makes."""
    return _GuardedTransport(rules or rules_of(), look, verify)


async def read_body(response: httpx2.Response, label: str, most: int = MOST_BYTES) -> bytes:
    """Return the body of a streamed response; raises StopError once it is larger than `most` bytes, unpacked."""
    content = bytearray()
    async for piece in pieces_of(response, label, most):
        content += piece
    return bytes(content)


async def pieces_of(response: httpx2.Response, label: str, most: int = MOST_BYTES) -> AsyncIterator[bytes]:
    """Yield the body of a streamed response piece by piece, for what goes into a file."""
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > most:
            raise StopError(f"{label} answered with more than {most >> 20} MB, which is more than is read at once.")
        yield piece


def _unwrapped(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _within(address: Address, nets: Iterable[Network]) -> bool:
    return any(address.version == one.version and address in one for one in nets)


def _origin(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").lower(), parts.port or (80 if parts.scheme == "http" else 443)
