"""Keeps our requests below a vendor's limits, and every request back while the vendor wants a pause.

A vendor counts by account, by application or by who has signed in. What it counts together, the runs of all connections
share: the ledger of the process that owns the data directory knows when each request went out, and the next such
process takes up what it remembers.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from connectors.vendor import Rate, Share


class Turns(Protocol):
    """Says when a request may go."""

    def take(self) -> float:
        """Count one request and return 0, or return the seconds until it makes sense to ask again."""
        ...

    def hold(self, seconds: float, share: Share | None = None) -> None:
        """Let no request go for so many seconds: the vendor has asked for it, for what it counts by `share`."""
        ...


class Ledger:
    """When requests went out, by what the vendor counts them by; safe for threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: dict[tuple[str, Rate], deque[float]] = {}
        self._closed_until: dict[str, float] = {}

    def budget(self, rates: Sequence[Rate], keys: Mapping[Share, str]) -> "Budget":
        """Return what a connection may spend: `keys` name what it shares with others, by the way it is counted."""
        return Budget(self, tuple(rates), keys)

    def pause(self, rates: Sequence[tuple[str, Rate]], keys: Sequence[str], *, take: bool) -> float:
        """Return the seconds until one more request is within every rate and after every pause; count it if 0."""
        with self._lock:
            now = self._clock()
            sent = [(rate, self._sent.setdefault((key, rate), deque(maxlen=rate.requests))) for key, rate in rates]
            waits = [moments[0] + rate.seconds - now for rate, moments in sent if len(moments) == rate.requests]
            pause = max([0.0, *waits, *(self._closed_until.get(key, now) - now for key in keys)])
            if take and pause == 0.0:
                for _, moments in sent:
                    moments.append(now)
            return pause

    def hold(self, key: str, seconds: float) -> None:
        """Close what a key names for so many seconds."""
        with self._lock:
            now = self._clock()
            self._closed_until = {one: until for one, until in self._closed_until.items() if until > now}
            self._closed_until[key] = max(self._closed_until.get(key, now), now + seconds)

    def remembered(self) -> "Remembered":
        """Return what still counts."""
        with self._lock:
            now = self._clock()
            sent = tuple(
                Sent(key, rate, ages)
                for (key, rate), moments in self._sent.items()
                if (ages := tuple(now - one for one in moments if now - one < rate.seconds))
            )
            return Remembered(sent, {key: until - now for key, until in self._closed_until.items() if until > now})

    def recall(self, remembered: "Remembered", seconds_ago: float) -> None:
        """Count also what another ledger remembered so many seconds ago."""
        with self._lock:
            now = self._clock() - seconds_ago
            for one in remembered.sent:
                moments = self._sent.setdefault((one.key, one.rate), deque(maxlen=one.rate.requests))
                both = sorted([*moments, *(now - age for age in one.ages)])
                moments.clear()
                moments.extend(both)
            for key, seconds in remembered.pauses.items():
                self._closed_until[key] = max(self._closed_until.get(key, 0.0), now + seconds)


@dataclass(frozen=True)
class Sent:
    """How many seconds ago requests went out that one rate counts together, the longest first."""

    key: str
    rate: Rate
    ages: tuple[float, ...]


@dataclass(frozen=True)
class Remembered:
    """What a ledger knows: requests that still count, and for how many seconds which keys are closed."""

    sent: tuple[Sent, ...]
    pauses: Mapping[str, float]


class Budget:
    """What one connection may spend of what it shares with others; implements Turns."""

    def __init__(self, ledger: Ledger, rates: tuple[Rate, ...], keys: Mapping[Share, str]) -> None:
        self._ledger = ledger
        self._rates = [(keys[rate.share], rate) for rate in rates]
        self._keys = dict(keys)
        self._usual = rates[0].share if rates else Share.ACCOUNT

    def take(self) -> float:
        """Count one request and return 0, or return the seconds until it makes sense to ask again."""
        return self._ledger.pause(self._rates, list(self._keys.values()), take=True)

    def left_out(self) -> float:
        """Return the seconds for which no request may go, without counting one."""
        return self._ledger.pause(self._rates, list(self._keys.values()), take=False)

    def hold(self, seconds: float, share: Share | None = None) -> None:
        """Let no request go for so many seconds, neither ours nor those of whoever shares what the vendor counts."""
        if seconds > 0:
            self._ledger.hold(self._keys[share or self._usual], seconds)


def own_budget(rates: Sequence[Rate], *, clock: Callable[[], float] = time.monotonic) -> Budget:
    """Return the budget of a connection that shares nothing."""
    return Ledger(clock=clock).budget(rates, {share: share.value for share in Share})


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Return the pause that the header Retry-After asks for, in seconds; 0 without one. It may be a date."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return 0.0
    if value.replace(".", "", 1).isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds() + 1)  # such a date has no fractions
