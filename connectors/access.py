"""Opens the client of a vendor's API for one connection, wherever its credentials come from."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from connectors.auth import Auth, Credentials
from connectors.http import Sleep, VendorHttp
from connectors.json_value import JsonValue
from connectors.network import open_client
from connectors.pace import Turns
from connectors.source import LinkedSource


@dataclass(frozen=True)
class Access:
    """How a connection signs in, who hands out what its requests are signed with, and when they may go."""

    auth: Auth
    credentials: Credentials
    turns: Turns | None = None  # one that shares nothing with others if it is None


@asynccontextmanager
async def open_api(
    source: LinkedSource, config: Mapping[str, JsonValue], access: Access, *, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[VendorHttp]:
    """Give the client of a vendor's API while the block runs."""
    async with open_client() as client:
        yield VendorHttp(
            client,
            source.vendor,
            access.auth,
            access.credentials,
            lambda values: source.base(config, values),
            pace=access.turns,
            sleep=sleep,
        )
