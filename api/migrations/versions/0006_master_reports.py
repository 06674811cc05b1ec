"""Masters: the reports in Looker Studio that copies are made of, and templates that people have added."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def _workspace() -> sa.Column[str]:
    key = sa.ForeignKey("workspace.id", ondelete="CASCADE")
    return sa.Column("workspace_id", sa.String(32), key, nullable=False)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "looker_connector",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "workspace_id",
            sa.String(32),
            sa.ForeignKey("workspace.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("deployment_id", sa.String(120), nullable=False),
    )
    op.create_table(
        "master_report",
        sa.Column("id", sa.String(32), primary_key=True),
        _workspace(),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("template_version", sa.String(20), nullable=False),
        sa.Column("report_id", sa.String(60), nullable=False),
        sa.Column("registered_by", sa.String(300), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "template_id"),
    )
    op.create_table(
        "stored_template",
        sa.Column("id", sa.String(32), primary_key=True),
        _workspace(),
        sa.Column("template_id", sa.String(100), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(300), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.UniqueConstraint("workspace_id", "template_id"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("stored_template", "master_report", "looker_connector"):
        op.drop_table(table)
