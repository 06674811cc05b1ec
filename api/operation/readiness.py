"""Whether the server can do its work: metadata reachable and newest, workspaces open, room on the disk."""

import asyncio
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from api.operation.repository import revision
from api.telemetry import log
from api.workspaces.database import NEWEST
from api.workspaces.repository import Repository
from api.world import World

_SECONDS_TO_CHECK = 3.0
_SECONDS_KEPT = 1.0


@dataclass(frozen=True)
class Standing:
    """What was found: for each check None, or what is wrong, in words for an operator and without names."""

    reasons: Mapping[str, str | None]

    @property
    def is_ready(self) -> bool:
        """Return whether nothing is wrong."""
        return not any(self.reasons.values())


@dataclass
class Readiness:
    """Checks at most once a second, however many ask; belongs to one event loop."""

    _last: tuple[float, Standing] | None = None
    _running: asyncio.Task[Standing] | None = field(default=None)

    async def standing(self, world: World) -> Standing:
        """Return how the server stands; a check that takes too long is trouble of its own."""
        if world.runner.stopping:
            return Standing({"server": "The server is stopping."})
        if self._last is not None and time.monotonic() - self._last[0] < _SECONDS_KEPT:
            return self._last[1]
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(asyncio.to_thread(check, world))
        done, _ = await asyncio.wait({self._running}, timeout=_SECONDS_TO_CHECK)
        if not done:
            return Standing({"metadata": f"The checks take longer than {_SECONDS_TO_CHECK:g} seconds."})
        found = self._running.result()
        if not found.is_ready and (self._last is None or self._last[1] != found):
            log().warning("not ready", **{name: reason for name, reason in found.reasons.items() if reason})
        self._last = (time.monotonic(), found)
        return found


def check(world: World) -> Standing:
    """Look at everything once."""
    metadata, migrations, slugs = _check_metadata(world)
    return Standing(
        {
            "metadata": metadata,
            "migrations": migrations,
            "workspaces": _check_workspaces(world, slugs),
            "disk": _check_disk(world),
        }
    )


def _check_metadata(world: World) -> tuple[str | None, str | None, list[str]]:
    try:
        with world.metadata.read() as session:
            found = revision(session)
            slugs = [one.slug for one in Repository(session).workspaces()]
    except (SQLAlchemyError, OSError) as error:
        log().debug("the metadata cannot be read", kind=type(error).__name__)
        return "The metadata database cannot be read. The log has the reason.", None, []
    if found != NEWEST:
        return None, f"The tables are at revision {found}; this version needs {NEWEST}. Restart the server.", slugs
    return None, None, slugs


def _check_workspaces(world: World, slugs: list[str]) -> str | None:
    """Open what has a file and is not open yet, as its first report would."""
    opened, closed = set(world.warehouse.opened()), 0
    for slug in {*slugs} & {*world.warehouse.slugs()} - opened:
        try:
            world.database(slug)
        except Exception as error:  # whatever it is, reports of this workspace would fail of it
            closed += 1
            log().error("a workspace cannot be opened", workspace=slug, exc_info=error)
    return f"{closed} of {len(slugs)} workspaces cannot be opened. The log has the reasons." if closed else None


def _check_disk(world: World) -> str | None:
    least = world.settings.least_free_bytes
    try:
        free = shutil.disk_usage(world.settings.data_dir).free
    except OSError:
        return "The data directory cannot be read."
    if free >= least:
        return None
    return f"{free // 2**20:,} MB are free where the data lie; {least // 2**20:,} MB are wanted."
