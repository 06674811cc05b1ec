"""Fetches a file from an address, through the network guard: no redirects, no private addresses, not endless."""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path

import httpx2

from connectors.addresses import vendor_address
from connectors.errors import MissingScopeError, RetryError, SourceDownError, SourceError, StopError
from connectors.file_source import FileMark, FoundFile
from connectors.network import open_client, pieces_of

MOST_BYTES = 1 << 30
LONGEST = 600.0  # seconds for one file
_ATTEMPTS = 3
_ASKS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


async def fetch(
    url: str, name: str, seen: Mapping[str, FileMark], folder: Path, most: int = MOST_BYTES
) -> FoundFile | None:
    """Return the file at an address; None if the server says that it is the one that was seen."""
    known = seen.get(url, {})
    asks = {header: str(known[key]) for key, header in _ASKS.items() if known.get(key)}
    path = folder / "downloaded" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(_ATTEMPTS)):
        try:
            async with asyncio.timeout(LONGEST), open_client() as client:
                return await _once(client, url, asks, known, path, most)
        except (RetryError, TimeoutError) as error:
            if not left:
                raise _down(url) from error
            await asyncio.sleep(0.2)
    raise AssertionError("the last attempt returns or raises")


async def _once(
    client: httpx2.AsyncClient, url: str, asks: Mapping[str, str], known: FileMark, path: Path, most: int
) -> FoundFile | None:
    try:
        async with client.stream("GET", vendor_address("files", url), headers=dict(asks)) as response:
            if response.status_code == 304:
                return None
            if response.status_code != 200:
                raise _refusal(url, response.status_code)
            digest = hashlib.sha256()
            with path.open("wb") as out:
                async for piece in pieces_of(response, f"'{_host(url)}'", most):
                    out.write(piece)
                    digest.update(piece)
            said = {key: response.headers[key] for key in _ASKS if key in response.headers}
    except httpx2.HTTPError as error:
        raise _down(url) from error
    found = digest.hexdigest()
    return FoundFile(url, path, {**said, "hash": found}, changed=known.get("hash") != found)


def _refusal(url: str, status: int) -> SourceError:
    if status in (401, 403):
        return MissingScopeError(
            f"'{_host(url)}' answered {status}: the file is not for everybody who has the address."
        )
    if status in (404, 410):
        return StopError(f"'{_host(url)}' answered {status}: there is no such file. Check the address.")
    if status in (301, 302, 303, 307, 308):
        return StopError(f"'{_host(url)}' sends on to another address, which is not followed. Give the final address.")
    if status == 429 or status >= 500:
        return _down(url)
    return StopError(f"'{_host(url)}' answered {status}, which is no file.")


def _down(url: str) -> SourceDownError:
    return SourceDownError(f"'{_host(url)}' cannot be reached, is too slow, or broke off.")


def _host(url: str) -> str:
    # The rest of an address may hold a secret.
    return httpx2.URL(url).host
