"""What people have consented to: listed for themselves and for those who run the workspace, and revoked."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.looker_oauth.models import AuthorisationRow, ConnectorRow
from api.looker_oauth.records import Authorisation, Ending
from api.people.models import PersonRow
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import WorkspaceRow, now

_MOST_ENDED = 20  # that a list still shows


def authorisations_in(session: Session, workspace_id: str) -> list[Authorisation]:
    """Return the consents of everybody to read a workspace, the newest first; of ended ones the last few."""
    return _listed(session, AuthorisationRow.workspace_id == workspace_id)


def authorisations_of(session: Session, person_id: str) -> list[Authorisation]:
    """Return a person's own consents in all workspaces."""
    return _listed(session, AuthorisationRow.person_id == person_id)


def revoke_in(database: MetadataDatabase, workspace_id: str, authorisation_id: str) -> None:
    """End somebody's access to a workspace."""
    _revoke(database, authorisation_id, Ending.ADMINISTRATOR, workspace_id=workspace_id)


def revoke_own(database: MetadataDatabase, person_id: str, authorisation_id: str) -> None:
    """End one's own access."""
    _revoke(database, authorisation_id, Ending.PERSON, person_id=person_id)


def end(row: AuthorisationRow, why: Ending) -> None:
    """End a consent and all its tokens; the first reason stays."""
    if row.revoked_at is None:
        row.revoked_at, row.revoked_because = now(), why


def _listed(session: Session, whose: ColumnElement[bool]) -> list[Authorisation]:
    found = session.execute(
        select(AuthorisationRow, ConnectorRow.name, PersonRow.name, PersonRow.email, WorkspaceRow.name)
        .join(ConnectorRow, ConnectorRow.id == AuthorisationRow.connector_id)
        .join(PersonRow, PersonRow.id == AuthorisationRow.person_id)
        .join(WorkspaceRow, WorkspaceRow.id == AuthorisationRow.workspace_id)
        .where(whose, AuthorisationRow.connected_at.is_not(None))
        .order_by(AuthorisationRow.created_at.desc())
    ).all()
    listed = [
        Authorisation(
            row.id,
            connector,
            person,
            email,
            workspace,
            row.created_at,
            row.last_used_at,
            row.revoked_at,
            row.revoked_because,
        )
        for row, connector, person, email, workspace in found
    ]
    working = [one for one in listed if one.revoked_at is None]
    return working + [one for one in listed if one.revoked_at is not None][:_MOST_ENDED]


def _revoke(database: MetadataDatabase, authorisation_id: str, why: Ending, **held: str) -> None:
    with database.write() as session:
        row = session.scalar(select(AuthorisationRow).filter_by(id=authorisation_id, **held))
        if row is None:
            raise NotFoundError("There is no such access.")
        end(row, why)
