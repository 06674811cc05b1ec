"""The warehouse of one data directory: takes ownership, opens each workspace once, closes everything."""

import threading
from pathlib import Path
from types import TracebackType

from schemas import SemanticModel, extend_model
from warehouse.duckdb import Limits
from warehouse.errors import WorkspaceBusyError, WorkspaceMissingError
from warehouse.owner import OwnerLock
from warehouse.places import Places
from warehouse.watchdog import Watchdog
from warehouse.workspace import WorkspaceDatabase

MEMORY_LIMIT = "1GB"  # for each open workspace; larger questions and loads spill into the temporary folder


class Warehouse:
    """All workspaces of a data directory, in the one process that owns it."""

    def __init__(
        self,
        data_dir: Path,
        model: SemanticModel,
        *,
        threads: int | None = None,
        memory_limit: str = MEMORY_LIMIT,
        query_timeout_seconds: float = 50,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self.model = model
        self.places = Places(self.data_dir)
        self._limits = Limits(threads, memory_limit)
        self._timeout = query_timeout_seconds
        self._lock = OwnerLock(self.data_dir)
        self._watchdog = Watchdog()
        self._open: dict[str, WorkspaceDatabase] = {}
        self._models: dict[str, SemanticModel] = {}
        self._opening = threading.Lock()

    def acquire(self) -> None:
        """Become the owner of the data directory, or raise WorkspaceBusyError."""
        self._lock.acquire()
        self.places.make()

    @staticmethod
    def is_owned(data_dir: Path) -> bool:
        """Tell whether a process owns the data directory."""
        return OwnerLock.is_held(data_dir)

    def slugs(self) -> list[str]:
        """Return the workspaces that have a file."""
        return self.places.slugs()

    def opened(self) -> list[str]:
        """Return the workspaces that are open now."""
        with self._opening:
            return sorted(self._open)

    def model_of(self, slug: str) -> SemanticModel:
        """Return the catalogue with what the workspace's own folder adds to it, as read when it was first needed."""
        if slug not in self._models:
            self._models[slug] = extend_model(self.model, self.places.own_folder(slug))
        return self._models[slug]

    def renew_model(self, slug: str) -> SemanticModel:
        """Read the workspace's own folder again; new fields get their columns, and what is wrong changes nothing."""
        model = extend_model(self.model, self.places.own_folder(slug))
        self.workspace(slug).use_model(model)
        self._models[slug] = model
        return model

    def workspace(self, slug: str, *, create: bool = False) -> WorkspaceDatabase:
        """Return the workspace, opened on first use; the process must own the data directory."""
        if not self._lock.held:
            raise WorkspaceBusyError("The data directory is not owned by this process; call acquire() first.")
        with self._opening:
            found = self._open.get(slug)
            if found is not None:
                return found
            if not create and not self.places.workspace_file(slug).exists():
                known = ", ".join(self.slugs()) or "none yet"
                raise WorkspaceMissingError(f"There is no workspace '{slug}'. Workspaces: {known}.")
            self.places.empty_spool(slug)
            model = self.model_of(slug)
            database = WorkspaceDatabase(slug, self.places, model, self._watchdog, self._limits, self._timeout)
            self._open[slug] = database
            return database

    def close(self) -> None:
        """Close every workspace and give the ownership back."""
        with self._opening:
            for database in self._open.values():
                database.close()
            self._open.clear()
        self._watchdog.close()
        self._lock.release()

    def __enter__(self) -> "Warehouse":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
