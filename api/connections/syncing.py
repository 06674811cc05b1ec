"""Asks for a sync of a connection, and names the run that comes of it."""

from api.errors import ConflictError
from api.jobs.records import JobKind
from api.jobs.repository import JobRepository
from api.jobs.runner import JobRunner
from api.jobs.sync_work import ACCEPT_DELETIONS
from api.jobs.work import sync_key
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, Workspace
from api.workspaces.repository import Repository


def ask_for_sync(
    metadata: MetadataDatabase,
    runner: JobRunner,
    workspace: Workspace,
    connection: Connection,
    *,
    accept_deletions: bool = False,
) -> tuple[str, str]:
    """Put a sync in the queue, and return the ids of its job and of its run; one that is under way is joined.

    With `accept_deletions` also that which most of a list has vanished is believed, once.
    """
    arguments: dict[str, object] = {"connection_id": connection.id}
    if accept_deletions:
        with metadata.read() as session:
            active = JobRepository(session).active(sync_key(workspace.slug, connection.id))
        if active is not None and not active.arguments.get(ACCEPT_DELETIONS):
            raise ConflictError(f"'{connection.name}' syncs already. Accept the deletions when that has ended.")
        arguments[ACCEPT_DELETIONS] = True
    with metadata.write() as session:
        run_id = Repository(session).queue_run(connection.id)
    return runner.enqueue(workspace, JobKind.SYNC, arguments), run_id
