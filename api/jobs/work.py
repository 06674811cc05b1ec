"""What each kind of job does, in the owner of the data directory. Arguments and results are plain JSON."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from api.jobs.records import JobKind
from api.jobs.task import Task
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Connection, Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_client
from api.workspaces.settings import settings_of
from warehouse import (
    ClientAccount,
    ImportOptions,
    ImportReport,
    Mode,
    WorkspaceDatabase,
)
from warehouse import Mapping as FileMapping


def job_key(workspace: Workspace, kind: JobKind, arguments: Mapping[str, object]) -> str:
    """Return what two jobs have in common when one of them is enough."""
    if kind is JobKind.SYNC:
        return sync_key(workspace.slug, str(arguments["connection_id"]))
    digest = hashlib.sha256(orjson.dumps(dict(arguments), option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f"{kind}:{workspace.slug}:{digest[:32]}"


def sync_key(slug: str, connection_id: str) -> str:
    """Return the key of the one sync that a connection may have."""
    return f"{JobKind.SYNC}:{slug}:{connection_id}"


def import_arguments(
    path: Path,
    client: str,
    mapping: FileMapping,
    *,
    mode: Mode | None = None,
    dry_run: bool = False,
    defer: bool = False,
) -> dict[str, object]:
    """Return the arguments of an import. The mapping travels whole: the server need not find its file."""
    return {
        "path": str(path.absolute()),
        "client": client,
        "mapping": mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "mode": None if mode is None else mode.value,
        "dry_run": dry_run,
        "defer": defer,
    }


def run_import(task: Task) -> dict[str, object]:
    """Load a file for a client account, which is created if missing, or only say what that would do."""
    mapping = FileMapping.model_validate(task.arguments["mapping"])
    mode = Mode(str(task.arguments["mode"])) if task.arguments["mode"] else None
    path, dry_run = Path(str(task.arguments["path"])), bool(task.arguments["dry_run"])
    database = task.warehouse.workspace(task.workspace.slug, create=True)
    name, zone = str(task.arguments["client"]), mapping.timezone
    client, created = find_or_create_client(task.metadata, task.workspace, name, zone, keep=not dry_run)
    options = ImportOptions(mapping, client, mode, defer=bool(task.arguments.get("defer")))
    named = {"client": _named(client, created=created), "workspace": task.workspace.slug}
    if dry_run:
        return {"plan": plain(asdict(database.plan_import(path, options, task.on_progress))), **named}
    keep = not created
    try:
        copy_client_accounts(task.metadata, database, task.workspace)
        report = database.import_file(path, options, task.on_progress)
        keep = keep or report.rows_loaded > 0
        if report.already_loaded:
            report = _as_before(database, report, client)
        document = {**plain(asdict(report)), "rows_loaded": report.rows_loaded, "exit_status": report.exit_status}
        return {"report": document, **named}
    finally:
        if not keep:
            _take_back(task.metadata, database, task.workspace, client)


def copy_client_accounts(metadata: MetadataDatabase, database: WorkspaceDatabase, workspace: Workspace) -> None:
    """Renew the copy of settings and client accounts that queries and loads read."""
    with metadata.read() as session:
        clients = Repository(session).client_accounts(workspace.id, archived=True)
        known = Repository(session).workspace_by_id(workspace.id)  # what the job was given may be from before a change
    database.put_settings(settings_of(known), clients, known.business_hours)


def clients_of(connection: Connection, clients: Sequence[ClientAccount]) -> tuple[ClientAccount, ...]:
    """Return the client accounts that a connection's records are of: its own, or all if they name theirs."""
    return tuple(one for one in clients if connection.client_account_id in (None, one.id))


def is_shared(connection: Connection) -> bool:
    """Tell whether a connection brings records of several client accounts, which name theirs."""
    return connection.client_account_id is None


def plain(value: object) -> dict[str, object]:
    """Return a report as JSON values."""
    document: dict[str, object] = orjson.loads(orjson.dumps(value))
    return document


def _as_before(database: WorkspaceDatabase, report: ImportReport, client: ClientAccount) -> ImportReport:
    """Say of a file that was skipped because it was loaded before what became of its rows then."""
    for record in database.import_history():
        if (record.file, record.client_account_id, record.entity) == (report.file, client.id, report.entity):
            return replace(
                report,
                rows_read=record.rows_read,
                rows_unchanged=record.rows_loaded,
                rows_quarantined=record.rows_quarantined,
                cells_quarantined=record.cells_quarantined,
            )
    return report


def _take_back(
    metadata: MetadataDatabase, database: WorkspaceDatabase, workspace: Workspace, client: ClientAccount
) -> None:
    """Remove a client account that was made for an import of which nothing came."""
    with metadata.write() as session:
        Repository(session).remove_client_account(workspace.id, client.id)
    copy_client_accounts(metadata, database, workspace)


def _named(client: ClientAccount, *, created: bool) -> dict[str, object]:
    return {"slug": client.slug, "name": client.name, "created": created}
