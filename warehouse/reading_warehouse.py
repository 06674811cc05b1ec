"""The warehouse of a process that does not own its data directory: every workspace is its newest snapshot."""

from pathlib import Path

from schemas import SemanticModel, extend_model
from schemas.errors import SchemaError
from warehouse.engine import MEMORY_LIMIT, Warehouse
from warehouse.errors import WorkspaceMissingError
from warehouse.published import published
from warehouse.reading import SnapshotDatabase
from warehouse.workspace import WorkspaceDatabase


class SnapshotWarehouse(Warehouse):
    """All workspaces of which the owner has published a snapshot. Nothing in the data directory is changed."""

    def __init__(
        self,
        data_dir: Path,
        model: SemanticModel,
        *,
        threads: int | None = None,
        memory_limit: str = MEMORY_LIMIT,
        query_timeout_seconds: float = 50,
    ) -> None:
        super().__init__(
            data_dir, model, threads=threads, memory_limit=memory_limit, query_timeout_seconds=query_timeout_seconds
        )
        self._snapshots: dict[str, SnapshotDatabase] = {}

    def acquire(self) -> None:
        """Own nothing: many of these may be at work beside the one owner."""

    def slugs(self) -> list[str]:
        """Return the workspaces that have a snapshot."""
        folders = (self.data_dir / "snapshots").glob("*")
        return sorted(folder.name for folder in folders if published(folder))

    def workspace(self, slug: str, *, create: bool = False) -> WorkspaceDatabase:  # noqa: ARG002
        """Return the workspace, opened on first use."""
        with self._opening:
            found = self._snapshots.get(slug)
            if found is None:
                if slug not in self.slugs():
                    known = ", ".join(self.slugs()) or "none yet"
                    raise WorkspaceMissingError(f"There is no snapshot of workspace '{slug}' yet. Snapshots: {known}.")
                model = self.model_of(slug)
                found = SnapshotDatabase(slug, self.places, model, self._watchdog, self._limits, self._timeout)
                self._snapshots[slug] = self._open[slug] = found
            return found

    def follow(self) -> list[str]:
        """Go on with newer snapshots, and return the workspaces that have one."""
        moved = []
        for slug, database in list(self._snapshots.items()):
            if database.follow():
                moved.append(slug)
                self._renew(slug, database)
        return moved

    def _renew(self, slug: str, database: SnapshotDatabase) -> None:
        """Take the workspace's own fields as the owner has them by now; what is wrong with them is told there."""
        try:
            model = extend_model(self.model, self.places.own_folder(slug))
        except SchemaError:
            return
        if model.version != database.model.version:
            database.model = model
            self._models[slug] = model
