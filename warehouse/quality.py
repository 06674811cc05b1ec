"""Checks that stop a load: what fails here rolls the transaction back, and the last good version stays."""

from warehouse.errors import DuplicateKeyError
from warehouse.normalize import Normaliser


def check_unique(normaliser: Normaliser, records: str) -> None:
    """Raise DuplicateKeyError if a source's staging SELECT gives two rows of one key."""
    row = normaliser.run(
        f"{normaliser.given(records)} select source_id, count(*) from given where source_id is not null "  # noqa: S608
        "group by source_id having count(*) > 1 limit 1"
    ).fetchone()
    if row is not None:
        raise DuplicateKeyError(
            f"{normaliser.entity.label}: the staging query gives {row[1]} rows for source_id '{row[0]}'. "
            "It must give one; nothing of this batch was loaded."
        )
