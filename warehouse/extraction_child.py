"""The process that reads a source for another one: it takes orders as lines of JSON and answers with pieces."""

import asyncio
import gc
import os
import queue
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO

import orjson

from connectors import Access, Context, JsonValue, LinkedSource, Share, SourceError, Totals, find_source
from warehouse.extraction import Note, Taken
from warehouse.extraction_here import ExtractionHere
from warehouse.extraction_messages import (
    Message,
    error_of,
    note_message,
    part_of,
    pause_message,
    taken_message,
    told_error,
    window_of,
)

_NICENESS = 10
_SECONDS_TRUSTED = 60.0  # for which credentials are used without asking again
_SECONDS_BETWEEN_NOTES = 0.2
_LONGEST_NAP = 1.0
_OBJECTS_BETWEEN_COLLECTIONS = 500_000


class Talk:
    """Sends lines and receives lines. The end of what comes in is the end of the parent, and so of this process."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._outgoing = outgoing
        self._received: queue.SimpleQueue[Message] = queue.SimpleQueue()
        threading.Thread(target=self._listen, args=(incoming,), daemon=True).start()

    def send(self, message: Mapping[str, object]) -> None:
        """Send one message."""
        try:
            self._outgoing.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
            self._outgoing.flush()
        except BrokenPipeError:
            os._exit(1)  # nobody listens any more

    def receive(self) -> Message:
        """Wait for one message."""
        return self._received.get()

    def _listen(self, incoming: IO[bytes]) -> None:
        for line in incoming:
            self._received.put(orjson.loads(line))
        os._exit(1)


class AskedCredentials:
    """Credentials that the parent hands out; they are asked for now and then, and whenever the vendor refuses them."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk
        self._values: Mapping[str, str] = {}
        self._asked = -_SECONDS_TRUSTED

    async def current(self, stale: Mapping[str, str] | None = None) -> Mapping[str, str]:
        """Return the values; newer ones if `stale` are those that are known here."""
        fresh = time.monotonic() - self._asked < _SECONDS_TRUSTED
        if fresh and (stale is None or stale != self._values):
            return self._values
        self._talk.send({"credentials": None if stale is None else dict(stale)})
        answer = self._talk.receive()
        if "error" in answer:
            raise error_of(answer)
        values = answer["values"]
        assert isinstance(values, dict)
        self._values = {name: str(value) for name, value in values.items()}
        self._asked = time.monotonic()
        return self._values


class AskedTurns:
    """Turns that the parent gives: it knows what other connections ask of the same vendor."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def take(self) -> float:
        """Return 0 if a request may go, or the seconds until it makes sense to ask again."""
        self._talk.send({"turn": True})
        return float(str(self._talk.receive()["turn"]))

    def hold(self, seconds: float, share: Share | None = None) -> None:
        """Tell of a pause that the vendor has asked for."""
        self._talk.send(pause_message(seconds, share))


class Reader:
    """Does what it is told, one order after another."""

    def __init__(self, talk: Talk, setup: Message) -> None:
        self._talk = talk
        self._records = 0
        self._noted = 0.0
        source = find_source(str(setup["source"]))
        since, auth, config = setup["since"], setup["auth"], setup["config"]
        assert isinstance(config, dict)
        context = Context(
            str(setup["connection"]),
            config,
            datetime.fromisoformat(str(setup["now"])),
            datetime.fromisoformat(since) if isinstance(since, str) else None,
        )
        self._streams = {stream.name: stream for stream in source.streams(context)}
        access = None
        if isinstance(auth, int) and isinstance(source, LinkedSource):
            turns = AskedTurns(talk) if setup["shares"] else None
            access = Access(source.auths[auth], AskedCredentials(talk), turns)
        self._extraction = ExtractionHere(source, context, Path(str(setup["folder"])), access, self._sleep)

    def obey(self, order: Message) -> None:
        """Follow one order; what goes wrong is told."""
        try:
            if "read" in order:
                self._read(order["read"])
            else:
                self._count(order["totals"])
        except SourceError as error:
            self._talk.send({**told_error(error), "spent": self._spent()})

    def _read(self, told: JsonValue) -> None:
        for item in self._extraction.read(part_of(told, self._streams)):
            if isinstance(item, Taken):
                self._talk.send(taken_message(item, self._extraction.spent()))
                self._talk.receive()
            else:
                self._note(item)
        self._talk.send({"end": True, "spent": self._spent()})

    def _count(self, told: JsonValue) -> None:
        assert isinstance(told, list)
        window = window_of(told[1:])
        assert window is not None
        totals: Totals | None = self._extraction.totals(self._streams[str(told[0])], window)
        found = (
            None if totals is None else {"records": totals.records, "sums": dict(totals.sums), "whole": totals.whole}
        )
        self._talk.send({"totals": found, "spent": self._spent()})

    def _note(self, note: Note) -> None:
        self._records = note.records
        if time.monotonic() - self._noted > _SECONDS_BETWEEN_NOTES or note.records == note.expected:
            self._noted = time.monotonic()
            self._talk.send(note_message(note, self._extraction.spent()))

    async def _sleep(self, seconds: float) -> None:
        """Wait as long as the vendor asks; the parent hears of it, and can end this process in the meantime."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if seconds >= _LONGEST_NAP:
                self._talk.send(note_message(Note(self._records, None, left), self._extraction.spent()))
            await asyncio.sleep(min(left, _LONGEST_NAP))

    def _spent(self) -> list[object]:
        return list(asdict(self._extraction.spent()).values())


def main() -> None:
    """Be the process that reads."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    # What a library prints must not mix with the messages.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Pages are many small objects without circles: looking for circles among them took most of the time.
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    talk = Talk(sys.stdin.buffer, outgoing)
    reader = Reader(talk, talk.receive())
    while True:
        reader.obey(talk.receive())
