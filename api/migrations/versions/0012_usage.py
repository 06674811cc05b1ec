"""Usage: requests counted by day, and the newest questions one by one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "usage_count",
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("asker_id", sa.String(64), primary_key=True),
        sa.Column("dataset", sa.String(100), primary_key=True),
        sa.Column("outcome", sa.String(64), primary_key=True),
        sa.Column("step", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("asker_name", sa.String(300), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "query_log",
        sa.Column("sequence", sa.Integer(), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asker_id", sa.String(64), nullable=False),
        sa.Column("asker_name", sa.String(300), nullable=False),
        sa.Column("dataset", sa.String(100), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("clients", sa.Integer()),
        sa.Column("rows", sa.Integer()),
        sa.Column("elapsed_ms", sa.Float(), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
    )
    op.create_index("query_log_newest", "query_log", ["workspace_id", "sequence"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("query_log", "usage_count"):
        op.drop_table(table)
