"""The client of a vendor's API: signs, waits, repeats, and turns what the vendor says into our errors.

A body that is no JSON is a broken answer and is asked for again, so parsing happens inside the repetition.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode, urlsplit

import httpx2

from connectors.addresses import vendor_address
from connectors.auth import Auth, Credentials
from connectors.errors import (
    RateLimitedError,
    RetryError,
    SourceDownError,
    SourceError,
    StopError,
    TokenRevokedError,
)
from connectors.json_value import JsonValue
from connectors.network import MOST_BYTES, read_body
from connectors.pace import Turns, own_budget, retry_after
from connectors.vendor import Answer, Share, Vendor, error_of

MOST_ATTEMPTS = 6
LONGEST_WAIT = 120.0  # seconds in one request; a longer pause is for whoever runs the sync
LONGEST_ANSWER = 300.0  # seconds from the request to the end of its answer
_FIRST_PAUSE = 0.5

Params: TypeAlias = Mapping[str, str | int | float | bool | Sequence[str] | None]
Sleep: TypeAlias = Callable[[float], Awaitable[None]]


@dataclass
class Usage:
    """What a run has cost: requests sent, those that brought nothing, and seconds waited for the vendor."""

    requests: int = 0
    wasted: int = 0
    waited: float = 0.0


class VendorHttp:
    """Requests to one vendor for one connection. Relative paths are added to `base`.

    `environment` is where replaced addresses are looked up, the process's own by default. Streams of a connection may
    share one client and read side by side: a pause that the vendor asks one of them for holds all of them.
    """

    def __init__(
        self,
        client: httpx2.AsyncClient,
        vendor: Vendor,
        auth: Auth,
        credentials: Credentials,
        base: Callable[[Mapping[str, str]], str],
        *,
        pace: Turns | None = None,
        sleep: Sleep = asyncio.sleep,
        environment: Mapping[str, str] | None = None,
        longest_answer: float = LONGEST_ANSWER,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.usage = Usage()
        self._client = client
        self._vendor = vendor
        self._auth = auth
        self._credentials = credentials
        self._base = base
        self._pace = pace or own_budget(vendor.rates)
        self._sleep = sleep
        self._environment = environment
        self._longest_answer = longest_answer
        self._most_bytes = most_bytes

    async def secrets(self) -> Mapping[str, str]:
        """Return what requests are signed with, for sources that speak another protocol than HTTP."""
        return await self._credentials.current()

    async def get(self, path: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> JsonValue:
        """Return the parsed body of a GET."""
        return (await self.request("GET", path, params=params, headers=headers)).json()

    async def post(
        self,
        path: str,
        json: JsonValue = None,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JsonValue:
        """Return the parsed body of a POST of JSON; only for requests that change nothing."""
        return (await self.request("POST", path, params=params, headers=headers, json=json)).json()

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        json: JsonValue = None,
        auth: Auth | None = None,
    ) -> Answer:
        """Return an answer whose body is JSON, repeated until it comes or repeating is in vain.

        `auth` signs this request in another way than the connection's own.
        Raises a SourceError: RateLimitedError and SourceDownError when the vendor's pause or trouble outlasts this
        request, TokenRevokedError when the renewed sign-in was refused as well.
        """
        attempt, renewed, waited = 0, False, 0.0
        credentials = await self._credentials.current()
        while True:
            waited += await self._turn()
            attempt += 1
            try:
                return await self._once(method, path, params, headers, json, (auth or self._auth, credentials))
            except TokenRevokedError:
                self.usage.wasted += 1
                fresh = credentials if renewed else await self._credentials.current(stale=credentials)
                if renewed or fresh == credentials:
                    raise
                credentials, renewed = fresh, True
            except RetryError as error:
                self.usage.wasted += 1
                asked = error.retry_after if isinstance(error, RateLimitedError) else 0.0
                # Whoever else asks for what the vendor counts together has to wait as well, in the next run too.
                self._pace.hold(asked, _share(error))
                pause = _pause(asked, attempt)
                if attempt >= MOST_ATTEMPTS or waited + pause > LONGEST_WAIT:
                    raise
                waited += pause
                self.usage.waited += pause
                await self._sleep(pause)
            except SourceError:
                self.usage.wasted += 1
                raise

    async def _turn(self) -> float:
        """Wait until a request may go and return the seconds waited."""
        waited = 0.0
        while (pause := self._pace.take()) > 0:
            if pause > LONGEST_WAIT:
                raise RateLimitedError(
                    f"{self._vendor.label} wants no request for another {pause:.0f} seconds.",
                    retry_after=pause,
                    source=self._vendor.name,
                )
            await self._sleep(pause)
            waited += pause
            self.usage.waited += pause
        return waited

    async def _once(
        self,
        method: str,
        path: str,
        params: Params | None,
        headers: Mapping[str, str] | None,
        json: JsonValue,
        signing: tuple[Auth, Mapping[str, str]],
    ) -> Answer:
        auth, credentials = signing
        url = with_params(self._url(path, credentials), params)
        signature = self._signature(auth, credentials)
        sent = {"Accept": "application/json", **self._vendor.headers, **signature, **(headers or {})}
        self.usage.requests += 1
        answer = await self._exchange(method, url, sent, json)
        error = error_of(self._vendor, answer)
        asked = retry_after(answer.headers)
        if isinstance(error, RateLimitedError) or (isinstance(error, RetryError) and asked):
            more, share = (error.retry_after, error.share) if isinstance(error, RateLimitedError) else (0.0, "")
            raise RateLimitedError(
                str(error), retry_after=max(more, asked), source=self._vendor.name, share=share
            ) from error
        if error is not None:
            raise error
        try:
            answer.json()
        except ValueError as broken:
            raise SourceDownError(
                f"{self._vendor.label} answered {answer.status} with a body that is cut off or no JSON.",
                source=self._vendor.name,
                request_id=answer.request_id,
            ) from broken
        return answer

    def _signature(self, auth: Auth, credentials: Mapping[str, str]) -> dict[str, str]:
        try:
            return auth.headers(credentials)
        except KeyError as missing:
            raise TokenRevokedError(
                f"The sign-in to {self._vendor.label} holds no {missing}. Link the account again.",
                source=self._vendor.name,
            ) from None

    async def _exchange(self, method: str, url: str, headers: Mapping[str, str], json: JsonValue) -> Answer:
        try:
            async with (
                asyncio.timeout(self._longest_answer),
                self._client.stream(method, url, headers=headers, json=json) as response,
            ):
                content = await read_body(response, self._vendor.label, self._most_bytes)
                return Answer(response.status_code, dict(response.headers.items()), content, str(response.url))
        except (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.InvalidURL, UnicodeError):
            # These texts may hold the address or the header that was to be sent, so they are not passed on.
            raise StopError(
                f"A request to {self._vendor.label} cannot be made: a setting or a pasted value holds characters that "
                "belong in no address or header. Check them for spaces and line breaks.",
                source=self._vendor.name,
            ) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            raise SourceDownError(
                f"{self._vendor.label} cannot be reached or broke off: {type(error).__name__}.",
                source=self._vendor.name,
            ) from error

    def _url(self, path: str, credentials: Mapping[str, str]) -> str:
        asked = self._base(credentials)
        base = vendor_address(self._vendor.name, asked, self._environment)
        if not urlsplit(path).scheme:
            return base.rstrip("/") + "/" + path.lstrip("/")
        if not (_same_owner(path, asked) or _same_owner(path, base)):
            raise StopError(
                f"{self._vendor.label} names an address at another host, which gets no sign-in of ours and is not "
                "followed. Report it to the vendor.",
                source=self._vendor.name,
            )
        url = vendor_address(self._vendor.name, path, self._environment)
        if url.startswith("http://") and base.startswith("https://"):
            return "https://" + url.removeprefix("http://")  # as some vendors write their links; never in the clear
        return url


def _same_owner(url: str, base: str) -> bool:
    """Tell whether two addresses are of one host, or of hosts whose names end in the same two words."""
    one, other = urlsplit(url), urlsplit(base)
    if one.netloc == other.netloc:
        return True
    ends = [(parts.hostname or "").lower().split(".")[-2:] for parts in (one, other)]
    return ends[0] == ends[1] and len(ends[0]) == 2 and ends[0][1].isalpha()


def with_params(url: str, params: Params | None) -> str:
    """Return an address with parameters added to those that it has; None leaves one out, a list repeats it."""
    named: list[tuple[str, str]] = []
    for name, value in (params or {}).items():
        if value is None:
            continue
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        named += [(name, str(one).lower() if isinstance(one, bool) else str(one)) for one in values]
    if not named:
        return url
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(named)}"


def _share(error: RetryError) -> Share | None:
    named = error.share if isinstance(error, RateLimitedError) else ""
    return Share(named) if named else None


def _pause(asked: float, attempt: int) -> float:
    backoff = _FIRST_PAUSE * 2 ** (attempt - 1)
    # Never earlier than asked, and not everybody at the same moment.
    pause: float = max(asked, backoff) + random.uniform(0, backoff / 2)  # noqa: S311
    return pause
