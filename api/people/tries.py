"""Counts tries to get in, by whose they are, and refuses the next one for a while. One count for each process."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from api.errors import RateLimitExceededError

TRIES = 10
SECONDS = 300.0
_MOST_NAMES = 10_000


class Tries:
    """Lets `most` tries of a name pass in `seconds`. Safe to use from several threads."""

    def __init__(
        self, most: int = TRIES, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._tries: OrderedDict[str, deque[float]] = OrderedDict()
        self._counting = threading.Lock()

    def count(self, whose: str) -> None:
        """Count a try, or raise RateLimitExceededError."""
        moment = self._clock()
        with self._counting:
            tries = self._tries.setdefault(whose, deque())
            self._tries.move_to_end(whose)
            while tries and moment - tries[0] > self._seconds:
                tries.popleft()
            if len(tries) >= self._most:
                wait = self._seconds - (moment - tries[0])
                raise RateLimitExceededError("Too many tries to sign in. Wait a few minutes.", round(wait) + 1)
            tries.append(moment)
            # Whoever tries under many names pushes out those that were tried longest ago, never all at once.
            if len(self._tries) > _MOST_NAMES:
                self._tries.popitem(last=False)
