"""The tables behind linking accounts: clients of vendors' sign-ins, sign-ins under way, links for clients, matches."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.workspaces.models import Base, new_id, now


class OAuthClientRow(Base):
    """Our registration at a vendor, entered by a person instead of the environment."""

    __tablename__ = "oauth_client"
    __table_args__ = (UniqueConstraint("workspace_id", "provider"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(String(63))
    secret: Mapped[str] = mapped_column(Text)  # id and secret, encrypted
    key_id: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(default=now)


class OAuthStateRow(Base):
    """A sign-in under way at a vendor. `digest` is that of the state, `holder` that of what its browser must show."""

    __tablename__ = "oauth_state"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    holder: Mapped[str] = mapped_column(String(64))
    provider: Mapped[str] = mapped_column(String(63))
    source: Mapped[str] = mapped_column(String(63))
    secret: Mapped[str] = mapped_column(Text)  # the PKCE verifier, encrypted
    key_id: Mapped[str] = mapped_column(String(16))
    connection_id: Mapped[str] = mapped_column(ForeignKey("connection.id", ondelete="CASCADE"))
    link_id: Mapped[str] = mapped_column(ForeignKey("connect_link.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ConnectLinkRow(Base):
    """A link by which somebody signs a connection in without an account of ours; it works once."""

    __tablename__ = "connect_link"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connection.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccountMatchRow(Base):
    """That two records of two sources are the same account. A refusal is kept, so that it is not proposed again."""

    __tablename__ = "account_match"
    __table_args__ = (
        UniqueConstraint("client_account_id", "source", "account_id", "other_source", "other_account_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    client_account_id: Mapped[str] = mapped_column(ForeignKey("client_account.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(63))
    account_id: Mapped[str] = mapped_column(String(200))
    other_source: Mapped[str] = mapped_column(String(63))
    other_account_id: Mapped[str] = mapped_column(String(200))
    method: Mapped[str] = mapped_column(String(32))  # explicit_id | crm_id | domain | email_domain | person
    evidence: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(16))  # proposed | accepted | refused
    decided_by: Mapped[str | None] = mapped_column(String(200))  # a person or key; nobody where the rule was enough
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]


class PushReceiptRow(Base):
    """A push that was taken in, so that its repetition is answered and not loaded again."""

    __tablename__ = "push_receipt"
    __table_args__ = (UniqueConstraint("workspace_id", "key"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))  # of the body: another body under the same key is refused
    stream: Mapped[str] = mapped_column(String(63))
    records: Mapped[int]
    job_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)
