"""One batch of a load: land it in raw, look for what cannot be used, publish the rest. Two ways, one result.

`append` is for a first load: the records go straight into raw, and if a key turns out not to be new it says so
and the caller starts again with `merge_batch`, which stages, dedupes and compares.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from warehouse.duckdb import Connection
from warehouse.normalize import Normaliser
from warehouse.quarantine import Findings, examine, quarantine_cells, quarantine_rows
from warehouse.raw import Batch, appended_records, clashes, land_new
from warehouse.raw_merge import STAGED, STAGED_RECORDS, Merged, dedupe, drop_rows, merge, stage

NormaliserFor = Callable[[str], Normaliser]


@dataclass
class Tally:
    """Counts of a load so far."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    rows_quarantined: int = 0
    cells_quarantined: int = 0
    fx_missing: int = 0
    first: datetime | date | None = None
    last: datetime | date | None = None
    filled: dict[str, int] = field(default_factory=dict)
    bad: dict[str, int] = field(default_factory=dict)

    def add_findings(self, findings: Findings) -> None:
        """Add what was found in a batch."""
        for name, number in findings.bad_cells.items():
            self.bad[name] = self.bad.get(name, 0) + number
            self.cells_quarantined += number
        for name, number in findings.filled.items():
            self.filled[name] = self.filled.get(name, 0) + number
        starts = [moment for moment in (self.first, findings.first) if moment is not None]
        ends = [moment for moment in (self.last, findings.last) if moment is not None]
        self.first, self.last = min(starts, default=None), max(ends, default=None)

    def add_merged(self, merged: Merged) -> None:
        """Add what became of a batch's records."""
        self.new += merged.new
        self.changed += merged.changed
        self.unchanged += merged.unchanged
        self.duplicates += merged.duplicates


@dataclass(frozen=True)
class MergeRules:
    """How `merge` treats keys that are there: from which batch on they are of this load, and what to leave alone."""

    first_seq: int
    only_new: bool = False
    count_filled: bool = False


def append(
    connection: Connection, batch: Batch, normaliser_for: NormaliserFor, tally: Tally, *, count_filled: bool
) -> int | None:
    """Append a batch whose keys are believed to be new and return how many rows landed.

    None means that they are not new, and that the load must be undone.
    """
    landed = land_new(connection, batch)
    if clashes(connection, batch):
        return None
    records = appended_records(connection, batch)
    normaliser = normaliser_for(records)
    findings = examine(normaliser, records, count_filled=count_filled)
    if findings.bad_rows:
        quarantine_rows(normaliser, records, batch.columns)
        normaliser.run(
            f"delete from {batch.table.sql} where _seq = {batch.seq} and _key in "  # noqa: S608
            f"({normaliser.given(records)} select _key from given where {normaliser.missing})"
        )
    quarantine_cells(normaliser, records, findings)
    normaliser.append(records)
    tally.add_findings(findings)
    tally.rows_quarantined += findings.bad_rows
    tally.new += findings.rows - findings.bad_rows
    return landed


def merge_batch(
    connection: Connection,
    batch: Batch,
    normaliser_for: NormaliserFor,
    tally: Tally,
    rules: MergeRules,
) -> None:
    """Merge a batch by key."""
    stage(connection, batch)
    normaliser = normaliser_for(STAGED_RECORDS)
    rejected = examine(normaliser, STAGED_RECORDS).bad_rows
    if rejected:
        quarantine_rows(normaliser, STAGED_RECORDS, batch.columns)
        normaliser.run(
            f"delete from {STAGED} where _line in "  # noqa: S608
            f"({normaliser.given(STAGED_RECORDS)} select _line from given where {normaliser.missing})"
        )
        tally.rows_quarantined += rejected
    drop_rows(connection, "_key is null")
    tally.duplicates += dedupe(connection)
    merged = merge(connection, batch, rules.first_seq, only_new=rules.only_new)
    tally.add_merged(merged)
    findings = examine(normaliser, STAGED_RECORDS, count_filled=rules.count_filled)
    tally.add_findings(findings)
    quarantine_cells(normaliser, STAGED_RECORDS, findings)
    normaliser.merge(STAGED_RECORDS)
