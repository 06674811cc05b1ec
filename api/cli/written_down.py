"""What commands change is written into the audit log too, under the name of the machine's user who gave them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.audit.records import Action
    from api.jobs.records import JobKind
    from api.workspaces.database import MetadataDatabase


def write_down(
    metadata: "MetadataDatabase", action: "Action", object_id: str | None, workspaces: Iterable[str]
) -> None:
    """Write the line of a command into the logs of the workspaces of these ids."""
    from api.audit.log import record
    from api.audit.records import COMMAND

    for workspace_id in workspaces:
        record(metadata, COMMAND, action, object_id, workspace_id=workspace_id)


def write_down_everywhere(metadata: "MetadataDatabase", action: "Action", object_id: str | None = None) -> None:
    """Write the line of a command that concerns the whole installation."""
    from api.workspaces.repository import Repository

    with metadata.read() as session:
        known = [one.id for one in Repository(session).workspaces()]
    write_down(metadata, action, object_id, known)


def action_of(kind: "JobKind", arguments: Mapping[str, object]) -> "Action | None":
    """Return what a command's job does; None if it only reads, or if the command itself writes its line."""
    from api.audit.records import Action
    from api.jobs.records import JobKind

    match kind:
        case JobKind.IMPORT:
            return None if arguments.get("dry_run") else Action.DATA_LOAD
        case JobKind.RATES:
            return None if arguments.get("path") is None else Action.DATA_LOAD
        case JobKind.RULES:
            return Action.RULE_CHANGE if arguments.get("apply") else None
        case JobKind.SETTINGS:
            return Action.CLIENT_CHANGE if arguments.get("client") else Action.SETTINGS_CHANGE
        case JobKind.SYNC:
            return Action.SYNC_START
        case JobKind.PUBLISH:
            return Action.EXPORT
        case JobKind.BACKUP:
            return Action.BACKUP
    return None


def object_of(arguments: Mapping[str, object]) -> str | None:
    """Return the id or the slug of what a job is about, where it names one."""
    found = arguments.get("connection_id") or arguments.get("client")
    return str(found) if found else None
