"""Sharing: links, brands of clients, periods that are frozen."""

from collections.abc import Sequence

import sqlalchemy as sa

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
