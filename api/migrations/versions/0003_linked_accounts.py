"""Linked accounts: grants, what a connection and a run tell, sign-ins under way, connect links, matches, pushes."""

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

T = TypeVar("T")

INSTANT = sa.DateTime(timezone=True)
CONNECTION = ("client_account_id", "grant_id", "account_id", "account_name", "state", "state_code", "reason",
              "next_step", "paused", "schedule", "next_run_at")  # fmt: skip
RUN = ("rows_new", "rows_changed", "rows_total", "requests", "wasted", "waited_seconds", "data_through", "error_code",
       "advice")  # fmt: skip


def _id() -> "sa.Column[str]":
    return sa.Column("id", sa.String(32), primary_key=True)


def _reference(name: str, target: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(32), sa.ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=False)


def _needed(name: str, kind: "sa.types.TypeEngine[T]") -> "sa.Column[T]":
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Create the tables and add the columns."""
    op.add_column("api_key", sa.Column("admin", sa.Boolean(), nullable=False, server_default=sa.false()))
    _grants()
    _connections()
    _runs()
    _sign_ins()
    _matches_and_pushes()


def _grants() -> None:
    op.create_table(
        "credential_grant",
        _id(),
        _reference("workspace_id", "workspace"),
        _needed("source", sa.String(63)),
        _needed("auth_kind", sa.String(32)),
        sa.Column("subject", sa.String(500)),
        _needed("settings", sa.JSON()),
        _needed("secret", sa.Text()),
        _needed("key_id", sa.String(16)),
        _needed("version", sa.Integer()),
        sa.Column("lease", sa.String(32)),
        *(sa.Column(name, INSTANT) for name in ("lease_until", "expires_at", "refresh_expires_at")),
        _needed("state", sa.String(16)),
        sa.Column("reason", sa.Text()),
        _needed("created_at", INSTANT),
        _needed("updated_at", INSTANT),
    )
    op.create_index("ix_credential_grant_workspace_id", "credential_grant", ["workspace_id"])


def _connections() -> None:
    # Column by column, without Alembic's batches: where SQLite makes a table anew, dropping the old one would
    # take along what refers to it, which are the runs.
    for name, target in (("client_account_id", "client_account"), ("grant_id", "credential_grant")):
        reference = sa.Column(name, sa.String(32), sa.ForeignKey(f"{target}.id"))
        op.add_column("connection", reference, inline_references=True)
    for column in (
        sa.Column("account_id", sa.String(200)),
        sa.Column("account_name", sa.String(300)),
        sa.Column("state", sa.String(32), nullable=False, server_default="new"),
        sa.Column("state_code", sa.String(63)),
        sa.Column("reason", sa.Text()),
        sa.Column("next_step", sa.Text()),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("schedule", sa.String(100)),
        sa.Column("next_run_at", INSTANT),
    ):
        op.add_column("connection", column)
    op.create_index("connection_account", "connection", ["workspace_id", "source", "account_id"], unique=True)


def _runs() -> None:
    for name in ("rows_new", "rows_changed", "rows_total", "requests", "wasted"):
        op.add_column("sync_run", sa.Column(name, sa.Integer()))
    op.add_column("sync_run", sa.Column("waited_seconds", sa.Float()))
    op.add_column("sync_run", sa.Column("data_through", INSTANT))
    op.add_column("sync_run", sa.Column("error_code", sa.String(63)))
    op.add_column("sync_run", sa.Column("advice", sa.Text()))


def _sign_ins() -> None:
    op.create_table(
        "oauth_client",
        _id(),
        _reference("workspace_id", "workspace"),
        _needed("provider", sa.String(63)),
        _needed("secret", sa.Text()),
        _needed("key_id", sa.String(16)),
        _needed("created_at", INSTANT),
        sa.UniqueConstraint("workspace_id", "provider"),
    )
    op.create_table(
        "connect_link",
        _id(),
        _reference("workspace_id", "workspace"),
        _reference("connection_id", "connection"),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        _needed("created_at", INSTANT),
        _needed("expires_at", INSTANT),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_connect_link_workspace_id", "connect_link", ["workspace_id"])
    op.create_table(
        "oauth_state",
        _id(),
        _reference("workspace_id", "workspace"),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        _needed("holder", sa.String(64)),
        _needed("provider", sa.String(63)),
        _needed("source", sa.String(63)),
        _needed("secret", sa.Text()),
        _needed("key_id", sa.String(16)),
        _reference("connection_id", "connection"),
        _reference("link_id", "connect_link"),
        _needed("created_at", INSTANT),
        _needed("expires_at", INSTANT),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_oauth_state_workspace_id", "oauth_state", ["workspace_id"])


def _matches_and_pushes() -> None:
    op.create_table(
        "account_match",
        _id(),
        _reference("workspace_id", "workspace"),
        _reference("client_account_id", "client_account"),
        _needed("source", sa.String(63)),
        _needed("account_id", sa.String(200)),
        _needed("other_source", sa.String(63)),
        _needed("other_account_id", sa.String(200)),
        _needed("method", sa.String(32)),
        _needed("evidence", sa.Text()),
        _needed("confidence", sa.Float()),
        _needed("state", sa.String(16)),
        sa.Column("decided_by", sa.String(200)),
        _needed("created_at", INSTANT),
        sa.Column("decided_at", INSTANT),
        sa.UniqueConstraint("client_account_id", "source", "account_id", "other_source", "other_account_id"),
    )
    op.create_index("ix_account_match_workspace_id", "account_match", ["workspace_id"])
    op.create_table(
        "push_receipt",
        _id(),
        _reference("workspace_id", "workspace"),
        _needed("key", sa.String(200)),
        _needed("digest", sa.String(64)),
        _needed("stream", sa.String(63)),
        _needed("records", sa.Integer()),
        _needed("job_id", sa.String(32)),
        _needed("created_at", INSTANT),
        sa.UniqueConstraint("workspace_id", "key"),
    )


def downgrade() -> None:
    """Drop the tables and columns."""
    for name in ("push_receipt", "account_match", "oauth_state", "connect_link", "oauth_client"):
        op.drop_table(name)
    op.drop_index("connection_account", "connection")
    for table, names in (("sync_run", RUN), ("connection", CONNECTION), ("api_key", ("admin",))):
        for name in names:
            op.drop_column(table, name)
    op.drop_table("credential_grant")
