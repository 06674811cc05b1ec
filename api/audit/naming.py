"""Finds the person behind a sign-in, and the workspaces in whose logs it belongs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.looker_oauth.models import ConnectorRow
from api.people.models import MembershipRow, PersonRow, PersonSessionRow
from api.workspaces.database import MetadataDatabase
from api.workspaces.service import digest

Found = tuple[str | None, tuple[str, ...]]


def whose_session(metadata: MetadataDatabase, secret: str) -> Found:
    """Return the id of a session's person and the ids of his workspaces."""
    with metadata.read() as session:
        query = select(PersonSessionRow.person_id).where(PersonSessionRow.digest == digest(secret))
        return _found(session, session.scalar(query))


def whose_address(metadata: MetadataDatabase, email: str) -> Found:
    """Return the same for an e-mail address; nothing if it is nobody's."""
    with metadata.read() as session:
        return _found(session, session.scalar(select(PersonRow.id).where(PersonRow.email == email.strip().lower())))


def whose_connector(metadata: MetadataDatabase, client_id: str) -> Found:
    """Return the id of a connector's copy and its workspace, by the name that it gives itself."""
    query = select(ConnectorRow.id, ConnectorRow.workspace_id).where(ConnectorRow.client_id == client_id)
    with metadata.read() as session:
        found = session.execute(query).first()
    return (None, ()) if found is None else (found.id, (found.workspace_id,))


def names_of(session: Session, workspace_id: str) -> dict[str, str]:
    """Return the e-mail addresses of a workspace's people by id."""
    query = (
        select(PersonRow.id, PersonRow.email)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.workspace_id == workspace_id)
    )
    return {row.id: row.email for row in session.execute(query)}


def _found(session: Session, person_id: str | None) -> Found:
    mine = select(MembershipRow.workspace_id).where(MembershipRow.person_id == person_id)
    return person_id, tuple(session.scalars(mine.order_by(MembershipRow.workspace_id))) if person_id else ()
