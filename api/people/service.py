"""Making the owner, signing in and out, and finding out who a session belongs to."""

import re
import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.errors import MalformedRequestError, NotAllowedError, NotFoundError, NotSignedInError
from api.people.models import MembershipRow, OwnerLinkRow, PersonRow, PersonSessionRow
from api.people.passwords import hash_password, is_password, needs_rehash
from api.people.permissions import Role
from api.people.records import NewSession, Origin, Visitor
from api.people.second_factor import check_code
from api.people.sessions import live_session, new_session, renew, visitor_of
from api.people.tries import Tries
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.repository import Repository
from api.workspaces.service import digest, find_or_create_workspace

OWNER_LINK_LIFETIME = timedelta(hours=24)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}\.[^@\s.]{2,63}")


class People:
    """The ways in for the people of one installation. Safe to use from several threads."""

    def __init__(self, metadata: MetadataDatabase) -> None:
        self._metadata = metadata
        self.tries = Tries()

    def exist(self) -> bool:
        """Tell whether there is anybody yet."""
        with self._metadata.read() as session:
            return bool(session.scalar(select(func.count()).select_from(PersonRow)))

    def owner_token(self) -> str | None:
        """Return a new token that makes the owner, in place of older ones; None once there is somebody."""
        token = secrets.token_urlsafe(24)
        with self._metadata.write() as session:
            if session.scalar(select(func.count()).select_from(PersonRow)):
                return None
            session.execute(delete(OwnerLinkRow))
            session.add(OwnerLinkRow(digest=digest(token), expires_at=now() + OWNER_LINK_LIFETIME))
        return token

    def check_owner_token(self, token: str) -> None:
        """Raise NotFoundError unless the token makes the owner."""
        with self._metadata.read() as session:
            _owner_link(session, token)

    def make_owner(self, token: str, email: str, name: str, password: str, origin: Origin | None = None) -> NewSession:
        """Make the first person the owner of every workspace there is, and sign them in; the token works once."""
        known = checked_email(email)
        hashed = hash_password(password)
        self.check_owner_token(token)
        with self._metadata.read() as session:
            known_workspaces = Repository(session).workspaces()
        if not known_workspaces:
            find_or_create_workspace(self._metadata, None)  # so that there is one to work in
        with self._metadata.write() as session:
            link = _owner_link(session, token)
            row = PersonRow(email=known, name=name.strip()[:200] or known, password=hashed, verified_at=now())
            session.add(row)
            session.flush()
            for workspace in Repository(session).workspaces():
                session.add(MembershipRow(person_id=row.id, workspace_id=workspace.id, role=Role.OWNER))
            session.delete(link)
            return new_session(session, row, origin)

    def sign_in(self, email: str, password: str, address: str, browser: str = "") -> NewSession:
        """Start a session, or raise NotAllowedError without saying which of the two was wrong."""
        known = email.strip().lower()
        self.tries.count(f"address {address}")
        self.tries.count(f"email {known[:254]}")
        with self._metadata.read() as session:
            row = session.scalar(select(PersonRow).where(PersonRow.email == known))
        if not is_password(None if row is None else row.password, password) or row is None:
            raise NotAllowedError("The e-mail address or the password is wrong.")
        with self._metadata.write() as session:
            person = session.get_one(PersonRow, row.id)
            if needs_rehash(person.password):
                person.password = hash_password(password)
            return new_session(session, person, Origin(address, browser))

    def give_code(self, secret: str | None, code: str) -> NewSession:
        """Turn a session that waits for its second factor into one that works, under a new id."""
        with self._metadata.read() as session:
            row = live_session(session, secret, now())
        if row is None or not row.pending:
            raise NotSignedInError("Sign in again: the second step was not taken in time.")
        self.tries.count(f"code {row.person_id}")
        with self._metadata.write() as session:
            check_code(session, self._metadata.secrets, row.person_id, code)
            again = session.get(PersonSessionRow, row.id)
            if again is None:
                raise NotSignedInError("Sign in again: the second step was taken already.")
            session.delete(again)
            origin = Origin(row.address, row.browser)
            return new_session(session, session.get_one(PersonRow, row.person_id), origin, given=True)

    def visitor(self, secret: str | None) -> Visitor:
        """Return who a session belongs to, or raise NotSignedInError."""
        return visitor_of(self._metadata, secret)

    def change_password(self, secret: str | None, old: str, new: str) -> NewSession:
        """Set a new password by the old one; all other sessions end, and this one gets a new id."""
        visitor = self.visitor(secret)
        self.tries.count(f"password {visitor.person.id}")
        with self._metadata.read() as session:
            hashed = session.get_one(PersonRow, visitor.person.id).password
        if hashed and not is_password(hashed, old):
            raise NotAllowedError("The present password is wrong.")
        changed = hash_password(new)
        with self._metadata.write() as session:
            person = session.get_one(PersonRow, visitor.person.id)
            person.password = changed
            return renew(session, person, session.get_one(PersonSessionRow, visitor.session_id))

    def sign_out(self, secret: str) -> None:
        """End a session; it is no error if there is none."""
        with self._metadata.write() as session:
            session.execute(delete(PersonSessionRow).where(PersonSessionRow.digest == digest(secret)))


def checked_email(text: str) -> str:
    """Return an address as it is kept, or say what is wrong with it."""
    known = text.strip().lower()
    if len(known) > 254 or not _EMAIL.fullmatch(known):
        raise MalformedRequestError(f"'{text.strip()[:80]}' is no e-mail address. Write it like name@example.com.")
    return known


def _owner_link(session: Session, token: str) -> OwnerLinkRow:
    link = session.scalar(select(OwnerLinkRow).where(OwnerLinkRow.digest == digest(token)))
    if link is None or link.expires_at <= now() or session.scalar(select(func.count()).select_from(PersonRow)):
        raise NotFoundError(
            "This link does not work any more: it was used, or a newer one was printed. Start the server again and "
            "take the link that it prints; once there is an owner, sign in instead."
        )
    return link
