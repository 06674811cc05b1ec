"""Making the owner, signing in and out, and finding out who a session belongs to."""

import re
import secrets
import threading
import time
from collections import defaultdict, deque
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.errors import MalformedRequestError, NotAllowedError, NotFoundError, NotSignedInError, RateLimitExceededError
from api.people.models import MembershipRow, OwnerLinkRow, PersonRow, PersonSessionRow
from api.people.passwords import hash_password, is_password, needs_rehash
from api.people.records import NewSession, Person, Role, Visitor
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import WorkspaceRow, now
from api.workspaces.repository import Repository
from api.workspaces.service import digest, find_or_create_workspace

SESSION_PREFIX = "bvp_"
LONGEST = timedelta(days=14)
IDLE = timedelta(hours=24)
OWNER_LINK_LIFETIME = timedelta(hours=24)

_TRIES = 10  # of one address or one e-mail address
_TRY_SECONDS = 300.0
_TOUCH_EVERY = timedelta(minutes=5)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}\.[^@\s.]{2,63}")


class People:
    """All that concerns people of one installation. Safe to use from several threads."""

    def __init__(self, metadata: MetadataDatabase) -> None:
        self._metadata = metadata
        self._tries: dict[str, deque[float]] = defaultdict(deque)
        self._counting = threading.Lock()

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

    def make_owner(self, token: str, email: str, name: str, password: str) -> NewSession:
        """Make the first person the owner of every workspace there is, and sign them in; the token works once."""
        known = _email(email)
        hashed = hash_password(password)
        self.check_owner_token(token)
        with self._metadata.read() as session:
            known_workspaces = Repository(session).workspaces()
        if not known_workspaces:
            find_or_create_workspace(self._metadata, None)  # so that there is one to work in
        with self._metadata.write() as session:
            link = _owner_link(session, token)
            row = PersonRow(email=known, name=name.strip() or known, password=hashed)
            session.add(row)
            session.flush()
            for workspace in Repository(session).workspaces():
                session.add(MembershipRow(person_id=row.id, workspace_id=workspace.id, role=Role.OWNER))
            session.delete(link)
            return _new_session(session, row)

    def sign_in(self, email: str, password: str, address: str) -> NewSession:
        """Start a session, or raise NotAllowedError without saying which of the two was wrong."""
        known = email.strip().lower()
        self._count_try(f"address {address}")
        self._count_try(f"email {known}")
        with self._metadata.read() as session:
            row = session.scalar(select(PersonRow).where(PersonRow.email == known))
        if not is_password(None if row is None else row.password, password) or row is None:
            raise NotAllowedError("The e-mail address or the password is wrong.")
        with self._metadata.write() as session:
            person = session.get_one(PersonRow, row.id)
            if needs_rehash(person.password):
                person.password = hash_password(password)
            return _new_session(session, person)

    def visitor(self, secret: str | None) -> Visitor:
        """Return who a session belongs to, or raise NotSignedInError."""
        moment = now()
        with self._metadata.read() as session:
            row = None
            if secret and secret.startswith(SESSION_PREFIX):
                row = session.scalar(select(PersonSessionRow).where(PersonSessionRow.digest == digest(secret)))
            if row is None or row.expires_at <= moment or row.seen_at + IDLE <= moment:
                raise NotSignedInError("Sign in to go on.")
            person = session.get_one(PersonRow, row.person_id)
            ids = _workspaces_of(session, person)
            workspaces = tuple(one for one in Repository(session).workspaces() if one.id in ids)
            visitor = Visitor(Person(person.id, person.email, person.name), row.csrf, workspaces)
        if moment - row.seen_at > _TOUCH_EVERY:
            with self._metadata.write() as session:
                session.get_one(PersonSessionRow, row.id).seen_at = moment
        return visitor

    def sign_out(self, secret: str) -> None:
        """End a session; it is no error if there is none."""
        with self._metadata.write() as session:
            session.execute(delete(PersonSessionRow).where(PersonSessionRow.digest == digest(secret)))

    def _count_try(self, whose: str) -> None:
        moment = time.monotonic()
        with self._counting:
            tries = self._tries[whose]
            while tries and moment - tries[0] > _TRY_SECONDS:
                tries.popleft()
            if len(tries) >= _TRIES:
                wait = _TRY_SECONDS - (moment - tries[0])
                raise RateLimitExceededError("Too many tries to sign in. Wait a few minutes.", round(wait) + 1)
            tries.append(moment)
            if len(self._tries) > 10_000:
                self._tries.clear()


def _owner_link(session: Session, token: str) -> OwnerLinkRow:
    link = session.scalar(select(OwnerLinkRow).where(OwnerLinkRow.digest == digest(token)))
    if link is None or link.expires_at <= now() or session.scalar(select(func.count()).select_from(PersonRow)):
        raise NotFoundError(
            "This link does not work any more: it was used, or a newer one was printed. Start the server again and "
            "take the link that it prints; once there is an owner, sign in instead."
        )
    return link


def _workspaces_of(session: Session, person: PersonRow) -> set[str]:
    """Return the workspaces that a person is in; those that nobody is in, made by a command, are the first owner's."""
    ids = set(session.scalars(select(MembershipRow.workspace_id).where(MembershipRow.person_id == person.id)))
    if person.id == session.scalar(select(PersonRow.id).order_by(PersonRow.created_at).limit(1)):
        taken = select(MembershipRow.workspace_id)
        ids |= set(session.scalars(select(WorkspaceRow.id).where(WorkspaceRow.id.not_in(taken))))
    return ids


def _new_session(session: Session, person: PersonRow) -> NewSession:
    session.execute(delete(PersonSessionRow).where(PersonSessionRow.expires_at <= now()))
    secret = SESSION_PREFIX + secrets.token_urlsafe(32)
    row = PersonSessionRow(
        person_id=person.id, digest=digest(secret), csrf=secrets.token_urlsafe(24), expires_at=now() + LONGEST
    )
    session.add(row)
    return NewSession(secret, Person(person.id, person.email, person.name))


def _email(text: str) -> str:
    known = text.strip().lower()
    if len(known) > 254 or not _EMAIL.fullmatch(known):
        raise MalformedRequestError(f"'{text.strip()[:80]}' is no e-mail address. Write it like name@example.com.")
    return known
