"""Extraction within this process: for sources that cost little, and where the caller has opened the connection."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from connectors import Access, Context, LinkedSource, Reconciles, Source, Stream, Totals, Window, open_api
from warehouse.extraction import Note, Part, Spent, Spool, Taken, read_part

_ItemT = TypeVar("_ItemT")


class ExtractionHere:
    """Reads in an event loop of its own, which runs while the caller waits for the next piece."""

    def __init__(
        self,
        source: Source,
        context: Context,
        folder: Path,
        access: Access | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._source = source
        self._folder = folder
        self._spools: dict[str, Spool] = {}
        self._runner = asyncio.Runner()
        self._opened = AsyncExitStack()
        if access is not None and isinstance(source, LinkedSource):
            opening = open_api(source, context.config, access, sleep=sleep)
            context = replace(context, http=self._runner.run(self._opened.enter_async_context(opening)))
        self._context = context

    def read(self, part: Part) -> Iterator[Taken | Note]:
        """Yield what has come, until a `Taken` that is done."""
        return self._each(read_part(self._source, self._context, part, self.spool(part.stream)))

    def spool(self, stream: Stream) -> Spool:
        """Return where the records of a stream are written."""
        if stream.name not in self._spools:
            self._spools[stream.name] = Spool(stream, self._folder / str(len(self._spools)))
        return self._spools[stream.name]

    def totals(self, stream: Stream, window: Window) -> Totals | None:
        """Return what the vendor itself counts."""
        if not isinstance(self._source, Reconciles):
            return None
        return self._runner.run(self._source.totals(self._context, stream, window))

    def spent(self) -> Spent:
        """Return what all reads have cost so far."""
        return spent_of(self._context)

    def close(self) -> None:
        """Close the connections and end the event loop."""
        for spool in self._spools.values():
            spool.restart()
        self._runner.run(self._opened.aclose())
        self._runner.close()

    def _each(self, items: AsyncIterator[_ItemT]) -> Iterator[_ItemT]:
        async def following() -> _ItemT:
            return await anext(items)

        try:
            while True:
                try:
                    item = self._runner.run(following())
                except StopAsyncIteration:
                    return
                yield item
        finally:
            self._runner.run(_closed(items))


async def _closed(items: AsyncIterator[_ItemT]) -> None:
    async with AsyncExitStack() as stack:
        close = getattr(items, "aclose", None)
        if close is not None:
            stack.push_async_callback(close)


def spent_of(context: Context) -> Spent:
    """Return what the client of the vendor's API has cost so far."""
    if context.http is None:
        return Spent()
    usage = context.http.usage
    return Spent(usage.requests, usage.wasted, usage.waited)
