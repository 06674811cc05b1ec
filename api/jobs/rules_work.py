"""Jobs about a workspace's own fields, formulas and mapping rules: try them, or take them and make history again."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from api.jobs.task import Task
from api.jobs.work import clients_of, copy_client_accounts, is_shared, plain
from api.workspaces.records import Connection
from api.workspaces.repository import Repository
from connectors import JsonValue, find_source
from warehouse import (
    ClientAccount,
    Progress,
    SyncOptions,
    preview_source_rule,
    read_rules,
    renormalise_source,
)


def run_rules_job(task: Task) -> dict[str, object]:
    """Try the rules of a folder (`apply` false), or take them with the workspace's fields and formulas."""
    folder = Path(str(task.arguments["folder"]))
    database = task.warehouse.workspace(task.workspace.slug, create=True)
    copy_client_accounts(task.metadata, database, task.workspace)
    with task.metadata.read() as session:
        repository = Repository(session)
        clients = tuple(repository.client_accounts(task.workspace.id, archived=True))
        connections = repository.connections(task.workspace.id)
    model = (
        task.warehouse.renew_model(task.workspace.slug)
        if task.arguments["apply"]
        else task.warehouse.model_of(task.workspace.slug)
    )
    files = read_rules(folder, model, [client.slug for client in clients])
    if not task.arguments["apply"]:
        return {"previews": [
            {"file": file.path.name, "connection": one.name, **plain(asdict(seen))}
            for file in files
            for one in connections
            if one.source == file.rule.source
            and (seen := preview_source_rule(database, file.rule, find_source(one.source), options_of(one, clients)))
        ]}  # fmt: skip
    changed = database.use_rules(folder)
    again = [one for one in connections if changed or task.arguments["again"]]
    reports = {}
    for done, one in enumerate(again):
        task.on_progress(Progress(f"Making history again: {one.name}", done, len(again), "connections"))
        reports[one.name] = renormalise_source(database, find_source(one.source), options_of(one, clients))
    return {
        "rules": len(files),
        "changed": changed,
        "catalogue": model.version,
        "connections": {
            name: [plain(asdict(report)) for report in streams] for name, streams in sorted(reports.items())
        },
    }


def options_of(connection: Connection, clients: tuple[ClientAccount, ...]) -> SyncOptions:
    """Return what a connection's rows are made again from raw with."""
    # It was JSON when it was stored.
    config = cast("Mapping[str, JsonValue]", connection.config)
    return SyncOptions(
        connection.id, connection.name, clients_of(connection, clients), config, named=is_shared(connection)
    )
