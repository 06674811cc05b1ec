"""Extraction in a process of its own: Python's work on records would hold up the threads that answer requests.

The two talk in lines of JSON over the child's standard input and output. The child never sees the metadata database:
it asks for credentials when it needs them, and they exist in memory only. It ends with its parent, whatever happens.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, cast

import orjson

from connectors import (
    Access,
    Context,
    Credentials,
    LinkedSource,
    Reconciles,
    Source,
    Stream,
    Totals,
    Window,
    known_sources,
)
from warehouse.errors import ExtractionLostError
from warehouse.extraction import Note, Part, Spent, Taken
from warehouse.extraction_messages import (
    Message,
    error_of,
    note_of,
    part_message,
    spent_of,
    taken_of,
    told_error,
    totals_of,
)

_PROGRAM = "from warehouse.extraction_child import main; main()"
_PREFIX = "BELVEDERE_"
_NEEDED = ("BELVEDERE_SOURCE_", "BELVEDERE_ALLOWED_PRIVATE_NETS")  # addresses of vendors; all else may be secret


def can_be_elsewhere(source: Source) -> bool:
    """Tell whether another process can find the source by its name."""
    return source.id in known_sources()


class ExtractionElsewhere:
    """Reads in a child process, which is at most one piece ahead of the load."""

    def __init__(self, source: Source, context: Context, folder: Path, access: Access | None = None) -> None:
        self._source = source
        self._access = access
        self._spent = Spent()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(os.environ),
        )
        self._send(
            {
                "source": source.id,
                "connection": context.connection_id,
                "config": dict(context.config),
                "now": context.now.isoformat(),
                "since": None if context.since is None else context.since.isoformat(),
                "folder": str(folder.absolute()),
                "auth": _place(source, access),
            }
        )

    def read(self, part: Part) -> Iterator[Taken | Note]:
        """Yield what has come, until a `Taken` that is done."""
        self._send({"read": part_message(part)})
        while True:
            message = self._next()
            if "note" in message:
                yield note_of(message)
            elif "taken" in message:
                self._send({"go": True})  # the child reads on while this piece is loaded
                yield taken_of(message)
            else:
                return

    def totals(self, stream: Stream, window: Window) -> Totals | None:
        """Return what the vendor itself counts."""
        if not isinstance(self._source, Reconciles):
            return None
        self._send({"totals": [stream.name, window.start.isoformat(), window.end.isoformat()]})
        return totals_of(self._next())

    def spent(self) -> Spent:
        """Return what all reads have cost so far."""
        return self._spent

    def close(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    @property
    def process_id(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def _next(self) -> Message:
        """Return the next message about records; what the child needs on the way is answered here."""
        while True:
            message = self._receive()
            if "spent" in message:
                self._spent = spent_of(message)
            if "error" in message:
                raise error_of(message)
            if "credentials" not in message:
                return message
            self._send(self._credentials(message["credentials"]))

    def _credentials(self, stale: object) -> Message:
        if self._access is None:
            return {"values": {}}
        refused = cast("Mapping[str, str] | None", stale)
        try:
            return {"values": dict(asyncio.run(self._current(self._access.credentials, refused)))}
        except Exception as error:
            return told_error(error)

    @staticmethod
    async def _current(credentials: Credentials, stale: Mapping[str, str] | None) -> Mapping[str, str]:
        return await credentials.current(stale)

    def _receive(self) -> Message:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ExtractionLostError(
                f"The process that reads {self._source.label} ended with status {self._process.wait()}. What it had "
                "handed over is kept. If that happens again, see whether the machine is short of memory."
            )
        message: Message = orjson.loads(line)
        return message

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
            self._process.stdin.flush()
        except BrokenPipeError:
            return  # it has ended; reading from it says how


def _place(source: Source, access: Access | None) -> int | None:
    """Return which of its ways to sign in the source uses."""
    if access is None or not isinstance(source, LinkedSource):
        return None
    return source.auths.index(access.auth)


def _environment(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what is none of the child's business."""
    return {name: value for name, value in values.items() if not name.startswith(_PREFIX) or name.startswith(_NEEDED)}


def _close(pipe: IO[bytes] | None) -> None:
    try:
        if pipe is not None:
            pipe.close()
    except BrokenPipeError:
        return  # what was not sent any more
