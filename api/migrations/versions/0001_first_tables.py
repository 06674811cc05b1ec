"""First tables: workspaces, client accounts, keys, viewer sessions, connections, runs and jobs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def _reference(name: str, target: str, *, primary_key: bool = False) -> "sa.Column[str]":
    foreign = sa.ForeignKey(f"{target}.id", ondelete="CASCADE")
    return sa.Column(name, sa.String(32), foreign, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Create the tables."""
    _workspaces()
    _keys()
    _work()


def _workspaces() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("slug", sa.String(63), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_table(
        "client_account",
        sa.Column("id", sa.String(32), primary_key=True),
        _reference("workspace_id", "workspace"),
        sa.Column("slug", sa.String(63), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        *(sa.Column(name, sa.String(200)) for name in ("industry", "region", "country")),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("report_currency", sa.String(3), nullable=False),
        *(sa.Column(name, sa.String(200)) for name in ("service_level", "account_owner")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "slug"),
    )


def _keys() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(32), primary_key=True),
        _reference("workspace_id", "workspace"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("hint", sa.String(16), nullable=False),
        sa.Column("every_client", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
    )
    op.create_index("ix_api_key_workspace_id", "api_key", ["workspace_id"])
    op.create_table(
        "api_key_client",
        _reference("api_key_id", "api_key", primary_key=True),
        _reference("client_account_id", "client_account", primary_key=True),
    )
    op.create_table(
        "viewer_session",
        sa.Column("id", sa.String(32), primary_key=True),
        _reference("api_key_id", "api_key"),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
    )
    op.create_index("ix_viewer_session_api_key_id", "viewer_session", ["api_key_id"])


def _work() -> None:
    op.create_table(
        "connection",
        sa.Column("id", sa.String(32), primary_key=True),
        _reference("workspace_id", "workspace"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("source", sa.String(63), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "name"),
    )
    op.create_table(
        "sync_run",
        sa.Column("id", sa.String(32), primary_key=True),
        _reference("connection_id", "connection"),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.Column("report", sa.JSON()),
        sa.Column("error", sa.Text()),
    )
    op.create_index("ix_sync_run_connection_id", "sync_run", ["connection_id"])
    op.create_table(
        "job",
        sa.Column("sequence", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        _reference("workspace_id", "workspace"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT),
        *(sa.Column(name, sa.JSON()) for name in ("progress", "result", "error")),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
    )
    op.create_index("job_by_state", "job", ["state", "sequence"])
    active = sa.text("state in ('queued', 'running')")
    op.create_index("job_active_key", "job", ["key"], unique=True, sqlite_where=active, postgresql_where=active)


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "job",
        "sync_run",
        "connection",
        "viewer_session",
        "api_key_client",
        "api_key",
        "client_account",
        "workspace",
    ):
        op.drop_table(name)
