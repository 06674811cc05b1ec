"""Closed months: the numbers as they were reported."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "frozen_period",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("workspace_id", sa.String(32), sa.ForeignKey("workspace.id", ondelete="CASCADE"), nullable=False),
        sa.Column("client_account_id", sa.String(32), sa.ForeignKey("client_account.id", ondelete="CASCADE")),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("template_version", sa.String(40), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("catalogue_version", sa.String(100), nullable=False),
        sa.Column("author", sa.String(300), nullable=False),
        sa.Column("frozen_at", INSTANT, nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
    )
    op.create_index("frozen_place", "frozen_period", ["workspace_id", "template_id", "period_start"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("frozen_period")
