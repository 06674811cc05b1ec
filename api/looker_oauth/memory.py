"""Remembers for a moment who a token stands for: the charts of one page come together, each with the same token."""

import time

from api.workspaces.records import Caller
from api.workspaces.service import digest

# As for keys: what is revoked elsewhere is refused at once for people; what is revoked here is forgotten at once.
SECONDS = 0.25
_MOST = 2_000


class TokenMemory:
    """Callers by digest of their token. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Caller]] = {}

    def find(self, token: str) -> Caller | None:
        """Return who was found by this token a moment ago."""
        found = self._known.get(digest(token))
        return found[1] if found is not None and found[0] > time.monotonic() else None

    def keep(self, token: str, caller: Caller) -> None:
        """Remember who a token stands for."""
        if len(self._known) >= _MOST:
            self.forget()
        self._known[digest(token)] = (time.monotonic() + SECONDS, caller)

    def forget(self) -> None:
        """Look everybody up again: somebody's access may have ended."""
        self._known = {}
