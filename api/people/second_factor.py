"""The second factor of a person: an authenticator's secret, encrypted, and ten codes for the day it is lost."""

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.errors import MalformedRequestError, NotAllowedError, NotFoundError
from api.people.models import NO_WORKSPACE, PersonRow, PersonSessionRow, RecoveryCodeRow, SecondFactorRow
from api.people.records import NewSession, Visitor
from api.people.sessions import renew
from api.people.totp import address_of, new_secret, step_of
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id, now
from api.workspaces.secrets import SecretBox
from api.workspaces.service import digest

CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
_WRONG = "The code is wrong or was used already. Wait for the next one, and look at the clock of your device."


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator is to be told, as text and as the address behind the QR code."""

    secret: str
    address: str


def enrol(metadata: MetadataDatabase, visitor: Visitor, product: str) -> Enrolment:
    """Return the secret of a second factor that begins with its first code; asked again, the same one."""
    person = visitor.person
    with metadata.write() as session:
        row = session.scalar(select(SecondFactorRow).where(SecondFactorRow.person_id == person.id))
        if row is not None and row.confirmed_at is not None:
            raise MalformedRequestError("You have a second factor. Remove it first to set up another one.")
        if row is None:
            row_id, secret = new_id(), new_secret()
            sealed = metadata.secrets.seal(NO_WORKSPACE, row_id, {"secret": secret})
            session.add(SecondFactorRow(id=row_id, person_id=person.id, secret=sealed.text, key_id=sealed.key_id))
        else:
            secret = _secret(metadata.secrets, row)
    return Enrolment(secret, address_of(secret, product, person.email))


def confirm(metadata: MetadataDatabase, visitor: Visitor, code: str) -> tuple[NewSession, tuple[str, ...]]:
    """Begin the second factor by its first code; return the session's new id and the recovery codes, shown once."""
    with metadata.write() as session:
        row = session.scalar(select(SecondFactorRow).where(SecondFactorRow.person_id == visitor.person.id))
        if row is None or row.confirmed_at is not None:
            raise NotFoundError("There is no second factor that waits for its first code. Load the page again.")
        _use(session, row, _secret(metadata.secrets, row), code)
        row.confirmed_at = now()
        session.flush()
        codes = _new_codes(session, visitor.person.id)
        person = session.get_one(PersonRow, visitor.person.id)
        return renew(session, person, session.get_one(PersonSessionRow, visitor.session_id)), codes


def renew_codes(metadata: MetadataDatabase, visitor: Visitor, code: str) -> tuple[str, ...]:
    """Return ten new recovery codes in the place of all others, by a code of the authenticator."""
    with metadata.write() as session:
        check_code(session, metadata.secrets, visitor.person.id, code)
        return _new_codes(session, visitor.person.id)


def remove(metadata: MetadataDatabase, visitor: Visitor, code: str) -> NewSession:
    """End the second factor by one of its codes; all other sessions end too."""
    with metadata.write() as session:
        check_code(session, metadata.secrets, visitor.person.id, code)
        forget(session, visitor.person.id)
        person = session.get_one(PersonRow, visitor.person.id)
        return renew(session, person, session.get_one(PersonSessionRow, visitor.session_id))


def codes_left(metadata: MetadataDatabase, person_id: str) -> int:
    """Return how many recovery codes a person has not used."""
    count = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id)
    with metadata.read() as session:
        return session.scalar(count) or 0


def check_code(session: Session, box: SecretBox, person_id: str, code: str) -> None:
    """Use up a code of the authenticator or a recovery code, or raise NotAllowedError."""
    row = session.scalar(select(SecondFactorRow).where(SecondFactorRow.person_id == person_id))
    if row is None or row.confirmed_at is None:
        raise NotAllowedError("There is no second factor to check.")
    plain = "".join(one for one in code.lower() if one.isalnum())
    if len(plain) > 10:
        used = delete(RecoveryCodeRow).where(
            RecoveryCodeRow.person_id == person_id, RecoveryCodeRow.digest == digest(plain)
        )
        if getattr(session.execute(used), "rowcount", 0) != 1:
            raise NotAllowedError("This recovery code is wrong or was used already.")
        return
    _use(session, row, _secret(box, row), code)


def forget(session: Session, person_id: str) -> None:
    """Remove a person's second factor and its recovery codes."""
    session.execute(delete(SecondFactorRow).where(SecondFactorRow.person_id == person_id))
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))


def forget_factor_of(metadata: MetadataDatabase, email: str) -> None:
    """Remove the second factor of whoever signs in with an address."""
    with metadata.write() as session:
        person_id = session.scalar(select(PersonRow.id).where(PersonRow.email == email.strip().lower()))
        if person_id is not None:
            forget(session, person_id)


def _use(session: Session, row: SecondFactorRow, secret: str, code: str) -> None:
    step = step_of(secret, code, time.time(), row.last_step)
    if step is None:
        raise NotAllowedError(_WRONG)
    # Of two who send the same code at once, one gets in.
    newer = update(SecondFactorRow).where(SecondFactorRow.id == row.id, SecondFactorRow.last_step < step)
    if getattr(session.execute(newer.values(last_step=step)), "rowcount", 0) != 1:
        raise NotAllowedError(_WRONG)


def _secret(box: SecretBox, row: SecondFactorRow) -> str:
    return str(box.open(NO_WORKSPACE, row.id, row.secret)["secret"])


def _new_codes(session: Session, person_id: str) -> tuple[str, ...]:
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.person_id == person_id))
    plain = ["".join(secrets.choice(_LETTERS) for _ in range(16)) for _ in range(CODES)]
    session.add_all(RecoveryCodeRow(person_id=person_id, digest=digest(one)) for one in plain)
    return tuple("-".join(one[at : at + 4] for at in range(0, 16, 4)) for one in plain)
