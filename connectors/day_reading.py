"""Reads figures by day, as advertising and analytics report them: which days, in which pieces, and the cursor after.

Days are the account's own. A day belongs to the window in which its midnight lies, taken as UTC, so that windows that
meet share no day.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.json_value import JsonValue
from connectors.source import Batch, Context, Cursor, Stream, Window

Record = dict[str, JsonValue]

MOST_REMEMBERED = 20_000  # rows of one day; a day with more keeps what has vanished rather than fill the cursor

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Days in a row, both ends included."""

    first: date
    last: date

    def halves(self) -> "tuple[Days, Days] | None":
        """Return the earlier and the later half; None for one day."""
        if self.first == self.last:
            return None
        middle = self.first + (self.last - self.first) // 2
        return Days(self.first, middle), Days(middle + _A_DAY, self.last)


Fetch = Callable[[Days], AsyncIterator[list[Record]]]


@dataclass(frozen=True)
class DayRules:
    """How a vendor's figures by day are read.

    `vanishing` says that rows may be missing when a day is read again, because the vendor counts their figures
    elsewhere by then: the cursor remembers the `id` of each row of the days that are read again.
    """

    history: timedelta  # how far back the vendor answers
    step: int = 30  # the most days of one request
    delay: int = 0  # newest days that have no figures yet
    vanishing: bool = False


@dataclass(frozen=True)
class DayRead:
    """One read of a stream of days. Its records have `date`, and `id` where rows may vanish."""

    context: Context
    stream: Stream
    cursor: Cursor
    window: Window | None
    rules: DayRules
    zone: str = "UTC"

    @property
    def today(self) -> date:
        """Return the account's present day."""
        return local_day(self.context.now, self.zone)

    def is_settled(self, day: str) -> bool:
        """Say whether a day is too old to be read again, so that its figures stay; no for what is no day."""
        try:
            age = self.today - date.fromisoformat(day)
        except ValueError:
            return False
        return age > self.stream.lookback + timedelta(days=self.rules.delay)

    def pieces(self) -> list[Days]:
        """Return the days of this read, oldest first, in pieces of one request each."""
        first, last = self._bounds()
        step = timedelta(days=self.rules.step)
        found = []
        while first <= last:
            found.append(Days(first, min(last, first + step - _A_DAY)))
            first += step
        return found

    async def batches(self, fetch: Fetch) -> AsyncIterator[Batch]:
        """Yield the pages that `fetch` brings of each piece; the cursor moves with the last page of a piece."""
        pieces, cursor = self.pieces(), self.cursor
        if not pieces:
            yield Batch([], self._after(self._bounds()[1], self._seen()), done=True)
        seen = self._seen()
        for piece in pieces:
            held: list[Record] = []
            found: dict[str, list[JsonValue]] = {}
            async for page in fetch(piece):
                if held:
                    yield Batch(held, cursor, done=False)
                held = page
                for record in page if self._remembers else ():
                    found.setdefault(str(record["date"]), []).append(record["id"])
            gone = _gone(seen, found, piece)
            seen = {day: ids for day, ids in seen.items() if not _in(day, piece)} | found
            cursor = self._after(piece.last, seen)
            yield Batch(held, cursor, done=piece is pieces[-1], tombstones=gone)

    def _bounds(self) -> tuple[date, date]:
        last = self.today - timedelta(days=self.rules.delay)
        oldest = self.today - self.rules.history
        if self.window is not None:
            first = _first_day(self.window.start)
            last = min(last, _first_day(self.window.end) - _A_DAY)
            done = self._through()
            first = first if done is None else max(first, done + _A_DAY)
        elif (through := self._through()) is not None:
            first = through - self.stream.lookback
        else:
            first = oldest if self.context.since is None else _first_day(self.context.since)
        return max(first, oldest), last

    def _through(self) -> date | None:
        value = self.cursor.value.get("through")
        return date.fromisoformat(value) if isinstance(value, str) else None

    @property
    def _remembers(self) -> bool:
        return self.rules.vanishing and self.window is None

    def _seen(self) -> Mapping[str, list[JsonValue]]:
        value = self.cursor.value.get("seen")
        return {day: ids for day, ids in value.items() if isinstance(ids, list)} if isinstance(value, dict) else {}

    def _after(self, last: date, seen: Mapping[str, list[JsonValue]]) -> Cursor:
        # While old days are read again the cursor stays, or a crash would leave later changes out.
        through = max(last, self._through() or last)
        value: Record = {"through": through.isoformat()}
        if self._remembers:
            kept = (through - self.stream.lookback).isoformat()
            value["seen"] = {
                day: ids for day, ids in sorted(seen.items()) if day >= kept and len(ids) <= MOST_REMEMBERED
            }
        return Cursor(value)


def local_day(now: datetime, zone: str) -> date:
    """Return the day that it is in a zone; in UTC where the zone is not known."""
    try:
        return now.astimezone(ZoneInfo(zone or "UTC")).date()
    except (ZoneInfoNotFoundError, ValueError):
        return now.astimezone(UTC).date()


def days_of(window: Window) -> Days:
    """Return the days of a window."""
    return Days(_first_day(window.start), _first_day(window.end) - _A_DAY)


def _first_day(moment: datetime) -> date:
    """Return the first day that begins at a moment or later."""
    moment = moment.astimezone(UTC)
    return moment.date() if moment.time() == time() else moment.date() + _A_DAY


def _in(day: str, piece: Days) -> bool:
    return piece.first.isoformat() <= day <= piece.last.isoformat()


def _gone(before: Mapping[str, list[JsonValue]], now: Mapping[str, list[JsonValue]], piece: Days) -> list[Record]:
    """Return the keys of rows that a day had when it was last read, and has no more."""
    return [
        {"id": one}
        for day, ids in sorted(before.items())
        if _in(day, piece)
        for one in ids
        if one not in set(now.get(day, ()))
    ]
