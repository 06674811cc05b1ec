"""What loads say about themselves: progress while they run, and reports when they are done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Progress:
    """How far a load is; `total` is None while nobody knows.

    Of a sync, `history` says how many windows of the history are here, of how many, and `waiting` for how many more
    seconds the source has asked to wait.
    """

    phase: str
    done: int
    total: int | None
    unit: Literal["rows", "bytes", "connections"]
    history: tuple[int, int] | None = None
    waiting: float | None = None


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
class Difference:
    """A count or sum of ours that is not what the source itself counts; `field` is `records` for the count."""

    field: str
    theirs: float
    ours: float


@dataclass(frozen=True)
class StreamReport:
    """What one stream of a sync did.

    `rows_restated` are rows of days before the sync's that were there and have changed. The history is read in
    windows: `history_done` of `history_total` have been read by this sync and those before.
    """

    stream: str
    records: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_quarantined: int = 0
    cells_quarantined: int = 0
    batches: int = 0
    fx_missing: int = 0  # rows with an amount that no exchange rate is known for
    rows_deleted: int = 0
    rows_held: int = 0  # of `rows_known`, missing at the source but not deleted: too many at once to be believed
    rows_known: int = 0  # before a list that was read whole
    rows_restated: int = 0
    restated_from: date | None = None
    restated_to: date | None = None
    data_through: date | None = None
    history_done: int = 0
    history_total: int = 0
    requests: int = 0
    wasted: int = 0  # requests that brought nothing
    waited_seconds: float = 0.0
    error_code: str | None = None  # the name of the error's class; the stream stands where it stood before it
    error: str | None = None
    warnings: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()


def told_held(stream: str, missing: int, known: int) -> str:
    """Say that deletions were held back."""
    return f"{missing:,} of {known:,} {stream} are gone at the source; nothing was deleted."


@dataclass(frozen=True)
class SyncReport:
    """What a sync did. With an `error_code` it ended early; `retry_after` are seconds that the source asked to wait."""

    source: str
    connection_id: str
    streams: tuple[StreamReport, ...] = field(default=())
    data_version: int = 0
    seconds: float = 0.0
    build_problems: tuple[BuildProblem, ...] = ()
    error_code: str | None = None
    error: str | None = None
    retry_after: float | None = None
    loading_seconds: float = 0.0  # until every row was there; then come the entities that are made of others

    @property
    def records(self) -> int:
        """Return the records read over all streams."""
        return sum(stream.records for stream in self.streams)

    @property
    def history(self) -> tuple[int, int]:
        """Return how many windows of the history have been read, of how many, over all streams."""
        return sum(one.history_done for one in self.streams), sum(one.history_total for one in self.streams)

    @property
    def data_through(self) -> date | None:
        """Return the last day of which anything is here. A list in which nothing happens does not hold it back."""
        return max((one.data_through for one in self.streams if one.data_through is not None), default=None)
