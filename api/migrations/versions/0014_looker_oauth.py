"""Belvedere as the authorization server of its connector."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "connector_copy",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("registered_by", sa.String(32), sa.ForeignKey("person.id", ondelete="SET NULL")),
        sa.Column("client_id", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("script_id", sa.String(100), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("old_secret", sa.String(64)),
        sa.Column("old_secret_until", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
    )
    op.create_index("connector_copy_by_workspace", "connector_copy", ["workspace_id"])
    op.create_table(
        "connector_access",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "connector_id", sa.String(32), sa.ForeignKey("connector_copy.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("connected_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_because", sa.String(32)),
    )
    op.create_index("connector_access_by_person", "connector_access", ["person_id", "workspace_id"])
    op.create_index("ix_connector_access_connector_id", "connector_access", ["connector_id"])
    op.create_table(
        "connector_code",
        sa.Column("id", sa.String(32), primary_key=True),
        _family(),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("redirect_uri", sa.String(300), nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
    )
    op.create_index("ix_connector_code_authorisation_id", "connector_code", ["authorisation_id"])
    op.create_table(
        "connector_token",
        sa.Column("id", sa.String(32), primary_key=True),
        _family(),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("audience", sa.String(32), nullable=False),
        sa.Column("scope", sa.String(200), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("parent_id", sa.String(32)),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
    )
    op.create_index("connector_token_by_expiry", "connector_token", ["expires_at"])
    op.create_index("ix_connector_token_authorisation_id", "connector_token", ["authorisation_id"])
    op.create_index("ix_connector_token_parent_id", "connector_token", ["parent_id"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("connector_token", "connector_code", "connector_access", "connector_copy"):
        op.drop_table(table)


def _family() -> sa.Column[str]:
    key = sa.ForeignKey("connector_access.id", ondelete="CASCADE")
    return sa.Column("authorisation_id", sa.String(32), key, nullable=False)
