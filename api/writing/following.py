"""Has reports follow what was just written."""

import secrets
import threading

from api.jobs.records import JobKind
from api.workspaces.records import Workspace
from api.world import World

_SECONDS_TO_WAIT = 5.0
_SECONDS_BETWEEN_LOOKS = 0.05


def follow(world: World, workspace: Workspace) -> bool:
    """Have reports follow a change, and wait a little for it; False if something longer is in the way."""
    # Each change is a job of its own: one that runs may have read what was written before it.
    job = world.runner.enqueue(workspace, JobKind.WRITTEN, {"change": secrets.token_hex(8)})
    pause = threading.Event()
    for _ in range(int(_SECONDS_TO_WAIT / _SECONDS_BETWEEN_LOOKS)):
        if world.runner.get(job).finished:
            return True
        pause.wait(_SECONDS_BETWEEN_LOOKS)
    return False
