"""Jobs that change what numbers mean: settings of workspace and clients, business hours, exchange rates."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import cast

from api.errors import NotFoundError
from api.jobs.task import Task
from api.jobs.work import clients_of, is_shared, plain
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.workspaces.settings import client_change, settings_of, workspace_change
from connectors import JsonValue, find_source
from warehouse import (
    ClientAccount,
    Progress,
    Schedule,
    SyncOptions,
    Warehouse,
    parse_hours,
    renormalise_source,
)


def settings_arguments(
    workspace: Mapping[str, object] | None = None,
    client: str | None = None,
    client_values: Mapping[str, object] | None = None,
    hours: tuple[Schedule, ...] | None = None,
) -> dict[str, object]:
    """Return the arguments of a change, after a check of every value."""
    return {
        "workspace": workspace_change(workspace or {}),
        "client": client,
        "client_values": client_change(client_values or {}),
        "hours": None if hours is None else [one.model_dump(mode="json") for one in hours],
        "change": secrets.token_hex(8),  # the same change twice is two jobs: another one may lie between them
    }


def run_settings(task: Task) -> dict[str, object]:
    """Change settings: first in the data, in one transaction with all that follows, then in the metadata."""
    values = cast("dict[str, object]", task.arguments["workspace"])
    hours = task.arguments["hours"]
    schedules = task.workspace.business_hours if hours is None else parse_hours({"schedules": hours})
    changed = replace(task.workspace, **{**values, "business_hours": schedules})  # type: ignore[arg-type]  # checked before
    with task.metadata.read() as session:
        clients = Repository(session).client_accounts(task.workspace.id, archived=True)
    client, renewed = _client(clients, task.workspace, task.arguments)
    moved = [one for one, before in zip(renewed, clients, strict=True) if one.timezone != before.timezone]
    if task.workspace.slug in task.warehouse.slugs():
        task.on_progress(Progress("settings", 0, None, "rows"))
        database = task.warehouse.workspace(task.workspace.slug)
        database.put_settings(settings_of(changed), renewed, schedules)
    with task.metadata.write() as session:
        repository = Repository(session)
        stored = {**values, **({} if hours is None else {"business_hours": hours})}
        changed = repository.change_workspace(task.workspace.id, stored)
        if client is not None:
            client_values = cast("dict[str, object]", task.arguments["client_values"])
            repository.change_client_account(task.workspace.id, client.id, client_values)
    if moved and task.workspace.slug in task.warehouse.slugs():
        _read_again(task.metadata, task.warehouse, task.workspace, tuple(renewed))
    return {"workspace": plain(changed.settings())}


def run_rates(task: Task) -> dict[str, object]:
    """Import a file of exchange rates, or list those that are there."""
    database = task.warehouse.workspace(task.workspace.slug, create=True)
    path = task.arguments.get("path")
    if path is None:
        return {"rates": [plain(asdict(span)) for span in database.rates()]}
    task.on_progress(Progress("rates", 0, None, "rows"))
    provider = task.arguments.get("provider")
    report = database.import_rates(Path(str(path)), None if provider is None else str(provider))
    return {"report": plain(asdict(report))}


def _client(
    clients: list[ClientAccount], workspace: Workspace, arguments: Mapping[str, object]
) -> tuple[ClientAccount | None, list[ClientAccount]]:
    """Return the client account that is to change, and all of them as they will be."""
    slug = arguments["client"]
    if slug is None:
        return None, clients
    found = next((one for one in clients if one.slug == slug), None)
    if found is None:
        known = ", ".join(one.slug for one in clients) or "none yet"
        raise NotFoundError(f"There is no client account '{slug}' in workspace '{workspace.slug}'. There are: {known}.")
    values = cast("dict[str, str]", arguments["client_values"])
    return found, [replace(one, **values) if one.id == found.id else one for one in clients]


def _read_again(
    metadata: MetadataDatabase, warehouse: Warehouse, workspace: Workspace, clients: tuple[ClientAccount, ...]
) -> None:
    """Make the rows of connections again from what was received: a source may have meant the client's local time."""
    with metadata.read() as session:
        connections = Repository(session).connections(workspace.id)
    for connection in connections:
        config = cast("Mapping[str, JsonValue]", connection.config)  # It was JSON when it was stored.
        options = SyncOptions(
            connection.id, connection.name, clients_of(connection, clients), config, named=is_shared(connection)
        )
        renormalise_source(warehouse.workspace(workspace.slug), find_source(connection.source), options)
