"""Looks every few seconds at what needs somebody and sends what is due; it runs in the owner of the data directory."""

import threading
import time
from datetime import datetime, timedelta

from api.notices.delivering import Post
from api.notices.observing import observe
from api.telemetry import log
from api.workspaces.models import now
from api.workspaces.repository import Repository

SECONDS_BETWEEN_LOOKS = 5.0
_REST = 20  # times the processor time of a look: hundreds of workspaces are looked at less often
# A server that was off finds everything old; its first syncs are to bring the data before anybody is told.
STALE_AFTER_START = timedelta(hours=1)


class Watch:
    """Keeps notices true and sends them. The tables say what was done; only its start is remembered here."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._began: datetime | None = None

    def run(self, stopping: threading.Event) -> None:
        """Look until the program ends."""
        while not stopping.is_set():
            worked = time.thread_time()
            try:
                self.look(now(), stopping)
            except Exception as error:  # Notices must outlive a metadata database that is away for a while.
                log().error("notices could not be looked after", exc_info=error)
            stopping.wait(max(SECONDS_BETWEEN_LOOKS, _REST * (time.thread_time() - worked)))

    def look(self, moment: datetime, stopping: threading.Event | None = None) -> int:
        """Bring the notices of all workspaces up to date, send what is due, and return how many were taken."""
        self._began = self._began or moment
        metadata = self._post.metadata
        with metadata.read() as session:
            workspaces = Repository(session).workspaces()
        taken = 0
        for workspace in workspaces:
            observe(metadata, workspace, moment, stale_too=moment - self._began >= STALE_AFTER_START)
            taken += self._post.deliver(workspace, moment, stopping.is_set if stopping else lambda: False)
        return taken
