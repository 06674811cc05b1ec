"""Jobs about a workspace's own fields, formulas and mapping rules: try them, or take them and make history again."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from api.jobs.work import copy_client_accounts, plain
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, Workspace
from api.workspaces.repository import Repository
from connectors import JsonValue, find_source
from schemas import SemanticModel
from warehouse import (
    ClientAccount,
    OnProgress,
    SyncOptions,
    Warehouse,
    preview_source_rule,
    read_rules,
    renormalise_source,
)


def run_rules_job(
    metadata: MetadataDatabase,
    warehouse: Warehouse,
    _model: SemanticModel,
    workspace: Workspace,
    arguments: Mapping[str, object],
    _on_progress: OnProgress,
) -> dict[str, object]:
    """Try the rules of a folder (`apply` false), or take them with the workspace's fields and formulas."""
    folder = Path(str(arguments["folder"]))
    database = warehouse.workspace(workspace.slug, create=True)
    copy_client_accounts(metadata, database, workspace)
    with metadata.read() as session:
        repository = Repository(session)
        clients = tuple(repository.client_accounts(workspace.id))
        connections = repository.connections(workspace.id)
    model = warehouse.renew_model(workspace.slug) if arguments["apply"] else warehouse.model_of(workspace.slug)
    files = read_rules(folder, model, [client.slug for client in clients])
    if not arguments["apply"]:
        return {"previews": [
            {"file": file.path.name, "connection": one.name, **plain(asdict(seen))}
            for file in files
            for one in connections
            if one.source == file.rule.source
            and (seen := preview_source_rule(database, file.rule, find_source(one.source), _options(one, clients)))
        ]}  # fmt: skip
    changed = database.use_rules(folder)
    again = [one for one in connections if changed or arguments["again"]]
    reports = {one.name: renormalise_source(database, find_source(one.source), _options(one, clients)) for one in again}
    return {
        "rules": len(files),
        "changed": changed,
        "catalogue": model.version,
        "connections": {
            name: [plain(asdict(report)) for report in streams] for name, streams in sorted(reports.items())
        },
    }


def _options(connection: Connection, clients: tuple[ClientAccount, ...]) -> SyncOptions:
    # It was JSON when it was stored.
    return SyncOptions(connection.id, connection.name, clients, cast("Mapping[str, JsonValue]", connection.config))
