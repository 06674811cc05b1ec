"""A workspace as other processes than the owner see it: the newest published snapshot, opened for reading alone."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas import Compiled, Query, Rollups, compile_query
from warehouse.duckdb import Connection, open_instance
from warehouse.errors import ReadsOnlyError, WorkspaceMissingError
from warehouse.published import hold_newest, published
from warehouse.queries import MAX_BYTES, MAX_ROWS, JsonRows, Reader
from warehouse.rollups import read_rollups
from warehouse.state import read_data_version
from warehouse.workspace import WorkspaceDatabase


@dataclass
class _Opened:
    """One snapshot, which stays open until the last question to it is answered."""

    path: Path
    descriptor: int  # holds the lock by which the owner sees that the file is read
    temp: Path
    connection: Connection
    reader: Reader
    version: int
    rollups: Rollups
    users: int = 0
    left: bool = False  # a newer one has taken its place

    def close(self) -> None:
        """Let go of the file; DuckDB first, since closing a descriptor ends its locks."""
        self.connection.close()
        os.close(self.descriptor)
        shutil.rmtree(self.temp, ignore_errors=True)


class SnapshotDatabase(WorkspaceDatabase):
    """Answers from the newest snapshot. Each question is answered from one, also if a newer one comes meanwhile."""

    def _start(self) -> None:
        self._swapping = threading.Lock()
        found = self._open_newest(None)
        if found is None:
            raise WorkspaceMissingError(
                f"There is no snapshot of workspace '{self.slug}' yet. "
                "The owner publishes them: BELVEDERE_SNAPSHOTS=true."
            )
        self._opened = found

    @property
    def path(self) -> Path:
        """Return the snapshot's file."""
        return self._opened.path

    def follow(self) -> bool:
        """Go on with a newer snapshot if there is one, and tell whether there was."""
        found = self._open_newest(self._opened.path)
        if found is None:
            return False
        with self._swapping:
            before, self._opened = self._opened, found
            before.left = True
            unused = before.users == 0
        if unused:
            before.close()
        return True

    def data_version(self) -> int:
        """Return the data version of the snapshot."""
        return self._opened.version

    def standing(self) -> tuple[object, ...]:
        """Return which snapshot it is."""
        return (self._opened.path.name, self.model.version)

    def compile(self, query: Query) -> Compiled:
        """Compile a question for the snapshot, over rollups where they fit."""
        return compile_query(self.model, query, rollups=self._opened.rollups)

    def fetch_json(self, compiled: Compiled, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> JsonRows:
        """Return a whole answer as JSON rows, or refuse it."""
        with self._using() as opened:
            return opened.reader.fetch_json(compiled, max_rows=max_rows, max_bytes=max_bytes)

    def fetch_rows(self, compiled: Compiled) -> list[tuple[object, ...]]:
        """Return a whole answer as Python rows."""
        with self._using() as opened:
            return opened.reader.fetch_rows(compiled)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a cursor for a few plain reads."""
        with self._using() as opened:
            cursor = opened.connection.cursor()
            try:
                yield cursor
            finally:
                cursor.close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Refuse: whatever changes a workspace goes through here."""
        raise ReadsOnlyError("This server only reads. Send what changes something to the one that owns the data.")
        yield self._opened.connection  # makes this a generator, as the one that it stands for

    def close(self) -> None:
        """Close the snapshot."""
        self._opened.close()

    @contextmanager
    def _using(self) -> Iterator[_Opened]:
        with self._swapping:
            opened = self._opened
            opened.users += 1
        try:
            yield opened
        finally:
            with self._swapping:
                opened.users -= 1
                unused = opened.left and opened.users == 0
            if unused:
                opened.close()

    def _open_newest(self, known: Path | None) -> _Opened | None:
        # A file that is open is not opened again: to close it would end the lock that DuckDB has on it.
        if published(self.places.snapshots(self.slug))[-1:] == [known]:
            return None
        held = hold_newest(self.places, self.slug)
        if held is None:
            return None
        path, descriptor = held
        temp = Path(tempfile.mkdtemp(prefix="belvedere-reader-"))
        try:
            connection = open_instance(path, temp, [], self.limits, read_only=True)
        except BaseException:
            os.close(descriptor)
            raise
        reader = Reader(connection, self._watchdog, self._timeout)
        version, rollups = read_data_version(connection.cursor()), read_rollups(connection.cursor(), self.model)
        return _Opened(path, descriptor, temp, connection, reader, version, rollups)
