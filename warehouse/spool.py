"""Spool files: pieces of NDJSON in the spool folder that DuckDB reads, made a step ahead of the load."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

import orjson

from warehouse.quarantine import BadRow
from warehouse.raw import BOOKKEEPING

PIECE_ROWS = 200_000
PIECE_BYTES = 128 * 1024 * 1024

ItemT = TypeVar("ItemT")


@dataclass(frozen=True)
class Piece:
    """One spool file. When not `numbered`, line n of the file is line `first_line` + n of the source."""

    path: Path
    rows: int
    columns: tuple[str, ...]
    numbered: bool
    first_line: int
    longest: int
    bytes_done: int
    bad_rows: tuple[BadRow, ...] = ()


@dataclass
class Names:
    """Gives each name of a file a column of its own: DuckDB tells them apart without case, and some are ours."""

    columns: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=lambda: set(BOOKKEEPING))

    def column(self, name: str) -> str:
        """Return the column for a name of the file."""
        found = self.columns.get(name)
        if found is not None:
            return found
        made = self.add(name)
        self.columns[name] = made
        return made

    def add(self, name: str) -> str:
        """Return a free column name that is `name`, or `name_2`, `name_3` and so on."""
        column, number = name, 1
        while column.lower() in self._taken:
            number += 1
            column = f"{name}_{number}"
        self._taken.add(column.lower())
        return column

    @property
    def plain(self) -> bool:
        """Tell whether every name is its own column."""
        return all(name == column for name, column in self.columns.items())


class PieceWriter:
    """Writes numbered records into spool files of a bounded size."""

    def __init__(self, folder: Path, columns: Callable[[], Sequence[str]]) -> None:
        self._folder = folder
        self._columns = columns
        self._count = 0
        self._file: BinaryIO | None = None
        self._rows = self._size = self._longest = 0
        self._bad: list[BadRow] = []

    def write(self, record: dict[str, object]) -> None:
        """Append a record that has its `_line`."""
        if self._file is None:
            self._count += 1
            self._path = self._folder / f"piece-{self._count}.ndjson"
            self._file = self._path.open("wb")
        text = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        self._file.write(text)
        self._rows += 1
        self._size += len(text)
        self._longest = max(self._longest, len(text))

    def reject(self, row: BadRow) -> None:
        """Remember a row that cannot be a record."""
        self._bad.append(row)

    @property
    def full(self) -> bool:
        """Tell whether it is time to hand over a piece."""
        return self._rows >= PIECE_ROWS or self._size >= PIECE_BYTES or len(self._bad) >= PIECE_ROWS

    def take(self, bytes_done: int) -> Piece:
        """Close the file and return the piece."""
        if self._file is None:
            self.write_nothing()
        assert self._file is not None
        self._file.close()
        piece = Piece(
            self._path,
            self._rows,
            tuple(self._columns()),
            numbered=True,
            first_line=0,
            longest=self._longest,
            bytes_done=bytes_done,
            bad_rows=tuple(self._bad),
        )
        self._file, self._rows, self._size, self._longest, self._bad = None, 0, 0, 0, []
        return piece

    def write_nothing(self) -> None:
        """Open an empty piece, for one that has bad rows only."""
        self._count += 1
        self._path = self._folder / f"piece-{self._count}.ndjson"
        self._file = self._path.open("wb")

    def __enter__(self) -> "PieceWriter":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to hand over."""
        return self._rows == 0 and not self._bad


class Ahead(Iterator[ItemT]):
    """Runs an iterator in a thread, at most one item ahead; close it to stop the thread."""

    def __init__(self, items: Iterable[ItemT]) -> None:
        self._queue: queue.Queue[ItemT | BaseException | None] = queue.Queue(maxsize=1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(iter(items),), name="belvedere-spool", daemon=True)
        self._thread.start()

    def __next__(self) -> ItemT:
        item = self._queue.get()
        if item is None:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """Stop the thread and wait for it."""
        self._stop.set()
        while self._thread.is_alive():
            try:
                self._queue.get(timeout=0.05)
            except queue.Empty:
                continue

    def _run(self, items: Iterator[ItemT]) -> None:
        try:
            for item in items:
                self._queue.put(item)
                if self._stop.is_set():
                    break
            if isinstance(items, Generator):
                items.close()  # Here, so that its files are closed before anybody looks.
            self._queue.put(None)
        except BaseException as error:
            # The reader of the queue raises it, in the thread that runs the load.
            self._queue.put(error)
