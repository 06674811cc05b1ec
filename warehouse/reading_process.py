"""Reads a large file in a process of its own, a step ahead of the load.

Python's work on a million lines would hold up the threads that answer requests: one of them at a time runs Python.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from warehouse.errors import ImportFileError
from warehouse.files import FileKind, Reading, file_kind, open_pieces
from warehouse.spool import Piece

LEAST_BYTES = 32 * 1024 * 1024  # a smaller file is read before another process has started
_NICENESS = 10
_GO_ON = b"\n"
_PROGRAM = "from warehouse.reading_process import main; main()"


def is_read_elsewhere(path: Path) -> bool:
    """Tell whether a file is worth a process; Parquet is read by DuckDB."""
    return path.stat().st_size >= LEAST_BYTES and file_kind(path) is not FileKind.PARQUET


class PiecesFromProcess(Iterator[Piece]):
    """The pieces of a file as another process makes them, at most one ahead; close it to end the process."""

    def __init__(self, path: Path, reading: Reading, folder: Path) -> None:
        self._path = path
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._send(pickle.dumps((path.absolute(), reading, folder.absolute())))

    def __next__(self) -> Piece:
        assert self._process.stdout is not None
        try:
            item = pickle.load(self._process.stdout)  # noqa: S301  our own process wrote it
        except EOFError as error:
            raise ImportFileError(
                f"The process that reads {self._path.name} ended with status {self._process.wait()}. Nothing was "
                "changed; run it again, and if that ends the same way, see whether the machine is short of memory."
            ) from error
        if item is None:
            raise StopIteration
        if isinstance(item, BaseException):
            raise item
        self._send(_GO_ON)
        assert isinstance(item, Piece)
        return item

    def close(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    def _send(self, message: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(message)
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it has ended; reading from it says how


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        return  # what was not sent any more


def main() -> None:
    """Be the process that reads: write piece after piece, then None or the error."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    try:
        _answer_all(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more


def _answer_all(asked: IO[bytes], answers: IO[bytes]) -> None:
    path, reading, folder = pickle.load(asked)  # noqa: S301  our own process wrote it
    try:
        for number, piece in enumerate(open_pieces(path, reading, None, folder)):
            if number and asked.read(1) != _GO_ON:
                return
            _answer(answers, piece)
        _answer(answers, None)
    except Exception as error:
        _answer(answers, error)


def _answer(answers: IO[bytes], item: object) -> None:
    try:
        text = pickle.dumps(item)
    except Exception:
        text = pickle.dumps(RuntimeError(repr(item)))
    answers.write(text)
    answers.flush()
