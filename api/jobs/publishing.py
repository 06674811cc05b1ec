"""The job that exports a workspace's tables for BigQuery."""

from api.jobs.task import Task
from warehouse import Target, publish


def publish_arguments(target: Target) -> dict[str, object]:
    """Return the arguments of an export."""
    return {"dataset": target.dataset, "project": target.project, "bucket": target.bucket}


def run_publish(task: Task) -> dict[str, object]:
    """Export one state of the workspace and return what was written."""
    target = Target(str(task.arguments["dataset"]), str(task.arguments["project"]), str(task.arguments["bucket"]))
    done = publish(task.warehouse.workspace(task.workspace.slug), target, task.on_progress)
    tables = [
        {"table": table.name, "file": table.file, "rows": table.rows, "bytes": table.bytes} for table in done.tables
    ]
    return {
        "workspace": task.workspace.slug,
        "folder": str(done.folder),
        "data_version": done.data_version,
        "is_new": done.is_new,
        "tables": tables,
        "commands": done.plan["commands"],
    }
