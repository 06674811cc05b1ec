"""How often and how much a caller may ask: token buckets for each key and workspace, and a bound on request bodies."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from api.errors import PayloadTooLargeError, RateLimitExceededError

if TYPE_CHECKING:
    from starlette.requests import Request  # commands have limits too, but no requests

# Buckets of callers that have been away are full again and can be forgotten.
MOST_BUCKETS = 10_000
WORKSPACE_SHARE = 3
CACHED_SHARE = 0.1


class TokenBuckets:
    """One bucket for each name: `burst` requests at once, `rate` a second for long."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one token; return 0, or the seconds until there is one."""
        level = self._level(name)
        if level >= 1:
            self._store(name, level - 1)
            return 0.0
        self._store(name, level)
        return (1 - level) / self._rate

    def give_back(self, name: str, amount: float) -> None:
        """Return part of a token that turned out to be too much."""
        self._store(name, min(self._burst, self._level(name) + amount))

    def _level(self, name: str) -> float:
        level, seen = self._buckets.get(name, (self._burst, self._clock()))
        return min(self._burst, level + (self._clock() - seen) * self._rate)

    def _store(self, name: str, level: float) -> None:
        self._buckets[name] = (level, self._clock())
        self._buckets.move_to_end(name)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)


class Limits:
    """The buckets of keys and of workspaces."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._keys = TokenBuckets(rate, burst, clock)
        self._workspaces = TokenBuckets(rate * WORKSPACE_SHARE, burst * WORKSPACE_SHARE, clock)

    def admit(self, key_id: str, workspace_id: str) -> None:
        """Count one request, or refuse it."""
        for buckets, name in ((self._keys, key_id), (self._workspaces, workspace_id)):
            wait = buckets.take(name)
            if wait > 0:
                seconds = max(1, int(wait + 0.999))
                raise RateLimitExceededError(
                    f"Too many requests at once. Wait {seconds} second{'s' if seconds > 1 else ''} and load again.",
                    retry_after=seconds,
                )

    def was_cached(self, key_id: str, workspace_id: str) -> None:
        """Give back most of a request that was answered from memory."""
        self._keys.give_back(key_id, 1 - CACHED_SHARE)
        self._workspaces.give_back(workspace_id, 1 - CACHED_SHARE)


async def read_body(request: "Request", max_bytes: int) -> bytes:
    """Read the body, and stop reading once it is larger than any honest request."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > max_bytes:
        raise _too_large(max_bytes)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _too_large(max_bytes: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The request is larger than {max_bytes:,} bytes.", max_bytes=max_bytes)
