"""Alerts on metrics and what they found."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "alert",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("metric_id", sa.String(100), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("grain", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("against", sa.String(16), nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT),
        sa.Column("judged_on", sa.Date()),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
    )
    op.create_index("alert_by_workspace", "alert", ["workspace_id"])
    op.create_table(
        "alert_event",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("alert_id", sa.String(32), sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
    )
    op.create_index("alert_event_by_time", "alert_event", ["alert_id", "opened_at"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("alert_event", "alert"):
        op.drop_table(table)
