"""Days of a read: windows that meet share none, the lookback is read again, and a crash leaves nothing out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from connectors import Context, Cursor, DeleteSignal, Stream, Window
from connectors.day_reading import MOST_REMEMBERED, DayRead, DayRules, Days, Record, local_day

NOW = datetime(2026, 3, 30, 15, tzinfo=UTC)
STREAM = Stream("days", ("id",), (), lookback=timedelta(days=3), deletes=DeleteSignal.TOMBSTONES)
RULES = DayRules(history=timedelta(days=365), step=4)


def days(read: DayRead) -> list[date]:
    """Return the days of a read, one by one."""
    found = []
    for piece in read.pieces():
        assert (piece.last - piece.first).days < read.rules.step
        found += [piece.first + timedelta(days=number) for number in range((piece.last - piece.first).days + 1)]
    return found


def reading(
    cursor: Cursor | None = None,
    *,
    window: Window | None = None,
    since: datetime | None = None,
    now: datetime = NOW,
    zone: str = "UTC",
    rules: DayRules = RULES,
) -> DayRead:
    """Return a read of the stream."""
    return DayRead(Context("one", {}, now, since), STREAM, cursor or Cursor(), window, rules, zone)


@given(
    some.lists(some.integers(0, 24 * 90), min_size=2, max_size=6, unique=True),
    some.sampled_from(("UTC", "Pacific/Auckland", "America/Los_Angeles")),
)
def test_windows_that_meet_share_no_day_and_leave_none_out(hours: list[int], zone: str) -> None:
    cuts = [NOW - timedelta(hours=one) for one in sorted(hours, reverse=True)]
    windows = [Window(start, end) for start, end in pairwise(cuts)]
    apart = [day for one in windows for day in days(reading(window=one, zone=zone))]
    assert apart == days(reading(window=Window(cuts[0], cuts[-1]), zone=zone))
    live = days(reading(since=cuts[-1], zone=zone))
    assert apart + live == days(reading(since=cuts[0], zone=zone))


def test_a_first_read_begins_where_history_does() -> None:
    assert days(reading())[0] == date(2025, 3, 30)
    assert days(reading(since=datetime(2026, 3, 28, tzinfo=UTC))) == [date(2026, 3, day) for day in (28, 29, 30)]
    assert days(reading(since=datetime(2020, 1, 1, tzinfo=UTC)))[0] == date(2025, 3, 30)


def test_the_lookback_is_read_again_until_a_day_is_settled() -> None:
    cursor = Cursor({"through": "2026-03-29"})
    assert days(reading(cursor)) == [date(2026, 3, day) for day in (26, 27, 28, 29, 30)]
    assert [reading(cursor).is_settled(f"2026-03-{day}") for day in (26, 27)] == [True, False]
    assert not reading(cursor).is_settled("2026-02-31")


def test_the_present_day_is_that_of_the_account() -> None:
    assert local_day(NOW, "Pacific/Auckland") == date(2026, 3, 31)
    assert local_day(datetime(2026, 3, 30, 3, tzinfo=UTC), "America/Los_Angeles") == date(2026, 3, 29)
    assert local_day(NOW, "Nowhere/At_All") == local_day(NOW, "") == date(2026, 3, 30)


def test_newest_days_without_figures_are_not_asked_for() -> None:
    rules = DayRules(history=timedelta(days=365), delay=2)
    assert days(reading(since=datetime(2026, 3, 27, tzinfo=UTC), rules=rules)) == [date(2026, 3, 27), date(2026, 3, 28)]


def test_halves_of_days() -> None:
    assert Days(date(2026, 1, 1), date(2026, 1, 3)).halves() == (
        Days(date(2026, 1, 1), date(2026, 1, 2)),
        Days(date(2026, 1, 3), date(2026, 1, 3)),
    )
    assert Days(date(2026, 1, 1), date(2026, 1, 1)).halves() is None


def read_rows(read: DayRead, rows: list[Record], size: int = 2) -> list[tuple[list[object], Cursor, list[object]]]:
    """Return ids, cursor and ids of tombstones of each batch of a read."""

    async def fetch(piece: Days) -> AsyncIterator[list[Record]]:
        mine = [one for one in rows if piece.first.isoformat() <= str(one["date"]) <= piece.last.isoformat()]
        for start in range(0, len(mine), size):
            yield mine[start : start + size]

    async def collect() -> list[tuple[list[object], Cursor, list[object]]]:
        return [
            ([one["id"] for one in batch.records], batch.cursor, [one["id"] for one in batch.tombstones])
            async for batch in read.batches(fetch)
        ]

    return asyncio.run(collect())


def row(day: int, name: str) -> Record:
    """Return a row of March."""
    return {"date": f"2026-03-{day:02}", "id": f"{day}-{name}"}


def test_the_cursor_moves_with_the_last_page_of_a_piece() -> None:
    rows = [row(day, name) for day in (24, 25, 29) for name in "abc"]
    found = read_rows(reading(since=datetime(2026, 3, 23, tzinfo=UTC)), rows)
    assert [ids for ids, _, _ in found] == [
        ["24-a", "24-b"],
        ["24-c", "25-a"],
        ["25-b", "25-c"],
        ["29-a", "29-b"],
        ["29-c"],
    ]
    assert [one.value.get("through") for _, one, _ in found] == [None, None, "2026-03-26", "2026-03-26", "2026-03-30"]


def test_while_old_days_are_read_again_the_cursor_stays() -> None:
    found = read_rows(reading(Cursor({"through": "2026-03-29"})), [row(26, "a"), row(30, "a")])
    assert [one.value["through"] for _, one, _ in found] == ["2026-03-29", "2026-03-30"]


def test_rows_that_vanish_are_told_once() -> None:
    rules = DayRules(history=timedelta(days=365), vanishing=True)
    since = datetime(2026, 3, 25, tzinfo=UTC)
    first = read_rows(reading(since=since, rules=rules), [row(28, "a"), row(28, "b"), row(29, "a"), row(25, "a")], 9)
    cursor = first[-1][1]
    assert cursor.value["seen"] == {"2026-03-28": ["28-a", "28-b"], "2026-03-29": ["29-a"]}
    second = read_rows(reading(cursor, rules=rules), [row(28, "b"), row(29, "a"), row(29, "c")], 9)
    assert [gone for _, _, gone in second] == [["28-a"]]
    third = read_rows(reading(second[-1][1], rules=rules), [row(28, "b"), row(29, "a"), row(29, "c")], 9)
    assert [gone for _, _, gone in third] == [[]]


def test_a_day_with_very_many_rows_is_not_remembered() -> None:
    rules = DayRules(history=timedelta(days=365), vanishing=True)
    many = [row(29, str(number)) for number in range(MOST_REMEMBERED + 1)]
    ((_, cursor, _),) = read_rows(reading(since=datetime(2026, 3, 29, tzinfo=UTC), rules=rules), many, len(many))
    assert cursor.value["seen"] == {}


def test_a_window_that_was_read_is_empty() -> None:
    window = Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    assert len(read_rows(reading(window=window), [row(1, "a"), row(8, "a")])) == 2
    ((ids, cursor, _),) = read_rows(reading(Cursor({"through": "2026-03-08"}), window=window), [row(8, "a")])
    assert (ids, cursor.value) == ([], {"through": "2026-03-08"})
    old = Window(datetime(2019, 3, 1, tzinfo=UTC), datetime(2019, 3, 9, tzinfo=UTC))
    assert [ids for ids, _, _ in read_rows(reading(window=old), [])] == [[]]
