"""Reports by mail: schedules, what was sent, alerts."""

from collections.abc import Sequence

import sqlalchemy as sa

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
