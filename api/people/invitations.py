"""Invitations: made for an address, with role and grants inside; a link that works once and for a week."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.errors import ConflictError, MalformedRequestError, NotAllowedError, NotFoundError
from api.people.granting import PERSON, check_fits, check_grant, keep_grant
from api.people.models import InvitationRow, MembershipRow, PersonRow
from api.people.passwords import hash_password
from api.people.permissions import GIVES, Role
from api.people.records import Access, Grant, Invitation, NewSession, Origin, Visitor
from api.people.service import checked_email
from api.people.sessions import new_session
from api.templates.library import Library
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.repository import Repository
from api.workspaces.service import digest

LIFETIME = timedelta(days=7)
GONE = "This invitation does not work any more: it was used, withdrawn or is older than a week. Ask for a new one."


def invite(
    metadata: MetadataDatabase, visitor: Visitor, by: Access, email: str, role: Role, grants: Sequence[Grant]
) -> tuple[Invitation, str]:
    """Ask somebody to join and return the invitation with its token; an older one of the address ends."""
    known, token = checked_email(email), secrets.token_urlsafe(32)
    if role not in GIVES[by.role]:
        raise NotAllowedError(f"The role {by.role.label} cannot invite somebody as {role.label}.")
    if role.sees_all:
        grants = ()
    elif not grants:
        raise MalformedRequestError("Choose what the person sees: the whole workspace, client accounts or a report.")
    with metadata.write() as session:
        joined = select(MembershipRow.id).join(PersonRow, PersonRow.id == MembershipRow.person_id)
        joined = joined.where(MembershipRow.workspace_id == by.workspace.id, PersonRow.email == known)
        if session.scalar(joined) is not None:
            raise ConflictError(f"{known} is in this workspace already. Change the role or the grants there.")
        for one in grants:
            check_fits(role, one)
        checked = [check_grant(session, by.workspace.id, one) for one in grants]
        same = delete(InvitationRow).where(InvitationRow.workspace_id == by.workspace.id)
        session.execute(same.where(InvitationRow.email == known))
        row = InvitationRow(
            workspace_id=by.workspace.id,
            email=known,
            role=role.value,
            grants=[_stored(one) for one in checked],
            digest=digest(token),
            mailed=False,
            invited_by=visitor.person.email,
            expires_at=now() + LIFETIME,
        )
        session.add(row)
        session.flush()
        return _invitation(row), token


def note_mailed(metadata: MetadataDatabase, invitation_id: str) -> None:
    """Note that the link went to the address alone: whoever brings it owns the address."""
    with metadata.write() as session:
        session.execute(update(InvitationRow).where(InvitationRow.id == invitation_id).values(mailed=True))


def invitations_of(session: Session, workspace_id: str) -> list[Invitation]:
    """Return the invitations of a workspace that still work."""
    query = select(InvitationRow).where(InvitationRow.workspace_id == workspace_id, InvitationRow.expires_at > now())
    return [_invitation(row) for row in session.scalars(query.order_by(InvitationRow.created_at))]


def withdraw(metadata: MetadataDatabase, by: Access, invitation_id: str) -> None:
    """End an invitation before it is taken."""
    with metadata.write() as session:
        row = session.get(InvitationRow, invitation_id)
        if row is None or row.workspace_id != by.workspace.id:
            raise NotFoundError("There is no such invitation any more.")
        if Role(row.role) not in GIVES[by.role]:
            raise NotAllowedError("Only an owner can withdraw the invitation of an owner.")
        session.delete(row)


def invitation_by(metadata: MetadataDatabase, token: str) -> Invitation:
    """Return the invitation of a token, or raise NotFoundError."""
    with metadata.read() as session:
        return _invitation(_find(session, token))


def is_known(metadata: MetadataDatabase, email: str) -> bool:
    """Tell whether somebody with this address signs in here already."""
    with metadata.read() as session:
        return session.scalar(select(PersonRow.id).where(PersonRow.email == email)) is not None


def join_as_new(
    metadata: MetadataDatabase, token: str, name: str, password: str, origin: Origin | None = None
) -> NewSession:
    """Take an invitation as somebody new, with a name and a password, and sign in."""
    invitation_by(metadata, token)  # before a costly hash is made for anybody
    hashed = hash_password(password)
    with metadata.write() as session:
        row = _find(session, token)
        if session.scalar(select(PersonRow.id).where(PersonRow.email == row.email)) is not None:
            raise ConflictError("There is an account with this address already. Sign in with it, and join then.")
        verified = now() if row.mailed else None
        person = PersonRow(email=row.email, name=name.strip()[:200] or row.email, password=hashed, verified_at=verified)
        session.add(person)
        session.flush()
        take(session, row, person)
        return new_session(session, person, origin)


def join_as(metadata: MetadataDatabase, token: str, visitor: Visitor) -> Invitation:
    """Take an invitation as the person who is signed in; it must be his."""
    with metadata.write() as session:
        row = _find(session, token)
        if row.email != visitor.person.email:
            raise NotAllowedError(f"This invitation is for {row.email}. Sign in with that address.")
        person, taken = session.get_one(PersonRow, visitor.person.id), _invitation(row)
        take(session, row, person)
        return taken


def waiting_for(session: Session, email: str) -> list[InvitationRow]:
    """Return the invitations of an address; those of owners are taken by their link alone."""
    query = select(InvitationRow).where(InvitationRow.email == email, InvitationRow.expires_at > now())
    return list(session.scalars(query.where(InvitationRow.role != Role.OWNER)))


def take(session: Session, row: InvitationRow, person: PersonRow) -> None:
    """Make a person a member as an invitation says; the invitation is used up."""
    if row.mailed and person.verified_at is None:
        person.verified_at = now()
    mine = select(MembershipRow).where(MembershipRow.workspace_id == row.workspace_id)
    if session.scalar(mine.where(MembershipRow.person_id == person.id)) is None:
        session.add(MembershipRow(person_id=person.id, workspace_id=row.workspace_id, role=row.role))
        session.flush()
        for one in _still_there(session, row):
            keep_grant(session, row.workspace_id, PERSON, person.id, one, row.invited_by)
    session.delete(row)


def _find(session: Session, token: str) -> InvitationRow:
    row = session.scalar(select(InvitationRow).where(InvitationRow.digest == digest(token)))
    if row is None or row.expires_at <= now():
        raise NotFoundError(GONE)
    return row


def _still_there(session: Session, row: InvitationRow) -> list[Grant]:
    """Return what an invitation grants, without what was deleted since it was made."""
    known = {one.id for one in Repository(session).client_accounts(row.workspace_id)}
    templates, found = Library(session, row.workspace_id).templates(), []
    for one in map(_read, row.grants):
        clients = tuple(client for client in one.clients if client in known)
        if (one.every_client or clients) and (one.template_id is None or one.template_id in templates):
            found.append(replace(one, clients=clients))
    return found


def _stored(grant: Grant) -> dict[str, object]:
    return {"every_client": grant.every_client, "clients": [*grant.clients], "template_id": grant.template_id}


def _read(stored: dict[str, object]) -> Grant:
    clients = cast("list[str]", stored["clients"])
    return Grant(bool(stored["every_client"]), tuple(clients), cast("str | None", stored["template_id"]))


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=row.id,
        workspace_id=row.workspace_id,
        email=row.email,
        role=Role(row.role),
        grants=tuple(_read(one) for one in row.grants),
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
