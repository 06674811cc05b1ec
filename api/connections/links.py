"""Links that sign a connection in: for a person of ours at once, or for a client without an account of ours.

A link is 256 random bits of which only the digest is kept; it ends after a while, or with the sign-in that it brought.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.workspaces.database import MetadataDatabase
from api.workspaces.linking_models import ConnectLinkRow
from api.workspaces.models import now
from api.workspaces.records import Connection
from api.workspaces.repository import Repository
from api.workspaces.service import digest
from connectors import Source, find_source

LINK_PREFIX = "bvl_"
FOR_US = timedelta(hours=1)
FOR_CLIENTS = timedelta(days=7)
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class NewLink:
    """A link just made: the only moment when its text is known."""

    id: str
    token: str = field(repr=False)
    expires_at: datetime

    @property
    def start_path(self) -> str:
        """Return where the sign-in begins at once."""
        return f"/oauth/start/{self.token}"

    @property
    def page_path(self) -> str:
        """Return the page that first tells a client what he is asked for."""
        return f"/connect/{self.token}"


@dataclass(frozen=True)
class OpenLink:
    """A link that still works."""

    id: str
    workspace_id: str
    connection: Connection
    source: Source


def make_link(
    metadata: MetadataDatabase, workspace_id: str, connection_id: str, lifetime: timedelta = FOR_US
) -> NewLink:
    """Make a link that signs a connection in, once."""
    token = LINK_PREFIX + secrets.token_urlsafe(32)
    expires_at = now() + min(lifetime, LONGEST)
    row = ConnectLinkRow(
        workspace_id=workspace_id, connection_id=connection_id, digest=digest(token), expires_at=expires_at
    )
    with metadata.write() as session:
        session.add(row)
        session.flush()
        return NewLink(row.id, token, expires_at)


def open_link(metadata: MetadataDatabase, token: str) -> OpenLink:
    """Return a link that still works, or say that it does not."""
    working = select(ConnectLinkRow).where(
        ConnectLinkRow.digest == digest(token), ConnectLinkRow.used_at.is_(None), ConnectLinkRow.expires_at > now()
    )
    with metadata.read() as session:
        row = session.scalar(working) if token.startswith(LINK_PREFIX) else None
        found = None if row is None else Repository(session).connection(row.workspace_id, row.connection_id)
    if row is None or found is None:
        raise NotFoundError("This link does not work: it was used already, or it has ended. Ask for a new one.")
    return OpenLink(row.id, row.workspace_id, found, find_source(found.source))


def use_link(session: Session, link_id: str) -> bool:
    """Note that a link has brought a sign-in; false if it had brought one before."""
    used = session.execute(
        update(ConnectLinkRow)
        .where(ConnectLinkRow.id == link_id, ConnectLinkRow.used_at.is_(None))
        .values(used_at=now())
        .returning(ConnectLinkRow.id)
    )
    return len(used.all()) == 1
