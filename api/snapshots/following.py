"""The readers' side: newer snapshots are taken up as they come."""

import threading

from api.telemetry import log
from warehouse import SnapshotWarehouse

_SECONDS_BETWEEN_LOOKS = 0.25


class Follower:
    """Looks for newer snapshots beside a server that reads."""

    def __init__(self, warehouse: SnapshotWarehouse) -> None:
        self._warehouse = warehouse

    def run(self, stopping: threading.Event) -> None:
        """Follow until the program ends."""
        while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                for slug in self._warehouse.follow():
                    version = self._warehouse.workspace(slug).data_version()
                    log().info("newer snapshot", workspace=slug, data_version=version)
            except Exception as error:  # What is open goes on answering; the next look tries again.
                log().error("a newer snapshot could not be opened", exc_info=error)
