"""Looks for findings beside the queue of jobs, once a workspace's data have been at rest for a while."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from api.telemetry import log
from warehouse import Warehouse

_SECONDS_BETWEEN_LOOKS = 60.0


@dataclass
class Search:
    """Remembers which data it has seen; loads that follow one another are looked at once, after the last."""

    warehouse: Warehouse
    _seen: dict[str, tuple[object, ...]] = field(default_factory=dict)
    _done: dict[str, tuple[object, ...]] = field(default_factory=dict)

    def run(self, stopping: threading.Event) -> None:
        """Look again and again until the program ends."""
        while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
            for slug in self.warehouse.opened():
                try:
                    self.look(slug)
                except Exception as error:  # The next look may do better, and reports do not depend on it.
                    log().error("findings could not be looked for", workspace=slug, exc_info=error)

    def look(self, slug: str) -> bool:
        """Look for findings if the data are as they were at the last look and have not been searched so far."""
        database = self.warehouse.workspace(slug)
        state = (database.data_version(), datetime.now(UTC).date())
        rested, self._seen[slug] = self._seen.get(slug) == state, state
        if not rested or self._done.get(slug) == state:
            return False
        moved = database.renew_findings()
        self._done[slug] = self._seen[slug] = (database.data_version(), state[1])
        if moved:
            log().info("findings renewed", workspace=slug)
        return True
