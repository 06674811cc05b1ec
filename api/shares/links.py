"""Makes, finds and revokes share links. Whatever does not work any more is refused in the same words."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.errors import NotAllowedError, NotFoundError
from api.people.passwords import hash_password, is_password
from api.shares.models import ShareRow, ShareVisitRow
from api.shares.records import FilterValues, Share, ShareKind
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import now
from api.workspaces.service import digest

SHARE_PREFIX = "bvr_"
VISIT_LIFETIME = timedelta(hours=12)
GONE = "This link does not work any more. Ask the person who sent it for a new one."


@dataclass(frozen=True)
class NewShare:
    """What a link is to be; it has been checked against the workspace."""

    template_id: str
    kind: ShareKind
    name: str
    clients: tuple[str, ...] | None
    filters: Mapping[str, FilterValues]
    dates: tuple[date, date] | None
    expires_at: datetime | None
    password: str | None
    ancestors: tuple[str, ...]


def make_share(metadata: MetadataDatabase, workspace_id: str, new: NewShare, created_by: str) -> tuple[Share, str]:
    """Keep a new link and return it with its token, which nobody can read again."""
    token = SHARE_PREFIX + secrets.token_urlsafe(32)
    row = ShareRow(
        workspace_id=workspace_id,
        template_id=new.template_id,
        kind=new.kind,
        name=new.name[:200],
        digest=digest(token),
        clients=None if new.clients is None else [*new.clients],
        filters={name: [*values] for name, values in new.filters.items()},
        first=new.dates[0] if new.dates else None,
        last=new.dates[1] if new.dates else None,
        password=hash_password(new.password) if new.password else None,
        ancestors=[*new.ancestors],
        created_by=created_by[:300],
        expires_at=new.expires_at,
    )
    with metadata.write() as session:
        session.add(row)
        session.flush()
        session.refresh(row)
        return _share(row), token


def share_of(metadata: MetadataDatabase, token: str) -> Share:
    """Return the link of a token, or refuse: unknown, revoked and expired ones alike."""
    with metadata.read() as session:
        row = None
        if token.startswith(SHARE_PREFIX):
            row = session.scalar(select(ShareRow).where(ShareRow.digest == digest(token)))
        if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now()):
            raise NotFoundError(GONE)
        return _share(row)


def list_shares(metadata: MetadataDatabase, workspace_id: str) -> list[Share]:
    """Return the links of a workspace, the newest first."""
    query = select(ShareRow).where(ShareRow.workspace_id == workspace_id).order_by(ShareRow.created_at.desc())
    with metadata.read() as session:
        return [_share(row) for row in session.scalars(query)]


def revoke_share(metadata: MetadataDatabase, workspace_id: str, share_id: str) -> None:
    """End a link now; one that has ended stays ended."""
    with metadata.write() as session:
        row = session.get(ShareRow, share_id)
        if row is None or row.workspace_id != workspace_id:
            raise NotFoundError("There is no such link.")
        row.revoked_at = row.revoked_at or now()
        session.execute(delete(ShareVisitRow).where(ShareVisitRow.share_id == share_id))


def count_opening(metadata: MetadataDatabase, share: Share) -> None:
    """Count that somebody has opened a link."""
    change = update(ShareRow).where(ShareRow.id == share.id)
    with metadata.write() as session:
        session.execute(change.values(opened=ShareRow.opened + 1, last_opened_at=now()))


def unlock(metadata: MetadataDatabase, share: Share, password: str) -> str:
    """Return a secret that stands for the right password in one browser, or refuse."""
    with metadata.read() as session:
        hashed = session.get_one(ShareRow, share.id).password
    if not is_password(hashed, password):
        raise NotAllowedError("The password is wrong.")
    secret = secrets.token_urlsafe(32)
    with metadata.write() as session:
        session.execute(delete(ShareVisitRow).where(ShareVisitRow.expires_at <= now()))
        until = now() + VISIT_LIFETIME
        session.add(ShareVisitRow(share_id=share.id, digest=digest(secret), expires_at=until))
    return secret


def is_unlocked(metadata: MetadataDatabase, share: Share, secret: str | None) -> bool:
    """Tell whether a browser may go past the password: it has given it, or there is none."""
    if not share.has_password:
        return True
    with metadata.read() as session:
        return bool(secret) and _visit(session, share, secret or "") is not None


def visit_cookie(share: Share) -> str:
    """Return the name of the cookie that holds the secret of a browser's visit."""
    return f"belvedere_link_{share.id}"


def _visit(session: Session, share: Share, secret: str) -> ShareVisitRow | None:
    query = select(ShareVisitRow).where(ShareVisitRow.digest == digest(secret))
    return session.scalar(query.where(ShareVisitRow.share_id == share.id, ShareVisitRow.expires_at > now()))


def _share(row: ShareRow) -> Share:
    filters = cast("Mapping[str, list[str | None]]", row.filters)
    return Share(
        id=row.id,
        workspace_id=row.workspace_id,
        template_id=row.template_id,
        kind=ShareKind(row.kind),
        name=row.name,
        clients=None if row.clients is None else tuple(row.clients),
        filters={name: tuple(values) for name, values in filters.items()},
        dates=(row.first, row.last) if row.first and row.last else None,
        ancestors=tuple(row.ancestors),
        has_password=row.password is not None,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        opened=row.opened,
        last_opened_at=row.last_opened_at,
    )
