"""Makes backups in the server: those that somebody asks for, and those that are due. It runs beside the queue of jobs,
which may be full of long loads."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from cronsim import CronSim

from api.backups.job import backup_arguments
from api.backups.making import Wish
from api.backups.manifest import backup_ids, moment_of
from api.backups.stores import FolderStore
from api.backups.telling import tell_failure, tell_success
from api.jobs.records import Job, JobKind
from api.jobs.repository import JobRepository
from api.settings import Settings
from api.telemetry import log
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository

_SECONDS_BETWEEN_LOOKS = 0.5
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Queue(Protocol):
    """What is needed of the runner of jobs."""

    @property
    def enqueue(self) -> Callable[[Workspace, JobKind, Mapping[str, object]], str]:
        """Put a job in the queue."""

    def run_now(self, job_id: str) -> Job:
        """Run a job in the calling thread."""


class BackupWatch:
    """Belongs to the owner of the data directory."""

    def __init__(self, settings: Settings, metadata: MetadataDatabase, runner: Queue) -> None:
        self._settings = settings
        self._metadata = metadata
        self._runner = runner
        self._tried = _LONG_AGO

    def run(self, stopping: threading.Event) -> None:
        """Look until the program ends."""
        while not stopping.wait(_SECONDS_BETWEEN_LOOKS):
            try:
                self.look(datetime.now(UTC))
            except Exception as error:  # Backups must outlive a metadata database that is away for a while.
                log().error("backups could not be looked after", exc_info=error)

    def look(self, moment: datetime) -> None:
        """Make the backups that are asked for or due."""
        if self._is_due(moment):
            self._tried = moment
            self._ask()
        with self._metadata.read() as session:
            waiting = JobRepository(session).waiting(JobKind.BACKUP)
        for job_id in waiting:
            self._tell(self._runner.run_now(job_id))

    def _tell(self, job: Job) -> None:
        """Log what went wrong; of those that the server makes by itself somebody has to be told."""
        if job.error is not None:
            log().error("a backup was not made", code=job.error.get("code"), reason=job.error.get("message"))
        folder = self._settings.backup_dir
        if folder is None or job.arguments["target"] != str(folder.absolute()):
            return
        with self._metadata.read() as session:
            workspace = next(one for one in Repository(session).workspaces() if one.id == job.workspace_id)
        moment = datetime.now(UTC)
        if job.error is None:
            tell_success(self._metadata, workspace, moment)
        else:
            tell_failure(self._metadata, workspace, job.error, moment)

    def _is_due(self, moment: datetime) -> bool:
        folder = self._settings.backup_dir
        if folder is None:
            return False
        newest = newest_moment(folder)
        last = max(newest or _LONG_AGO, self._tried)
        return last is _LONG_AGO or next(CronSim(self._settings.backup_cron, last)) <= moment

    def _ask(self) -> None:
        folder = self._settings.backup_dir
        with self._metadata.read() as session:
            workspaces = Repository(session).workspaces()
        if folder is None or not workspaces:
            return
        wish = Wish(folder, self._settings.backup_key_file, self._settings.backup_keep)
        self._runner.enqueue(workspaces[0], JobKind.BACKUP, backup_arguments(wish))


def newest_moment(folder: Path) -> datetime | None:
    """Return when the newest backup in a folder was made."""
    there = backup_ids(FolderStore(folder, writing=False)) if folder.is_dir() else []
    return moment_of(there[-1]) if there else None
