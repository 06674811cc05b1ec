"""Asks for a sync of a connection, and names the run that comes of it."""

from api.jobs.records import JobKind
from api.jobs.runner import JobRunner
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, Workspace
from api.workspaces.repository import Repository


def ask_for_sync(
    metadata: MetadataDatabase, runner: JobRunner, workspace: Workspace, connection: Connection
) -> tuple[str, str]:
    """Put a sync in the queue, and return the ids of its job and of its run; one that is under way is joined."""
    with metadata.write() as session:
        run_id = Repository(session).queue_run(connection.id)
    return runner.enqueue(workspace, JobKind.SYNC, {"connection_id": connection.id}), run_id
