"""Sharing: links, and brands of clients."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "share",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("clients", sa.JSON()),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("first", sa.Date()),
        sa.Column("last", sa.Date()),
        sa.Column("password", sa.Text()),
        sa.Column("ancestors", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_opened_at", INSTANT),
    )
    op.create_index("share_by_time", "share", ["workspace_id", "created_at"])
    op.create_table(
        "brand",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("accent", sa.String(7), nullable=False),
        sa.Column("series", sa.JSON(), nullable=False),
        sa.Column("font", sa.String(16), nullable=False),
        sa.Column("footer", sa.String(300), nullable=False),
        sa.Column("sender", sa.String(120), nullable=False),
        sa.Column("host", sa.String(253), unique=True),
        sa.Column("logo", sa.LargeBinary()),
        sa.Column("logo_dark", sa.LargeBinary()),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "place"),
    )
    op.create_table(
        "share_visit",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("share_id", sa.String(32), sa.ForeignKey("share.id", ondelete="CASCADE"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("expires_at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("brand", "share_visit", "share"):
        op.drop_table(table)
