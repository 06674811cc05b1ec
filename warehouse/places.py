"""Where things lie in a data directory."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WorkspaceMissingError

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?")


@dataclass(frozen=True)
class Places:
    """The folders of one data directory."""

    data_dir: Path

    @property
    def workspaces(self) -> Path:
        """Return the folder of workspace files."""
        return self.data_dir / "workspaces"

    @property
    def exports(self) -> Path:
        """Return the folder that exports are written to."""
        return self.data_dir / "exports"

    def snapshots(self, slug: str) -> Path:
        """Return the folder of a workspace's copies that other processes read."""
        return self.data_dir / "snapshots" / self.workspace_file(slug).stem

    def workspace_file(self, slug: str) -> Path:
        """Return the DuckDB file of a workspace; the slug must be one, since it becomes a file name."""
        if not _SLUG.fullmatch(slug):
            raise WorkspaceMissingError(f"'{slug}' is not a workspace name: use a-z, 0-9, hyphen and underscore.")
        return self.workspaces / f"{slug}.duckdb"

    def own_folder(self, slug: str) -> Path:
        """Return the folder of a workspace's own fields, formulas and rules."""
        return self.workspace_file(slug).with_suffix("")

    def spool(self, slug: str) -> Path:
        """Return the folder where a workspace's loads lay their files for DuckDB to read."""
        return self.data_dir / "spool" / slug

    def temp(self, slug: str) -> Path:
        """Return the folder where DuckDB puts what does not fit in memory."""
        return self.data_dir / "temp" / slug

    def make(self) -> None:
        """Create the folders that are always there."""
        for folder in (self.workspaces, self.exports, self.data_dir / "spool"):
            folder.mkdir(parents=True, exist_ok=True)

    def empty_spool(self, slug: str) -> None:
        """Remove what a killed run has left in the spool and in DuckDB's own temporary folder."""
        for folder in (self.spool(slug), self.temp(slug)):
            shutil.rmtree(folder, ignore_errors=True)
        self.spool(slug).mkdir(parents=True, exist_ok=True)

    def slugs(self) -> list[str]:
        """Return the workspaces that have a file."""
        return sorted(path.stem for path in self.workspaces.glob("*.duckdb"))
