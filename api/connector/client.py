"""The one place that makes HTTP clients for outgoing calls of the api."""

import httpx2

TIMEOUT_SECONDS = 60.0


def api_client(address: str, key: str) -> httpx2.Client:
    """Return a client of a Belvedere server that sends the key and follows no redirects."""
    return httpx2.Client(
        base_url=address.rstrip("/"),
        headers={"authorization": f"Bearer {key}"},
        timeout=TIMEOUT_SECONDS,
        follow_redirects=False,
    )
