"""How far the history of a stream has been read: window by window, newest first, beside the cursor that follows it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from connectors import Cursor, JsonValue, Stream, Window
from warehouse.cursors import HISTORY, Position, move_position, read_position
from warehouse.duckdb import Connection

DEFAULT_HISTORY = timedelta(days=730)
_LEAST_OVERLAP = timedelta(hours=1)  # of the following cursor over the history, for clocks that disagree


@dataclass(frozen=True)
class History:
    """The history between `until`, where the first sync stood, and `since`; all from `reached` on has been read.

    `cursor` is where the window stands that began at `begun` and ends at `reached`. Instants are UTC.
    """

    since: datetime
    until: datetime
    reached: datetime
    begun: datetime | None = None
    cursor: Cursor = field(default_factory=Cursor)

    @property
    def done(self) -> bool:
        """Return whether nothing older is left to read."""
        return self.reached <= self.since

    def window(self, length: timedelta) -> Window:
        """Return the window that comes next."""
        return Window(max(self.since, self.reached - length), self.reached)

    def cursor_of(self, window: Window) -> Cursor:
        """Return where a window stands; a window of another length than the one begun starts again."""
        return self.cursor if self.begun == window.start else Cursor()

    def moved(self, window: Window, cursor: Cursor, *, done: bool) -> "History":
        """Return what is true after a part of the window, or all of it, was read."""
        if done:
            return replace(self, reached=window.start, begun=None, cursor=Cursor())
        return replace(self, begun=window.start, cursor=cursor)

    def counts(self, length: timedelta) -> tuple[int, int]:
        """Return how many windows are done, of how many."""
        done = -((self.reached - self.until) // length)
        left = -((self.since - self.reached) // length)
        return max(0, done), max(0, done) + max(0, left)


def history_of(
    connection: Connection, connection_id: str, stream: Stream, now: datetime, since: datetime | None
) -> History:
    """Return how far a stream's history has been read; `now` is where it ends if this is the first sync."""
    value = read_position(connection, connection_id, stream.name, HISTORY).cursor.value
    until = _instant(value.get("until")) or now.astimezone(UTC)
    reached = _instant(value.get("reached")) or until
    begin = since.astimezone(UTC) if since is not None else until - DEFAULT_HISTORY
    cursor = Cursor(cast("dict[str, JsonValue]", value.get("cursor") or {}))
    return History(begin, until, reached, _instant(value.get("begun")), cursor)


def move_history(
    connection: Connection, connection_id: str, stream: str, history: History, seq: int, sync_id: str, now: datetime
) -> None:
    """Write how far a stream's history has been read, inside the running transaction."""
    value: dict[str, JsonValue] = {
        "until": history.until.isoformat(),
        "reached": history.reached.isoformat(),
        "begun": None if history.begun is None else history.begun.isoformat(),
        "cursor": dict(history.cursor.value),
    }
    move_position(connection, connection_id, stream, Position(Cursor(value), seq), sync_id, now, HISTORY)


def follows_from(history: History, stream: Stream) -> datetime:
    """Return where the cursor that follows the source starts: a little before the history ends."""
    return history.until - max(stream.lookback, _LEAST_OVERLAP)


def _instant(value: JsonValue) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
