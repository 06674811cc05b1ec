"""Copies of the connector: register one by its script id, renew its secret, remove it."""

import re
import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.errors import ConflictError, MalformedRequestError, NotFoundError
from api.looker_oauth.models import AuthorisationRow, ConnectorRow
from api.looker_oauth.records import CLIENT_PREFIX, OLD_SECRET_LIFETIME, SECRET_PREFIX, Connector, Ending, NewConnector
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest

_SCRIPT_ID = re.compile(r"[A-Za-z0-9_-]{20,100}")
_IN_ADDRESS = re.compile(r"https://script\.google\.com/(?:[^?#]*/)?(?:projects|d)/([A-Za-z0-9_-]{20,100})(?:[/?#].*)?")


def register_connector(
    database: MetadataDatabase, workspace_id: str, person_id: str | None, name: str, script: str
) -> NewConnector:
    """Register a copy by its script id, or by the address of its project, and return its secret."""
    script_id = read_script_id(script)
    called = name.strip()
    if not 0 < len(called) <= 100:
        raise MalformedRequestError(
            "Give the connector a name, at most 100 characters: people see it when they sign in."
        )
    secret = _new_secret()
    with database.write() as session:
        taken = select(ConnectorRow.id).where(
            ConnectorRow.workspace_id == workspace_id,
            ConnectorRow.script_id == script_id,
            ConnectorRow.revoked_at.is_(None),
        )
        if session.scalar(taken) is not None:
            raise ConflictError("This script id is registered already. Make a new secret for that copy instead.")
        row = ConnectorRow(
            workspace_id=workspace_id,
            registered_by=person_id,
            client_id=CLIENT_PREFIX + secrets.token_hex(12),
            name=called,
            script_id=script_id,
            secret=digest(secret),
        )
        session.add(row)
        session.flush()
        return NewConnector(connector_of(row), secret)


def read_script_id(text: str) -> str:
    """Return the script id in what was pasted: the id itself, or an address of the script project."""
    given = text.strip()
    address = _IN_ADDRESS.fullmatch(given)
    found = address[1] if address else given
    if not _SCRIPT_ID.fullmatch(found):
        raise MalformedRequestError(
            "This is no script id. In the Apps Script editor open Project Settings and copy the Script ID; it is not "
            "the deployment id."
        )
    return found


def renew_secret(database: MetadataDatabase, workspace_id: str, connector_id: str, *, at_once: bool) -> NewConnector:
    """Make a new secret; the one before works for a day more, or ends at once."""
    secret = _new_secret()
    with database.write() as session:
        row = _working(session, workspace_id, connector_id)
        row.old_secret = None if at_once else row.secret
        row.old_secret_until = None if at_once else now() + OLD_SECRET_LIFETIME
        row.secret = digest(secret)
        session.flush()
        return NewConnector(connector_of(row), secret)


def remove_connector(database: MetadataDatabase, workspace_id: str, connector_id: str) -> int:
    """Remove a copy: everybody's access by it ends. Return how many had access."""
    with database.write() as session:
        row = _working(session, workspace_id, connector_id)
        row.revoked_at = now()
        ended = session.scalars(
            update(AuthorisationRow)
            .where(AuthorisationRow.connector_id == row.id, AuthorisationRow.revoked_at.is_(None))
            .values(revoked_at=row.revoked_at, revoked_because=Ending.CONNECTOR)
            .returning(AuthorisationRow.connected_at)
        ).all()
        return sum(one is not None for one in ended)


def connectors_of(session: Session, workspace_id: str) -> list[Connector]:
    """Return the copies that a workspace has registered, those that work first."""
    rows = session.scalars(select(ConnectorRow).where(ConnectorRow.workspace_id == workspace_id))
    return sorted(map(connector_of, rows), key=lambda one: (one.revoked_at is not None, one.name, one.id))


def connector_of(row: ConnectorRow) -> Connector:
    """Return a row as a plain value, without its secrets."""
    return Connector(
        row.id,
        row.workspace_id,
        row.registered_by,
        row.client_id,
        row.name,
        row.script_id,
        row.created_at,
        _later(row.old_secret_until),
        row.revoked_at,
    )


def _later(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment > now() else None


def _working(session: Session, workspace_id: str, connector_id: str) -> ConnectorRow:
    row = session.get(ConnectorRow, connector_id)
    if row is None or row.workspace_id != workspace_id or row.revoked_at is not None:
        raise NotFoundError("There is no such connector in this workspace.")
    return row


def _new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)
