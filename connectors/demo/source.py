"""The demo source: days of invented tickets, oldest first; later runs bring newer days and what changed since."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from connectors.demo.tickets import tickets_of_day
from connectors.demo.volume import tickets_on
from connectors.demo.world import DEMO_CLIENTS
from connectors.source import Batch, Context, Cursor, JsonValue, Stream, Window

HISTORY_DAYS = 150
LOOKBACK = timedelta(days=21)
_DAYS_A_BATCH = 5

TICKETS = Stream(
    name="tickets",
    primary_key=("id",),
    entities=("ticket",),
    version_field="updated_at",
    lookback=LOOKBACK,
)


class DemoSource:
    """Tickets of an imagined agency's four clients, up to the end of yesterday (UTC)."""

    id = "demo"
    label = "Demo data"
    staging = Path(__file__).parent / "staging"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the one list that there is."""
        del context
        return (TICKETS,)

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield a few days at a time; the cursor is the last day that was read and the first day of all."""
        until = datetime.combine(context.now.astimezone(UTC).date(), time(), UTC)
        last = until.date() - timedelta(days=1)
        first = _day(cursor, "first") or last - timedelta(days=HISTORY_DAYS - 1)
        done = _day(cursor, "last")
        start = first if done is None else max(first, done + timedelta(days=1) - stream.lookback)
        if window is not None:
            start, last = window.start.astimezone(UTC).date(), window.end.astimezone(UTC).date() - timedelta(days=1)
        if done is not None and done >= last and window is None:
            yield Batch([], cursor, done=True, expected=0)
            return
        days = list(_days(start, last))
        expected = sum(tickets_on(client, day) for day in days for client in DEMO_CLIENTS)
        for position in range(0, len(days), _DAYS_A_BATCH):
            some = days[position : position + _DAYS_A_BATCH]
            records: list[dict[str, JsonValue]] = [
                record for day in some for client in DEMO_CLIENTS for record in tickets_of_day(client, day, until)
            ]
            at_end = some[-1] == last
            # While old days are read again the cursor stays, or a crash would leave their changes out.
            reached = some[-1] if done is None or at_end else done
            value: dict[str, JsonValue] = {"first": first.isoformat(), "last": reached.isoformat()}
            yield Batch(records, Cursor(value), done=at_end, expected=expected)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _day(cursor: Cursor, name: str) -> date | None:
    value = cursor.value.get(name)
    return date.fromisoformat(value) if isinstance(value, str) else None
