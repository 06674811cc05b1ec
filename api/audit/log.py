"""Adds lines to the audit log: the only way in. Nothing here changes or deletes one, and the database refuses to."""

from sqlalchemy.orm import Session

from api.audit.models import AuditRow
from api.audit.records import Action, Actor, Result
from api.workspaces.database import MetadataDatabase

_LONGEST_OBJECT = 200


def record(
    metadata: MetadataDatabase,
    actor: Actor,
    action: Action,
    object_id: str | None = None,
    *,
    result: Result = Result.OK,
    workspace_id: str | None = None,
) -> None:
    """Write down who did what to which object, by ids; `workspace_id` if the actor does not say it."""
    with metadata.write() as session:
        add_line(session, actor, action, object_id, result=result, workspace_id=workspace_id)


def add_line(
    session: Session,
    actor: Actor,
    action: Action,
    object_id: str | None = None,
    *,
    result: Result = Result.OK,
    workspace_id: str | None = None,
) -> None:
    """Do the same in the transaction of what is written down, so that neither is there without the other."""
    session.add(
        AuditRow(
            workspace_id=workspace_id or actor.workspace_id,
            actor_kind=actor.kind,
            actor_id=actor.id,
            action=action,
            object_id=None if object_id is None else object_id[:_LONGEST_OBJECT],
            address=actor.address,
            result=result,
            request_id=actor.request_id,
        )
    )
