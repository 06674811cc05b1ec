"""From who somebody is at a provider to a person here; an e-mail address counts once, and only a verified one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import NotAllowedError
from api.people.access import may_join
from api.people.invitations import take, waiting_for
from api.people.models import PersonIdentityRow, PersonRow
from api.people.openid import Identity
from api.people.records import NewSession, Origin
from api.people.resets import prove_address
from api.people.sessions import new_session
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now


def sign_in_as(metadata: MetadataDatabase, identity: Identity, origin: Origin) -> NewSession:
    """Start a session of the person who is behind an identity; a second factor of his is still asked for."""
    with metadata.write() as session:
        known = select(PersonIdentityRow.person_id).where(
            PersonIdentityRow.issuer == identity.issuer, PersonIdentityRow.subject == identity.subject
        )
        person_id = session.scalar(known)
        person = _link(session, identity) if person_id is None else session.get_one(PersonRow, person_id)
        return new_session(session, person, origin)


def _link(session: Session, identity: Identity) -> PersonRow:
    """Return the person of a verified address, and remember the identity; nobody becomes an owner by this."""
    if identity.email is None:
        raise NotAllowedError("Your provider does not say that your e-mail address is verified. Verify it there first.")
    person = session.scalar(select(PersonRow).where(PersonRow.email == identity.email))
    if person is None:
        person = _new_person(session, identity, identity.email)
    else:
        # An address can be given to somebody else; the account at the provider that came first keeps the person.
        other = select(PersonIdentityRow.id).where(PersonIdentityRow.person_id == person.id)
        if session.scalar(other.where(PersonIdentityRow.issuer == identity.issuer)) is not None:
            raise NotAllowedError(
                f"{identity.email} belongs to another account at this provider. Ask an owner of your workspace."
            )
        if person.verified_at is None:
            person.password = ""  # whoever chose it may not be who has come now
        prove_address(session, person)
    session.add(PersonIdentityRow(person_id=person.id, issuer=identity.issuer, subject=identity.subject))
    return person


def _new_person(session: Session, identity: Identity, email: str) -> PersonRow:
    waiting = waiting_for(session, email)
    if not waiting and not may_join(session, email):
        raise NotAllowedError(f"Nobody has invited {email}. Ask an owner or a manager of the workspace.")
    person = PersonRow(email=email, name=identity.name.strip() or email, password="", verified_at=now())
    session.add(person)
    session.flush()
    for row in waiting:
        take(session, row, person)
    return person
