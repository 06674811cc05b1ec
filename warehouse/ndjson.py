"""NDJSON: DuckDB reads a clean file as it is, while a thread looks at every line; any other is rewritten in pieces."""

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from warehouse.encodings import undecodable, unknown_encoding
from warehouse.json_text import parse_json
from warehouse.quarantine import BadRow
from warehouse.spool import Names, Piece, PieceWriter

_BLOCK_BYTES = 16 * 1024 * 1024
_HEAD_LINES = 2_000
_PROBES = 64
_LONGEST = 4 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"


class NdjsonScan:
    """Parses every line in a thread while DuckDB loads the file.

    read_json drops keys that it was not told of, and says too little about a line that it cannot parse. So a load
    starts with the keys of some lines, and counts only if the scan agrees with it in the end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names = Names()
        self.lines = 0
        self.clean = True
        self._shape: list[str] = []
        self._stop = False
        self._sample()
        self.first_columns = self.columns
        self._thread = threading.Thread(target=self._run, name="belvedere-scan", daemon=True)
        self._thread.start()

    @property
    def columns(self) -> tuple[str, ...]:
        """Return a column for every key that was seen so far."""
        return tuple(self.names.columns.values())

    def wait(self) -> bool:
        """Wait for the end; tell whether DuckDB reads the file as we do."""
        self._thread.join()
        return self.clean and self.names.plain

    def close(self) -> None:
        """Stop the thread."""
        self._stop = True
        self._thread.join()

    def _sample(self) -> None:
        size = self.path.stat().st_size
        with self.path.open("rb") as source:
            for _ in range(_HEAD_LINES):
                self._sample_line(source.readline())
            for probe in range(1, _PROBES):
                source.seek(size * probe // _PROBES)
                source.readline()
                self._sample_line(source.readline())

    def _sample_line(self, line: bytes) -> None:
        try:
            self._learn(orjson.loads(line))
        except (orjson.JSONDecodeError, TypeError):
            return

    def _run(self) -> None:
        try:
            with self.path.open("rb") as source:
                while self.clean and not self._stop and (lines := source.readlines(_BLOCK_BYTES)):
                    self._scan(lines)
        except OSError:
            self.clean = False

    def _scan(self, lines: list[bytes]) -> None:
        self.lines += len(lines)
        # orjson hands out one object for a key that comes again, so comparing lists compares pointers.
        loads, shape = orjson.loads, self._shape
        try:
            for line in lines:
                found = loads(line)
                if list(found) != shape:
                    shape = self._learn(found)
        except (orjson.JSONDecodeError, TypeError):
            self.clean = False
        if len(max(lines, key=len)) >= _LONGEST:
            self.clean = False

    def _learn(self, found: object) -> list[str]:
        if not isinstance(found, dict):
            raise TypeError
        self._shape = list(found)
        for key in self._shape:
            self.names.column(key)
        return self._shape


@dataclass
class NdjsonPieces:
    """Rewrites an NDJSON file into numbered pieces; a line that is no record is rejected."""

    path: Path
    folder: Path
    encoding: str | None = None
    names: Names = field(default_factory=Names)

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces."""
        done = 0
        lines = self._lines()
        with closing(lines), PieceWriter(self.folder, lambda: tuple(self.names.columns.values())) as writer:
            for number, line in enumerate(lines, start=1):
                done += len(line)
                text = (line.removeprefix(_BOM) if number == 1 else line).strip()
                if not text:
                    continue
                found = self._record(text, number)
                if isinstance(found, BadRow):
                    writer.reject(found)
                else:
                    writer.write(found)
                if writer.full:
                    yield writer.take(done)
            if not writer.empty:
                yield writer.take(done)

    def _lines(self) -> Generator[bytes, None, None]:
        if self.encoding is None:
            with self.path.open("rb") as source:
                yield from source
            return
        try:
            with self.path.open(encoding=self.encoding, newline="\n") as source_text:
                for line in source_text:
                    yield line.removeprefix("\ufeff").encode()
        except LookupError as error:
            raise unknown_encoding(self.encoding) from error
        except UnicodeError as error:
            raise undecodable(self.path, self.encoding) from error

    def _record(self, line: bytes, number: int) -> dict[str, object] | BadRow:
        try:
            found = parse_json(line)
        except orjson.JSONDecodeError as error:
            return BadRow(number, f"is not valid JSON: {error}", line.decode("utf-8", "replace"))
        if not isinstance(found, dict):
            return BadRow(number, "is not a JSON object", line.decode("utf-8", "replace"))
        return {"_line": number} | {self.names.column(key): value for key, value in found.items()}
