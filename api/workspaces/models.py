"""The tables of the metadata database. Times are UTC; ids are random hex text."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


def new_id() -> str:
    """Return a random id."""
    return secrets.token_hex(8)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


class Instant(TypeDecorator[datetime]):
    """A UTC instant; SQLite forgets the zone, so it is put back when read. PostgreSQL may answer in another zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware instant into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Mark what was read as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of the metadata."""

    type_annotation_map = {datetime: Instant(), dict[str, object]: JSON()}  # noqa: RUF012


class WorkspaceRow(Base):
    """One agency or company: its data lies in one DuckDB file."""

    __tablename__ = "workspace"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64), default="UTC")
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    fiscal_year_start_month: Mapped[int] = mapped_column(default=1, server_default="1")
    week_start: Mapped[str] = mapped_column(String(9), default="monday", server_default="monday")
    portfolio_level: Mapped[str] = mapped_column(String(32), default="client_account", server_default="client_account")
    cac_scope: Mapped[str] = mapped_column(String(32), default="full", server_default="full")
    cac_lag_days: Mapped[int] = mapped_column(default=0, server_default="0")
    tickets_per_agent_day: Mapped[float | None] = mapped_column(Float)
    fx_method: Mapped[str] = mapped_column(String(32), default="transaction_date", server_default="transaction_date")
    business_hours: Mapped[list[object]] = mapped_column(JSON, default=list, server_default="[]")
    personal_team: Mapped[str] = mapped_column(String(8), default="shown", server_default="shown")  # a Showing
    personal_guests: Mapped[str] = mapped_column(String(8), default="shown", server_default="shown")
    # Of pseudonyms; it protects them from guests, who see no files, so it lies here as the rows lie in theirs.
    personal_key: Mapped[str] = mapped_column(String(64), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class ClientAccountRow(Base):
    """One client inside a workspace: the unit of access."""

    __tablename__ = "client_account"
    __table_args__ = (UniqueConstraint("workspace_id", "slug"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(63))
    name: Mapped[str] = mapped_column(String(200))
    industry: Mapped[str | None] = mapped_column(String(200))
    region: Mapped[str | None] = mapped_column(String(200))
    country: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    report_currency: Mapped[str] = mapped_column(String(3))
    service_level: Mapped[str | None] = mapped_column(String(200))
    account_owner: Mapped[str | None] = mapped_column(String(200))
    archived_at: Mapped[datetime | None]  # since when nobody sees it and nothing is fetched for it
    created_at: Mapped[datetime] = mapped_column(default=now)


class ApiKeyRow(Base):
    """A key for reading; only its SHA-256 is kept, which is enough for 256 random bits."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(16))  # how the key begins, to tell keys apart in lists
    every_client: Mapped[bool] = mapped_column(default=True)
    admin: Mapped[bool] = mapped_column(default=False, server_default=false())  # may link accounts and start syncs
    made_by: Mapped[str | None] = mapped_column(String(32))  # the person's id; None: by a command
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ApiKeyClientRow(Base):
    """One client account that a narrowed key may read."""

    __tablename__ = "api_key_client"

    api_key_id: Mapped[str] = mapped_column(ForeignKey("api_key.id", ondelete="CASCADE"), primary_key=True)
    client_account_id: Mapped[str] = mapped_column(
        ForeignKey("client_account.id", ondelete="CASCADE"), primary_key=True
    )


class ViewerSessionRow(Base):
    """A browser that showed a key once; it lives and dies with that key."""

    __tablename__ = "viewer_session"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    api_key_id: Mapped[str] = mapped_column(ForeignKey("api_key.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class CredentialGrantRow(Base):
    """What a person has signed in to at a source: one sign-in, which may reach several accounts.

    `version` counts the renewals and `lease` names who is renewing: the two together let one process do it.
    """

    __tablename__ = "credential_grant"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(63))
    auth_kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(500))  # who signed in, as the vendor names him
    settings: Mapped[dict[str, object]]  # those that the vendor's addresses need, such as a subdomain
    secret: Mapped[str] = mapped_column(Text)  # encrypted
    key_id: Mapped[str] = mapped_column(String(16))  # which key encrypted it
    version: Mapped[int] = mapped_column(default=1)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # the access token's end
    refresh_expires_at: Mapped[datetime | None]  # after which only a person can sign in again
    state: Mapped[str] = mapped_column(String(16), default="working")  # working | needs_sign_in
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class ConnectionRow(Base):
    """A workspace's authorised link to one account at a source. `state` is a ConnectionState."""

    __tablename__ = "connection"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        # The same account twice would count everything twice. Connections without an account do not collide.
        Index("connection_account", "workspace_id", "source", "account_id", unique=True),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(63))
    config: Mapped[dict[str, object]]
    client_account_id: Mapped[str | None] = mapped_column(ForeignKey("client_account.id"))
    grant_id: Mapped[str | None] = mapped_column(ForeignKey("credential_grant.id"))
    account_id: Mapped[str | None] = mapped_column(String(200))
    account_name: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(32), default="new", server_default="new")
    state_code: Mapped[str | None] = mapped_column(String(63))  # the code of the error behind the state
    reason: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    schedule: Mapped[str | None] = mapped_column(String(100))
    next_run_at: Mapped[datetime | None]
    # No foreign key: a person may leave one workspace of several, so membership is looked at, not existence.
    owner_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)


class SyncRunRow(Base):
    """One run of a connection and what came of it."""

    __tablename__ = "sync_run"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    connection_id: Mapped[str] = mapped_column(ForeignKey("connection.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="running")  # queued | running | done | failed
    started_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    rows_new: Mapped[int | None]
    rows_changed: Mapped[int | None]
    rows_total: Mapped[int | None]
    requests: Mapped[int | None]
    wasted: Mapped[int | None]  # requests that brought nothing
    waited_seconds: Mapped[float | None] = mapped_column(Float)
    data_through: Mapped[datetime | None]
    report: Mapped[dict[str, object] | None]
    error: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(63))
    advice: Mapped[str | None] = mapped_column(Text)


class JobRow(Base):
    """Work for the owner process. `sequence` is the order of arrival; one active job for each `key`."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_by_state", "state", "sequence"),
        Index(
            "job_active_key",
            "key",
            unique=True,
            sqlite_where=text("state in ('queued', 'running')"),
            postgresql_where=text("state in ('queued', 'running')"),
        ),
    )

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True, default=new_id)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspace.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))  # import | sync
    key: Mapped[str] = mapped_column(String(200))
    arguments: Mapped[dict[str, object]]
    state: Mapped[str] = mapped_column(String(16), default="queued")  # queued | running | done | failed
    inline: Mapped[bool] = mapped_column(default=False)  # run by the command that made it, not by a server
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    progress: Mapped[dict[str, object] | None]
    result: Mapped[dict[str, object] | None]
    error: Mapped[dict[str, object] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
