"""What people write: commentary, goals, annotations, notes of readers."""

from collections.abc import Sequence

import sqlalchemy as sa

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
