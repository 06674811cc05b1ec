"""What people write goes from the metadata into the warehouse, where reports read it like any other row."""

from api.jobs.task import Task
from api.jobs.work import copy_client_accounts
from api.workspaces.database import MetadataDatabase
from api.workspaces.repository import Repository
from api.writing.annotations import Annotations, annotation_rows
from api.writing.goals import Goals, goal_rows
from warehouse import WorkspaceDatabase, WrittenRow


def copy_written(metadata: MetadataDatabase, database: WorkspaceDatabase, workspace_id: str) -> bool:
    """Let reports show the goals and annotations that there are now, and tell whether any moved."""

    def read() -> dict[str, list[WrittenRow]]:
        with metadata.read() as session:
            clients = [one.id for one in Repository(session).client_accounts(workspace_id, archived=True)]
            goals, notes = Goals(session, workspace_id).all(), Annotations(session, workspace_id).all()
        return {"goal": goal_rows(goals), "annotation": annotation_rows(notes, clients)}

    return database.put_written(read)


def run_written(task: Task) -> dict[str, object]:
    """Copy what people have written, after a change."""
    database = task.warehouse.workspace(task.workspace.slug, create=True)
    copy_client_accounts(task.metadata, database, task.workspace)
    return {"changed": copy_written(task.metadata, database, task.workspace.id)}
