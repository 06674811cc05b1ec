"""Reports by mail on a schedule, and what became of every delivery."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("cron", sa.String(100), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("attach_pdf", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("link", sa.String(16), nullable=False),
        sa.Column("wait_hours", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("next_run_at", INSTANT),
        sa.Column("created_by", sa.String(300), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
    )
    op.create_index("report_schedule_due", "report_schedule", ["paused", "next_run_at"])
    op.create_table(
        "report_recipient",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "schedule_id", sa.String(32), sa.ForeignKey("report_schedule.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("unsubscribed_at", INSTANT),
        sa.UniqueConstraint("schedule_id", "address"),
    )
    op.create_table(
        "report_run",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "schedule_id", sa.String(32), sa.ForeignKey("report_schedule.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("deadline_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_look_at", INSTANT, nullable=False),
        sa.Column("lacking", sa.Text()),
        sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("finished_at", INSTANT),
        sa.UniqueConstraint("schedule_id", "first_day", "last_day"),
    )
    op.create_index("report_run_open", "report_run", ["state", "next_look_at"])
    op.create_table(
        "report_delivery",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("run_id", sa.String(32), sa.ForeignKey("report_run.id", ondelete="CASCADE"), nullable=False),
        sa.Column("recipient", sa.String(300), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("claim", sa.String(32)),
        sa.Column("claimed_at", INSTANT),
        sa.Column("digest", sa.String(64), unique=True),
        sa.Column("error", sa.Text()),
        sa.Column("sent_at", INSTANT),
        sa.UniqueConstraint("run_id", "recipient"),
    )
    op.create_index("report_delivery_open", "report_delivery", ["state", "next_try_at"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("report_delivery", "report_run", "report_recipient", "report_schedule"):
        op.drop_table(table)
