"""A job as the program sees it, and the arguments of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class JobKind(StrEnum):
    """What a job does."""

    IMPORT = "import"
    SYNC = "sync"
    SETTINGS = "settings"
    RATES = "rates"
    PUBLISH = "publish"
    RULES = "rules"
    LINKS = "links"
    WRITTEN = "written"
    DELETION = "deletion"
    HAND_OVER = "hand_over"
    BACKUP = "backup"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """One job. `progress`, `result` and `error` are plain JSON."""

    id: str
    workspace_id: str
    kind: JobKind
    state: JobState
    arguments: Mapping[str, object]
    attempt: int
    progress: Mapping[str, object] | None
    result: Mapping[str, object] | None
    error: Mapping[str, object] | None
    request_id: str | None = None  # of the request that has asked for it

    @property
    def finished(self) -> bool:
        """Return whether nothing more will happen."""
        return self.state in {JobState.DONE, JobState.FAILED}
