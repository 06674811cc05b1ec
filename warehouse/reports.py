"""What loads say about themselves: progress while they run, and reports when they are done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a load is; `total` is None while nobody knows."""

    phase: str
    done: int
    total: int | None
    unit: Literal["rows", "bytes"]


OnProgress: TypeAlias = Callable[[Progress], None]


def no_progress(_progress: Progress) -> None:
    """Ignore progress."""


@dataclass(frozen=True)
class Problem:
    """One bad cell or row; `column` is None when the whole row is meant and `line` None when the file is."""

    line: int | None
    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True)
class BuildProblem:
    """An entity that could not be made again from what it reads; its last good rows stay."""

    entity: str
    message: str


@dataclass(frozen=True)
class QuarantineEntry:
    """One quarantined cell or row, as it is shown to people."""

    origin: str  # file name, or connection and stream
    line: int | None
    column: str | None
    value: str | None
    reason: str
    row_left_out: bool
    record: str | None  # the whole raw row as JSON, when the row was left out
    loaded_at: datetime


@dataclass(frozen=True)
class ImportRecord:
    """One line of a workspace's file history."""

    import_id: str
    file: str
    file_hash: str
    entity: str
    client_account_id: str
    mode: str
    rows_read: int
    rows_loaded: int
    rows_quarantined: int
    cells_quarantined: int
    loaded_at: datetime


@dataclass(frozen=True)
class ImportReport:
    """What an import did."""

    file: str
    entity: str
    mode: str
    client_account: str
    rows_read: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_removed: int = 0  # by mode replace
    rows_quarantined: int = 0
    cells_quarantined: int = 0
    duplicates: int = 0  # rows whose key came again later in the same file
    fx_missing: int = 0
    problems: tuple[Problem, ...] = ()
    unmapped: tuple[str, ...] = ()
    data_version: int = 0
    first_day: date | None = None
    last_day: date | None = None
    seconds: float = 0.0
    already_loaded: bool = False
    build_problems: tuple[BuildProblem, ...] = ()

    @property
    def rows_loaded(self) -> int:
        """Return the rows of the file that are now in the entity."""
        return self.rows_new + self.rows_changed + self.rows_unchanged

    @property
    def rows_per_second(self) -> float:
        """Return rows read for each second."""
        return self.rows_read / self.seconds if self.seconds > 0 else 0.0

    @property
    def exit_status(self) -> int:
        """Return 0 when all rows loaded, 3 when some rows or cells are quarantined, 1 when nothing loaded."""
        if self.already_loaded:
            return 0
        if self.rows_loaded == 0:
            return 1
        return 3 if self.rows_quarantined or self.cells_quarantined else 0


@dataclass(frozen=True)
class PlannedColumn:
    """One mapped column: where it comes from, what it becomes, and how many cells have and lose a value."""

    name: str
    source: str
    type: str
    rule: str
    filled: int
    bad: int


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do, found by doing it and rolling it back."""

    report: ImportReport
    columns: tuple[PlannedColumn, ...]
    unmapped: tuple[str, ...]  # columns of the file that nothing reads
    sample: tuple[dict[str, str | None], ...] = ()


@dataclass(frozen=True)
class StreamReport:
    """What one stream of a sync did."""

    stream: str
    records: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_quarantined: int = 0
    cells_quarantined: int = 0
    batches: int = 0
    fx_missing: int = 0  # rows with an amount that no exchange rate is known for


@dataclass(frozen=True)
class SyncReport:
    """What a sync did."""

    source: str
    connection_id: str
    streams: tuple[StreamReport, ...] = field(default=())
    data_version: int = 0
    seconds: float = 0.0
    build_problems: tuple[BuildProblem, ...] = ()

    @property
    def records(self) -> int:
        """Return the records read over all streams."""
        return sum(stream.records for stream in self.streams)
