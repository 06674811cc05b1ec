"""Clients of servers on this machine: without TLS, and patient, since the machine may be busy."""

import ssl
from collections.abc import Mapping

import httpx2

PATIENCE = 120.0  # seconds
# A client reads the machine's certificates into a context of its own even if it never meets TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client_of(
    base_url: httpx2.URL | str,
    *,
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    follow_redirects: bool = False,
) -> httpx2.Client:
    """Return a client of a server on this machine."""
    return httpx2.Client(
        base_url=base_url,
        headers=dict(headers or {}),
        cookies=dict(cookies or {}),
        follow_redirects=follow_redirects,
        timeout=PATIENCE,
        verify=NO_TLS,
    )


def answers(address: str) -> bool:
    """Tell whether a server has started; whoever asks in a loop pays for no certificates."""
    try:
        return httpx2.get(f"{address}/healthz", timeout=2, verify=NO_TLS).status_code == 200
    except httpx2.HTTPError:
        return False
