"""The job that exports a workspace's tables for BigQuery."""

from collections.abc import Mapping

from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from schemas import SemanticModel
from warehouse import OnProgress, Target, Warehouse, publish


def publish_arguments(target: Target) -> dict[str, object]:
    """Return the arguments of an export."""
    return {"dataset": target.dataset, "project": target.project, "bucket": target.bucket}


def run_publish(
    _metadata: MetadataDatabase,
    warehouse: Warehouse,
    _model: SemanticModel,
    workspace: Workspace,
    arguments: Mapping[str, object],
    on_progress: OnProgress,
) -> dict[str, object]:
    """Export one state of the workspace and return what was written."""
    target = Target(str(arguments["dataset"]), str(arguments["project"]), str(arguments["bucket"]))
    done = publish(warehouse.workspace(workspace.slug), target, on_progress)
    tables = [
        {"table": table.name, "file": table.file, "rows": table.rows, "bytes": table.bytes} for table in done.tables
    ]
    return {
        "workspace": workspace.slug,
        "folder": str(done.folder),
        "data_version": done.data_version,
        "is_new": done.is_new,
        "tables": tables,
        "commands": done.plan["commands"],
    }
