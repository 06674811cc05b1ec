"""What the process that reads a source and the one that loads say to each other, as JSON."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypedDict, cast

import connectors.errors
from connectors import Cursor, JsonValue, Share, SourceError, StopError, Stream, Totals, Window
from warehouse.extraction import Note, Part, Record, Spent, Taken
from warehouse.quarantine import BadRow
from warehouse.spool import Piece

Message: TypeAlias = dict[str, JsonValue]


class _Row(TypedDict):
    line: int
    reason: str
    record: str


def part_message(part: Part) -> JsonValue:
    """Write down what to read."""
    window = part.window
    return {
        "stream": part.stream.name,
        "cursor": dict(part.cursor.value),
        "window": None if window is None else [window.start.isoformat(), window.end.isoformat()],
        "since": None if part.since is None else part.since.isoformat(),
    }


def part_of(told: JsonValue, streams: dict[str, Stream]) -> Part:
    """Read what to read."""
    assert isinstance(told, dict)
    since = told["since"]
    return Part(
        streams[str(told["stream"])],
        cursor_of(told["cursor"]),
        window_of(told["window"]),
        datetime.fromisoformat(since) if isinstance(since, str) else None,
    )


def cursor_of(told: JsonValue) -> Cursor:
    """Read a cursor."""
    assert isinstance(told, dict)
    return Cursor(told)


def window_of(told: JsonValue) -> Window | None:
    """Read a window."""
    if not isinstance(told, list):
        return None
    start, end = (datetime.fromisoformat(str(one)) for one in told)
    return Window(start, end)


def taken_message(taken: Taken, spent: Spent) -> dict[str, object]:
    """Write down a piece."""
    piece = None if taken.piece is None else {**asdict(taken.piece), "path": str(taken.piece.path)}
    told = {
        "piece": piece,
        "cursor": dict(taken.cursor.value),
        "done": taken.done,
        "gone": list(taken.tombstones),
        "records": taken.records,
    }
    return {"taken": told, "spent": list(asdict(spent).values())}


def taken_of(message: Message) -> Taken:
    """Read a piece."""
    told = message["taken"]
    assert isinstance(told, dict)
    piece = told["piece"]
    gone, records = told["gone"], told["records"]
    assert isinstance(gone, list)
    assert isinstance(records, int)
    return Taken(
        _piece(piece) if isinstance(piece, dict) else None,
        cursor_of(told["cursor"]),
        bool(told["done"]),
        tuple(cast("list[Record]", gone)),
        records,
    )


def _piece(told: dict[str, JsonValue]) -> Piece:
    bad = tuple(BadRow(**row) for row in cast("list[_Row]", told["bad_rows"]))
    columns = tuple(str(name) for name in cast("list[str]", told["columns"]))
    rows, first, longest, done = (int(str(told[name])) for name in ("rows", "first_line", "longest", "bytes_done"))
    return Piece(Path(str(told["path"])), rows, columns, bool(told["numbered"]), first, longest, done, bad)


def note_message(note: Note, spent: Spent) -> dict[str, object]:
    """Write down how far a read is."""
    return {"note": [note.records, note.expected, note.waiting], "spent": list(asdict(spent).values())}


def note_of(message: Message) -> Note:
    """Read how far a read is."""
    records, expected, waiting = cast("tuple[int, int | None, float | None]", message["note"])
    return Note(records, expected, waiting)


def spent_of(message: Message) -> Spent:
    """Read what reading has cost."""
    requests, wasted, waited = cast("tuple[int, int, float]", message["spent"])
    return Spent(requests, wasted, waited)


def pause_message(seconds: float, share: Share | None) -> dict[str, object]:
    """Write down a pause that a vendor has asked for, and for what."""
    return {"hold": [seconds, None if share is None else share.value]}


def pause_of(message: Message) -> tuple[float, Share | None]:
    """Read a pause."""
    seconds, share = cast("tuple[float, str | None]", message["hold"])
    return seconds, None if share is None else Share(share)


def totals_of(message: Message) -> Totals | None:
    """Read what a vendor counts."""
    told = message["totals"]
    if not isinstance(told, dict):
        return None
    return Totals(cast("int | None", told["records"]), cast("dict[str, float]", told["sums"]), bool(told["whole"]))


def told_error(error: Exception) -> Message:
    """Write down an error; what is no SourceError becomes a StopError that names it."""
    if not isinstance(error, SourceError):
        error = StopError(f"{type(error).__name__}: {str(error)[:200]}")
    facts: dict[str, JsonValue] = {
        name: value for name, value in vars(error).items() if isinstance(value, str | int | float)
    }
    return {"error": {"kind": type(error).__name__, "message": str(error), "facts": facts}}


def error_of(message: Message) -> SourceError:
    """Read an error."""
    told = message["error"]
    assert isinstance(told, dict)
    kind: type[SourceError] = getattr(connectors.errors, str(told["kind"]), StopError)
    error = kind.__new__(kind)
    Exception.__init__(error, str(told["message"]))
    vars(error).update({"source": "", "stream": "", "request_id": "", **cast("dict[str, JsonValue]", told["facts"])})
    return error
