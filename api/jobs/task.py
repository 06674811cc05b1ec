"""What a job works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.operation.counting import Counts
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from warehouse import OnProgress, Warehouse


@dataclass(frozen=True)
class Task:
    """One run of a job of a workspace. `arguments` are the plain JSON that it was queued with; `request_id` is that of
    the request that has asked for it, if one has."""

    metadata: MetadataDatabase
    warehouse: Warehouse
    workspace: Workspace
    arguments: Mapping[str, object]
    on_progress: OnProgress
    counts: Counts = field(default_factory=Counts)
    request_id: str | None = None
