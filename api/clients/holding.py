"""What belongs to a client account beside its rows: connections, files, everything in metadata that names it."""

from dataclasses import dataclass
from typing import cast

from api.errors import NotFoundError
from api.jobs.task import Task
from api.jobs.work import copy_client_accounts
from api.workspaces.models import ClientAccountRow
from api.workspaces.records import Connection
from api.workspaces.repository import Repository
from connectors import JsonValue, find_source
from warehouse import ClientAccount, Holdings, SyncOptions, WorkspaceDatabase


@dataclass(frozen=True)
class Belongings:
    """A client account, its own connections, and how to find its rows in the workspace's file."""

    client: ClientAccount
    connections: tuple[Connection, ...]
    holdings: Holdings


def belongings_of(task: Task, client_id: str) -> Belongings:
    """Return what belongs to a client account of the task's workspace, archived or not."""
    with task.metadata.read() as session:
        repository = Repository(session)
        clients = tuple(repository.client_accounts(task.workspace.id, archived=True))
        connections = repository.connections(task.workspace.id)
    client = next((one for one in clients if one.id == client_id), None)
    if client is None:
        raise NotFoundError("There is no such client account in this workspace any more.")
    own = tuple(one for one in connections if one.client_account_id == client_id)
    shared = tuple(
        (
            find_source(one.source),
            # It was JSON when it was stored.
            SyncOptions(one.id, one.name, clients, cast("dict[str, JsonValue]", one.config), named=True),
        )
        for one in connections
        if one.client_account_id is None
    )
    return Belongings(client, own, Holdings(client, frozenset(one.id for one in own), shared))


def data_of(task: Task) -> WorkspaceDatabase | None:
    """Return the workspace's data with the client accounts of now; None if nothing was ever loaded."""
    if task.workspace.slug not in task.warehouse.slugs():
        return None
    database = task.warehouse.workspace(task.workspace.slug)
    copy_client_accounts(task.metadata, database, task.workspace)
    return database


def row_of(row: ClientAccountRow | None, workspace_id: str) -> ClientAccountRow:
    """Return a row of the workspace, or raise NotFoundError."""
    if row is None or row.workspace_id != workspace_id:
        raise NotFoundError("There is no such client account.")
    return row
