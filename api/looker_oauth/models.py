"""The tables of the authorization server. Secrets, codes and tokens are kept as digests only."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class ConnectorRow(Base):
    """A copy of the connector that an administrator has registered by its script id."""

    __tablename__ = "connector_copy"
    __table_args__ = (Index("connector_copy_by_workspace", "workspace_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    registered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    client_id: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    script_id: Mapped[str] = mapped_column(String(100))
    secret: Mapped[str] = mapped_column(String(64))
    old_secret: Mapped[str | None] = mapped_column(String(64))  # works on for a while after a new one was made
    old_secret_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class AuthorisationRow(Base):
    """One consent of one person: the family of all tokens that came of it. Revoking it ends every one of them."""

    __tablename__ = "connector_access"
    __table_args__ = (Index("connector_access_by_person", "person_id", "workspace_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    connector_id: Mapped[str] = mapped_column(ForeignKey("connector_copy.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)
    connected_at: Mapped[datetime | None]  # when the connector fetched the first tokens
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None] = mapped_column(String(32))


class CodeRow(Base):
    """A code on its way through the browser; it works once."""

    __tablename__ = "connector_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    authorisation_id: Mapped[str] = mapped_column(ForeignKey("connector_access.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    redirect_uri: Mapped[str] = mapped_column(String(300))
    challenge: Mapped[str] = mapped_column(String(64))  # of S256, the only method
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class TokenRow(Base):
    """An access or a refresh token, and for whom and for what it is."""

    __tablename__ = "connector_token"
    __table_args__ = (Index("connector_token_by_expiry", "expires_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    authorisation_id: Mapped[str] = mapped_column(ForeignKey("connector_access.id", ondelete="CASCADE"), index=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # access | refresh
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    audience: Mapped[str] = mapped_column(String(32))
    scope: Mapped[str] = mapped_column(String(200))
    issued_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    parent_id: Mapped[str | None] = mapped_column(String(32), index=True)  # the refresh token it was exchanged for
    used_at: Mapped[datetime | None]  # of a refresh token: when it was first exchanged, or its twin was
    revoked_at: Mapped[datetime | None]
