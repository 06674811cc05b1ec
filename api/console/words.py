"""Moments and counts in the words that people use."""

from datetime import UTC, datetime

_STEPS = ((60, 1, "second"), (3_600, 60, "minute"), (86_400, 3_600, "hour"), (float("inf"), 86_400, "day"))


def ago(value: datetime | None, at: datetime | None = None) -> str:
    """Return how long ago or ahead a moment is, such as `5 minutes ago` or `in 2 hours`."""
    if value is None:
        return "never"
    seconds = ((at or datetime.now(UTC)) - value).total_seconds()
    size = abs(seconds)
    if size < 5:
        return "just now"
    length, unit = next((length, unit) for limit, length, unit in _STEPS if size < limit)
    number = max(1, int(size // length))
    text = f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{text} ago" if seconds >= 0 else f"in {text}"


def moment(value: datetime | None) -> str:
    """Return a moment as it is shown on hovering, in UTC."""
    return "" if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(value: datetime | None) -> str:
    """Return a day such as `26 Dec 2025`; a dash where there is none."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def count(value: int | None) -> str:
    """Return a whole number with separators; a dash where it is not known."""
    return "–" if value is None else f"{value:,}"
