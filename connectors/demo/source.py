"""The demo source: three years of invented business; later runs bring newer days and what changed since."""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from connectors.demo.records import days_between, stamp
from connectors.demo.streams import LISTS, DayList, WholeList
from connectors.demo.timeline import Timeline
from connectors.demo.world import DEMO_CLIENTS
from connectors.json_value import JsonValue
from connectors.source import Batch, Context, Cursor, Stream, Window

START = "start"  # of the configuration: the first day of the history, so that all lists tell of the same three years
_DAYS_A_BATCH = 20


class DemoSource:
    """Everything that an imagined agency's six clients have in their systems, up to the end of yesterday (UTC)."""

    id = "demo"
    label = "Demo data"
    staging = Path(__file__).parent / "staging"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of the demo."""
        del context
        return tuple(one.stream for one in LISTS)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield days, or clients, one after another; the cursor is the first day of all and how far it was read."""
        until = datetime.combine(context.now.astimezone(UTC).date(), time(), UTC)
        start = _start(context, cursor, until)
        chosen = next(one for one in LISTS if one.stream.name == stream.name)
        reading = _Reading(Timeline(start), cursor, until, window)
        for batch in reading.of_days(chosen) if isinstance(chosen, DayList) else reading.of_whole(chosen):
            yield batch


def _start(context: Context, cursor: Cursor, until: datetime) -> date:
    """Return the first day: as configured, else that of the first run, else three years before now."""
    for value in (context.config.get(START), cursor.value.get("first")):
        if isinstance(value, str):
            return date.fromisoformat(value)
    return Timeline.ending(until.date() - timedelta(days=1)).start


class _Reading:
    """One read of one list."""

    def __init__(self, timeline: Timeline, cursor: Cursor, until: datetime, window: Window | None) -> None:
        self._timeline, self._cursor, self._until, self._window = timeline, cursor, until, window
        self._done = _day(cursor, "last")

    def of_days(self, chosen: DayList) -> Iterator[Batch]:
        last = self._until.date() - timedelta(days=1)
        if self._is_current(last):
            yield Batch([], self._cursor, done=True, expected=0)
            return
        start = self._timeline.start
        if self._done is not None:
            start = max(start, self._done + timedelta(days=1) - chosen.stream.lookback)
        if self._window is not None:
            start, last = self._window.start.date(), self._window.end.date() - timedelta(days=1)
        days = days_between(start, last)
        count = chosen.count
        expected = (
            None if count is None else sum(count(one, self._timeline, day) for day in days for one in DEMO_CLIENTS)
        )
        for position in range(0, len(days), _DAYS_A_BATCH):
            some = days[position : position + _DAYS_A_BATCH]
            records = self._of_some(chosen, some)
            at_end = some[-1] == last
            # While old days are read again the cursor stays, or a crash would leave their changes out.
            reached = some[-1] if self._done is None or at_end else self._done
            yield Batch(records, self._at(reached), done=at_end, expected=expected)

    def _of_some(self, chosen: DayList, days: Iterable[date]) -> list[dict[str, JsonValue]]:
        clients, timeline, until = DEMO_CLIENTS, self._timeline, self._until
        return [record for day in days for one in clients for record in chosen.of_day(one, timeline, day, until)]

    def of_whole(self, chosen: WholeList) -> Iterator[Batch]:
        last = self._until.date() - timedelta(days=1)
        if self._is_current(last):
            yield Batch([], self._cursor, done=True, expected=0)
            return
        since = None if self._done is None else stamp(datetime.combine(self._done + timedelta(days=1), time(), UTC))
        for client in DEMO_CLIENTS:
            every = chosen.records(client, self._timeline, self._until)
            records = [one for one in every if since is None or str(one["updated_at"]) >= since]
            at_end = client is DEMO_CLIENTS[-1]
            yield Batch(records, self._at(last) if at_end else self._cursor, done=at_end)

    def _is_current(self, last: date) -> bool:
        return self._done is not None and self._done >= last and self._window is None

    def _at(self, day: date) -> Cursor:
        return Cursor({"first": self._timeline.start.isoformat(), "last": day.isoformat()})


def _day(cursor: Cursor, name: str) -> date | None:
    value = cursor.value.get(name)
    return date.fromisoformat(value) if isinstance(value, str) else None


SOURCE = DemoSource
