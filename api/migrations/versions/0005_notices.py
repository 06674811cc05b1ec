"""Notices: what needs somebody, to whom it was sent, and the workspace's webhook."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "notice",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("subject_name", sa.String(300), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("last_sent_at", INSTANT),
        sa.Column("resolved_at", INSTANT),
    )
    columns = ["workspace_id", "kind", "subject"]
    op.create_index("notice_open", "notice", columns, unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("notice_by_time", "notice", ["workspace_id", "first_seen_at"])
    op.create_table(
        "notice_delivery",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("notice_id", sa.String(32), sa.ForeignKey("notice.id", ondelete="CASCADE"), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("sent_at", INSTANT),
        sa.UniqueConstraint("notice_id", "occasion", "channel", "recipient"),
    )
    op.create_index("notice_delivery_due", "notice_delivery", ["state", "next_try_at"])
    op.create_table(
        "notice_webhook",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "workspace_id",
            sa.String(32),
            sa.ForeignKey("workspace.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("origin", sa.String(300), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("notice_webhook", "notice_delivery", "notice"):
        op.drop_table(table)
