"""Usage: what was asked, by whom, how long it took."""

from collections.abc import Sequence

import sqlalchemy as sa

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
