"""How often passwords of links may be tried: by one address, and for one link from everywhere."""

from api.limits import TokenBuckets


class Tries:
    """Ten tries at once and one each half minute for an address; ten times as many for a whole link."""

    def __init__(self) -> None:
        self._from_address = TokenBuckets(1 / 30, 10)
        self._for_link = TokenBuckets(1 / 3, 100)

    def admit(self, share_id: str, address: str) -> bool:
        """Count a try, and tell whether it may be made."""
        return self._from_address.take(f"{share_id} {address}") == 0 and self._for_link.take(share_id) == 0
