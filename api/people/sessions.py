"""Sessions: beginning, finding out whose they are, listing and ending them. Only digests of their secrets are kept."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.errors import NotFoundError, NotSignedInError
from api.people.access import accesses_of, has_second_factor
from api.people.models import PersonRow, PersonSessionRow
from api.people.records import NewSession, OpenSession, Origin, Person, Visitor
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest

SESSION_PREFIX = "bvp_"
LONGEST = timedelta(days=14)
IDLE = timedelta(hours=24)
PENDING = timedelta(minutes=10)  # to give the second factor
_TOUCH_EVERY = timedelta(minutes=5)


def new_session(
    session: Session, person: PersonRow, origin: Origin | None = None, *, given: bool = False
) -> NewSession:
    """Begin a session, under a new id; it is pending if the person has a second factor that is not `given` yet."""
    session.execute(delete(PersonSessionRow).where(PersonSessionRow.expires_at <= now()))
    secret, origin = SESSION_PREFIX + secrets.token_urlsafe(32), origin or Origin()
    pending = not given and has_second_factor(session, person.id)
    row = PersonSessionRow(
        person_id=person.id,
        digest=digest(secret),
        csrf=secrets.token_urlsafe(24),
        pending=pending,
        browser=origin.browser[:200],
        address=origin.address[:64],
        expires_at=now() + (PENDING if pending else LONGEST),
    )
    session.add(row)
    session.flush()
    return NewSession(secret, as_person(person), pending)


def visitor_of(metadata: MetadataDatabase, secret: str | None) -> Visitor:
    """Return who a session belongs to, or raise NotSignedInError."""
    moment = now()
    with metadata.read() as session:
        row = live_session(session, secret, moment)
        if row is None or row.pending:
            raise NotSignedInError("Sign in to go on.")
        person = session.get_one(PersonRow, row.person_id)
        accesses = accesses_of(session, person)
        visitor = Visitor(as_person(person), row.csrf, accesses, row.workspace_id, row.id)
    if moment - row.seen_at > _TOUCH_EVERY:
        with metadata.write() as session:
            again = session.get(PersonSessionRow, row.id)
            if again is not None:
                again.seen_at = moment
    return visitor


def live_session(session: Session, secret: str | None, moment: datetime) -> PersonSessionRow | None:
    """Return the session of a secret unless it has ended, one that waits for a second factor too."""
    if not secret or not secret.startswith(SESSION_PREFIX):
        return None
    row = session.scalar(select(PersonSessionRow).where(PersonSessionRow.digest == digest(secret)))
    if row is None or row.expires_at <= moment or row.seen_at + IDLE <= moment:
        return None
    return row


def sessions_of(metadata: MetadataDatabase, person_id: str) -> Sequence[OpenSession]:
    """Return where a person is signed in, the latest seen first."""
    moment = now()
    query = select(PersonSessionRow).where(PersonSessionRow.person_id == person_id, PersonSessionRow.pending.is_(False))
    with metadata.read() as session:
        rows = session.scalars(query.order_by(PersonSessionRow.seen_at.desc())).all()
    return [
        OpenSession(row.id, row.browser, row.address, row.created_at, row.seen_at)
        for row in rows
        if row.expires_at > moment and row.seen_at + IDLE > moment
    ]


def end_session(metadata: MetadataDatabase, person_id: str, session_id: str) -> None:
    """End one of a person's own sessions."""
    with metadata.write() as session:
        row = session.get(PersonSessionRow, session_id)
        if row is None or row.person_id != person_id:
            raise NotFoundError("There is no such session any more.")
        session.delete(row)


def end_sessions(session: Session, person_id: str) -> None:
    """End every session of a person."""
    session.execute(delete(PersonSessionRow).where(PersonSessionRow.person_id == person_id))


def renew(session: Session, person: PersonRow, old: PersonSessionRow) -> NewSession:
    """Put a session under a new id in the place of all that the person has: what he may do has changed."""
    origin, workspace_id = Origin(old.address, old.browser), old.workspace_id
    end_sessions(session, person.id)
    new = new_session(session, person, origin, given=True)
    row = session.scalar(select(PersonSessionRow).where(PersonSessionRow.digest == digest(new.secret)))
    if row is not None:
        row.workspace_id = workspace_id
    return new


def choose_workspace(metadata: MetadataDatabase, visitor: Visitor, slug: str) -> None:
    """Let a session work in another of the person's workspaces."""
    chosen = next((one for one in visitor.workspaces if one.slug == slug), None)
    if chosen is None:
        raise NotFoundError(f"There is no workspace '{slug[:80]}' for you.")
    with metadata.write() as session:
        row = session.get(PersonSessionRow, visitor.session_id)
        if row is not None:
            row.workspace_id = chosen.id


def as_person(row: PersonRow) -> Person:
    """Return a person as the rest of the program knows him."""
    return Person(row.id, row.email, row.name)
