"""The link by which a person who has forgotten the password sets another one."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.people.models import PersonIdentityRow, PersonRow, ResetLinkRow
from api.people.passwords import hash_password
from api.people.records import NewSession, Origin
from api.people.second_factor import forget
from api.people.sessions import end_sessions, new_session
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest

LIFETIME = timedelta(hours=1)
GONE = "This link does not work any more: it was used, or is older than an hour. Ask for a new one."


def reset_token(metadata: MetadataDatabase, email: str) -> str | None:
    """Return a new token for a person's address, in the place of older ones; None if there is nobody."""
    token = secrets.token_urlsafe(32)
    with metadata.write() as session:
        person = session.scalar(select(PersonRow).where(PersonRow.email == email.strip().lower()))
        if person is None:
            return None
        session.execute(delete(ResetLinkRow).where(ResetLinkRow.person_id == person.id))
        session.add(ResetLinkRow(person_id=person.id, digest=digest(token), expires_at=now() + LIFETIME))
    return token


def check_reset(metadata: MetadataDatabase, token: str) -> None:
    """Raise NotFoundError unless the token sets a password."""
    with metadata.read() as session:
        _link(session, token)


def take_reset(metadata: MetadataDatabase, token: str, password: str, origin: Origin | None = None) -> NewSession:
    """Set a new password and sign in; every other session ends. A second factor is still asked for."""
    check_reset(metadata, token)
    hashed = hash_password(password)
    with metadata.write() as session:
        link = _link(session, token)
        person = session.get_one(PersonRow, link.person_id)
        person.password = hashed
        prove_address(session, person)
        end_sessions(session, person.id)
        session.delete(link)
        return new_session(session, person, origin)


def prove_address(session: Session, person: PersonRow) -> None:
    """Note that whoever acts now owns the address.

    Before the first such proof somebody else may have made the account, to wait in it: what he has set up ends.
    """
    if person.verified_at is None:
        forget(session, person.id)
        session.execute(delete(PersonIdentityRow).where(PersonIdentityRow.person_id == person.id))
        end_sessions(session, person.id)
        person.verified_at = now()


def _link(session: Session, token: str) -> ResetLinkRow:
    link = session.scalar(select(ResetLinkRow).where(ResetLinkRow.digest == digest(token)))
    if link is None or link.expires_at <= now():
        raise NotFoundError(GONE)
    return link
