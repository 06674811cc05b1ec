"""Owners of connections: people of the workspace who look after them. Who has left owns nothing any more."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.people.models import MembershipRow, PersonRow
from api.people.permissions import Permission, Role, may
from api.workspaces.models import ConnectionRow


@dataclass(frozen=True)
class ConnectionOwner:
    """A person who can look after connections."""

    id: str
    name: str
    email: str


def possible_owners(session: Session, workspace_id: str) -> dict[str, ConnectionOwner]:
    """Return the people of a workspace who may link accounts, by id and in the order of their names."""
    query = (
        select(PersonRow, MembershipRow.role)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.workspace_id == workspace_id)
        .order_by(PersonRow.name, PersonRow.email)
    )
    return {
        one.id: ConnectionOwner(one.id, one.name, one.email)
        for one, role in session.execute(query)
        if may(Role(role), frozenset({Permission.CONNECT}))
    }


def owner_named(session: Session, workspace_id: str, wanted: str) -> str | None:
    """Return the id of a possible owner by id or e-mail; None for an empty text, which takes the owner away."""
    if not wanted.strip():
        return None
    for one in possible_owners(session, workspace_id).values():
        if wanted.strip().lower() in {one.id, one.email.lower()}:
            return one.id
    raise NotFoundError("There is nobody in this workspace by that address who may look after connections.")


def owner_addresses(session: Session, workspace_id: str) -> dict[str, str]:
    """Return the e-mail addresses of the owners of a workspace's connections, by the connection's id."""
    people = possible_owners(session, workspace_id)
    owned = select(ConnectionRow.id, ConnectionRow.owner_id).where(ConnectionRow.workspace_id == workspace_id)
    return {
        connection_id: people[owner_id].email
        for connection_id, owner_id in session.execute(owned)
        if owner_id is not None and owner_id in people
    }
