"""How personal data is shown to the team and to guests; owners of connections."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns; everything is shown as before, and connections of before have no owner."""
    for name in ("personal_team", "personal_guests"):
        op.add_column("workspace", sa.Column(name, sa.String(8), nullable=False, server_default="shown"))
    op.add_column("workspace", sa.Column("personal_key", sa.String(64), nullable=False, server_default=""))
    op.add_column("connection", sa.Column("owner_id", sa.String(32)))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_column("connection", "owner_id")
    for name in ("personal_key", "personal_guests", "personal_team"):
        op.drop_column("workspace", name)
