"""Extraction in a process of its own: Python's work on records would hold up the threads that answer requests.

The two talk in lines of JSON over the child's standard input and output. The child never sees the metadata database:
it asks for credentials when it needs them, and they exist in memory only. It ends with its parent, whatever happens.
"""

import asyncio
import os
import queue
import subprocess
import sys
import threading
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
    pause_of,
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
        self._spent = self._spent_before = Spent()
        self._sending = threading.Lock()
        self._setup: Message = {
            "source": source.id,
            "connection": context.connection_id,
            "config": dict(context.config),
            "now": context.now.isoformat(),
            "since": None if context.since is None else context.since.isoformat(),
            "folder": str(folder.absolute()),
            "auth": _place(source, access),
            "shares": access is not None and access.turns is not None,
        }
        self._start()

    def _start(self) -> None:
        self._busy = False
        self._received: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(os.environ),
        )
        assert self._process.stdout is not None
        listening = (self._process.stdout, self._received)
        self._listener = threading.Thread(target=self._listen, args=listening, name="extraction", daemon=True)
        self._listener.start()
        self._send(self._setup)

    def read(self, part: Part) -> Iterator[Taken | Note]:
        """Yield what has come, until a `Taken` that is done."""
        self._order({"read": part_message(part)})
        while True:
            message = self._next()
            if "note" in message:
                yield note_of(message)
            elif "taken" in message:
                self._send({"go": True})  # the child reads on while this piece is loaded
                yield taken_of(message)
            else:
                self._busy = False
                return

    def totals(self, stream: Stream, window: Window) -> Totals | None:
        """Return what the vendor itself counts."""
        if not isinstance(self._source, Reconciles):
            return None
        self._order({"totals": [stream.name, window.start.isoformat(), window.end.isoformat()]})
        answer = self._next()
        self._busy = False
        return totals_of(answer)

    def spent(self) -> Spent:
        """Return what all reads have cost so far."""
        return self._spent

    def close(self) -> None:
        """End the process, whatever it does, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    @property
    def process_id(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def _order(self, order: Message) -> None:
        if self._busy:
            # Whoever gave the last order has left in the middle of it, and what the child still has to say of it must
            # not be taken for an answer to this one.
            self.close()
            self._spent_before = self._spent
            self._start()
        self._busy = True
        self._send(order)

    def _next(self) -> Message:
        """Return the next message about records; what the child needs on the way is answered here."""
        while True:
            message = self._receive()
            if "spent" in message:
                self._spent = self._spent_before + spent_of(message)
            if "error" in message:
                self._busy = False
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

    def _listen(self, pipe: IO[bytes], received: "queue.SimpleQueue[Message | None]") -> None:
        """Receive lines; a request may go at the ledger's word, also while what came before it is loaded."""
        turns = None if self._access is None else self._access.turns
        for line in pipe:
            if not line.endswith(b"\n"):
                break
            message: Message = orjson.loads(line)
            if turns is not None and "turn" in message:
                self._send({"turn": turns.take()})
            elif turns is not None and "hold" in message:
                turns.hold(*pause_of(message))
            else:
                received.put(message)
        received.put(None)

    def _receive(self) -> Message:
        message = self._received.get()
        if message is None:
            raise ExtractionLostError(
                f"The process that reads {self._source.label} ended with status {self._process.wait()}. What it had "
                "handed over is kept. If that happens again, see whether the machine is short of memory."
            )
        return message

    def _send(self, message: Message) -> None:
        assert self._process.stdin is not None
        try:
            with self._sending:
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
