"""The owner's side: a copy of each workspace is put down for readers after its data have moved."""

import threading
import time

from api.telemetry import log
from warehouse import Warehouse, WorkspaceDatabase, prune_snapshots, publish_snapshot

_SECONDS_BETWEEN_LOOKS = 0.5
_REST = 9  # times as long as a copy took: copies never take more than a tenth of the time


class Publisher:
    """Runs beside the owner's queue, so that no load is longer for it but those that wait for a copy to end."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._published: dict[str, tuple[object, ...]] = {}
        self._not_before: dict[str, float] = {}

    def run(self, stopping: threading.Event) -> None:
        """Publish until the program ends."""
        while not stopping.is_set():
            for slug in self._warehouse.opened():
                if not stopping.is_set():
                    self._look(slug)
            stopping.wait(_SECONDS_BETWEEN_LOOKS)

    def _look(self, slug: str) -> None:
        try:
            database = self._warehouse.workspace(slug)
            prune_snapshots(database)
            if self._published.get(slug) == database.standing() or time.monotonic() < self._not_before.get(slug, 0):
                return
            self._publish(slug, database)
        except Exception as error:  # Readers go on with what they have; the next look tries again.
            self._not_before[slug] = time.monotonic() + 60
            log().error("a snapshot could not be published", workspace=slug, exc_info=error)

    def _publish(self, slug: str, database: WorkspaceDatabase) -> None:
        standing = database.standing()
        started = time.monotonic()
        done = publish_snapshot(database)
        # What has moved between the look and the copy is copied once more: too much, never too little.
        self._published[slug] = standing
        seconds = time.monotonic() - started
        self._not_before[slug] = time.monotonic() + seconds * _REST
        log().info(
            "snapshot published",
            workspace=slug,
            data_version=done.snapshot.data_version,
            bytes=done.snapshot.bytes,
            held_ms=round(done.snapshot.seconds * 1000),
        )
