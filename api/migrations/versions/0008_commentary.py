"""What people write: goals, annotations, commentary, notes of readers, decisions about findings."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "goal",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("account_id", sa.String(300)),
        sa.Column("metric_id", sa.String(100), nullable=False),
        sa.Column("grain", sa.String(16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("target", sa.Float()),
        sa.Column("target_min", sa.Float()),
        sa.Column("target_max", sa.Float()),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("near_share", sa.Float()),
        sa.Column("weight", sa.Float()),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )
    op.create_index("goal_by_client", "goal", ["workspace_id", "client_account_id"])
    op.create_table(
        "annotation",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date()),
        sa.Column("metric_id", sa.String(100)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recommendation", sa.Text()),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
    )
    op.create_index("annotation_by_day", "annotation", ["workspace_id", "starts_on"])
    op.create_table(
        "commentary",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("item_id", sa.String(100), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("replaced_at", INSTANT),
    )
    op.create_index("commentary_place", "commentary", ["workspace_id", "template_id", "period_start"])
    op.create_table(
        "reader_note",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("item_id", sa.String(100)),
        sa.Column("share_id", sa.String(32)),
        sa.Column("period_start", sa.Date()),
        sa.Column("period_end", sa.Date()),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer()),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("reply", sa.Text()),
        sa.Column("replied_by", sa.String(300)),
        sa.Column("replied_at", INSTANT),
        sa.Column("resolved_by", sa.String(300)),
        sa.Column("resolved_at", INSTANT),
    )
    op.create_index("reader_note_by_time", "reader_note", ["workspace_id", "written_at"])
    op.create_table(
        "finding_decision",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("finding", sa.String(400), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("decided_by", sa.String(300), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "client_account_id", "finding"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("finding_decision", "reader_note", "commentary", "annotation", "goal"):
        op.drop_table(table)
