"""Settings of a workspace: calendar, portfolio level, cost of winning customers, exchange rates, business hours."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _columns() -> "list[sa.Column[object]]":
    """Return the new columns; workspaces from before get what they had without a choice."""
    return [
        sa.Column("fiscal_year_start_month", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("week_start", sa.String(9), nullable=False, server_default="monday"),
        sa.Column("portfolio_level", sa.String(32), nullable=False, server_default="client_account"),
        sa.Column("cac_scope", sa.String(32), nullable=False, server_default="full"),
        sa.Column("cac_lag_days", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("tickets_per_agent_day", sa.Float()),
        sa.Column("fx_method", sa.String(32), nullable=False, server_default="transaction_date"),
        sa.Column("business_hours", sa.JSON(), nullable=False, server_default="[]"),
    ]


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("workspace") as table:
        for column in _columns():
            table.add_column(column)


def downgrade() -> None:
    """Drop the columns."""
    with op.batch_alter_table("workspace") as table:
        for column in _columns():
            table.drop_column(column.name)
