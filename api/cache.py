"""Finished answers in memory: byte-bounded, least recently used first out, each computed once however many ask."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from isal import igzip

Key: TypeAlias = tuple[str, ...]

# Below one network packet compression saves nothing.
WORTH_PACKING = 1_400


class Answer:
    """The bytes of one answer, plain and, once somebody wanted it, gzipped."""

    __slots__ = ("packed", "plain", "rows")

    def __init__(self, plain: bytes, rows: int) -> None:
        self.plain = plain
        self.rows = rows
        self.packed: bytes | None = None

    @property
    def worth_packing(self) -> bool:
        """Return whether gzip would make the answer quicker to send."""
        return len(self.plain) > WORTH_PACKING

    def pack(self) -> bytes:
        """Return the answer gzipped; level 1 of isal gives the standard library's size in a tenth of its time."""
        if self.packed is None:
            self.packed = igzip.compress(self.plain, compresslevel=1)
        return self.packed

    @property
    def size(self) -> int:
        """Return the bytes that the answer takes in memory."""
        return len(self.plain) + len(self.packed or b"") + 200


class AnswerCache:
    """Belongs to one event loop, `loop` while a server runs; nothing here is touched from other threads."""

    def __init__(self, max_bytes: int) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self._max_bytes = max_bytes
        self._answers: OrderedDict[Key, tuple[Answer, int]] = OrderedDict()
        self._running: dict[Key, asyncio.Task[Answer]] = {}
        self.bytes = 0

    def clear(self) -> None:
        """Forget every finished answer: it may show what was deleted."""
        self._answers.clear()
        self.bytes = 0

    def get(self, key: Key) -> Answer | None:
        """Return a finished answer and mark it as used."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[0]

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, or count it anew after it was packed; old ones make room."""
        old = self._answers.pop(key, None)
        if old is not None:
            self.bytes -= old[1]
        size = answer.size
        # One answer may not sweep out everything else.
        if size > self._max_bytes // 4:
            return
        self._answers[key] = (answer, size)
        self.bytes += size
        while self.bytes > self._max_bytes:
            _, (_, dropped) = self._answers.popitem(last=False)
            self.bytes -= dropped

    async def compute(self, key: Key, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer of `make`; equal requests that come meanwhile wait for the same one."""
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(self._run(key, make))
            self._running[key] = task
            task.add_done_callback(lambda _done: self._running.pop(key, None))
        # Shielded, because one caller that goes away must not take the answer from the others.
        return await asyncio.shield(task)

    async def _run(self, key: Key, make: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = await make()
        self.put(key, answer)
        return answer
