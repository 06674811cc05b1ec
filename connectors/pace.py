"""Keeps our own pace below a vendor's limits, and every request back while the vendor wants a pause."""

import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connectors.vendor import Rate


class Pace:
    """Moments of the requests sent, against every rate; one for each connection, kept from run to run."""

    def __init__(self, rates: Sequence[Rate], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent = [(rate, deque[float](maxlen=rate.requests)) for rate in rates]
        self._closed_until = 0.0

    def pause(self) -> float:
        """Return the seconds until one more request is within every rate and after the vendor's own pause."""
        now = self._clock()
        waits = [sent[0] + rate.seconds - now for rate, sent in self._sent if len(sent) == rate.requests]
        return max(0.0, self._closed_until - now, *waits)

    def hold(self, seconds: float) -> None:
        """Let no request go for so many seconds: the vendor has asked for it."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    async def wait(self, sleep: Callable[[float], Awaitable[None]]) -> float:
        """Wait until one more request may go, count it, and return the seconds waited."""
        waited = 0.0
        while (pause := self.pause()) > 0:
            await sleep(pause)
            waited += pause
        for _, sent in self._sent:
            sent.append(self._clock())
        return waited


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
