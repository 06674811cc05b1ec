"""How often what costs much may be done through a link: by one address, and through one link from everywhere."""

from api.errors import RateLimitExceededError
from api.limits import TokenBuckets

_WHOLE_LINK = 10  # times what one address may


class Tries:
    """So many at once and one each so many seconds for an address; ten times as many for a whole link."""

    def __init__(self, seconds: float = 30, at_once: int = 10) -> None:
        self._from_address = TokenBuckets(1 / seconds, at_once)
        self._for_link = TokenBuckets(_WHOLE_LINK / seconds, at_once * _WHOLE_LINK)

    def check(self, share_id: str, address: str) -> None:
        """Count a try, or refuse it and tell when the next one may be made."""
        wait = self._from_address.take(f"{share_id} {address}") or self._for_link.take(share_id)
        if wait > 0:
            seconds = max(1, int(wait + 0.999))
            raise RateLimitExceededError(f"Too often. Try again in {seconds} seconds.", retry_after=seconds)


def print_tries() -> Tries:
    """Four prints at once, and one each half minute: each takes seconds of a processor."""
    return Tries(30, 4)


def note_tries() -> Tries:
    """Five notes at once, and one each minute."""
    return Tries(60, 5)
