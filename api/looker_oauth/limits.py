"""How often tokens may be asked for: apart from all other limits, because a refusal here costs a viewer his sign-in."""

from api.limits import TokenBuckets

_RATE = 20.0
_BURST = 300.0  # every viewer of a connector refreshes from Google's few addresses


class TokenLimits:
    """How often a connector, and an address, may ask for tokens: apart from all other limits."""

    def __init__(self, rate: float = _RATE, burst: float = _BURST) -> None:
        self._buckets = TokenBuckets(rate, burst)

    def wait(self, client_id: str, address: str) -> int:
        """Count one request; return 0, or the seconds until it may come again."""
        waits = [self._buckets.take(f"address {address}")]
        if client_id and not waits[0]:
            waits.append(self._buckets.take(f"connector {client_id[:64]}"))
        longest = max(waits)
        return int(longest + 0.999) if longest else 0
