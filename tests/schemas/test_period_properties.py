"""Stocks and cohorts of invented accounts, for any range: against plain Python, and against each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import SemanticModel, load_model
from tests.schemas.asking import ask
from tests.schemas.backend import Backend
from tests.schemas.world import Row, add_rows, build_tables

MODEL: SemanticModel = load_model()
WAREHOUSE = build_tables(MODEL, {})
FIRST = date(2024, 12, 1)
TODAY = date(2025, 4, 15)
NAMES = (
    "accounts_start accounts_end accounts_retained accounts_lost_cohort "
    "accounts_new accounts_reactivated accounts_lost_all net_new_accounts"
)

Span = tuple[date, date | None]


@dataclass(frozen=True)
class Account:
    """An account with spans that do not overlap."""

    segment: str | None
    spans: tuple[Span, ...]

    def is_active(self, day: date) -> bool:
        """Say whether a span covers the day."""
        return any(first <= day and (end is None or end > day) for first, end in self.spans)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Draw up to three spans; the last one may be open."""
    days = draw(st.lists(st.integers(0, 150), min_size=1, max_size=6, unique=True).map(sorted))
    edges: list[date | None] = [FIRST + timedelta(days=day) for day in days]
    edges += [None] if len(edges) % 2 else []
    spans = [(first, end) for first, end in zip(edges[::2], edges[1::2], strict=True) if first is not None]
    return Account(draw(st.sampled_from(["x", "y", None])), tuple(spans))


def rows(everyone: list[Account]) -> Iterator[Row]:
    for number, account in enumerate(everyone):
        for place, (first, end) in enumerate(account.spans):
            kind = "reactivated" if place else "new"
            row: Row = {"account_id": str(number), "segment": account.segment, "start_kind": kind}
            yield {**row, "started_on": first, "ended_on": end}


def expected(everyone: list[Account], first: date, last: date) -> tuple[int, ...]:
    """Count by the definitions."""
    before = first - timedelta(days=1)
    start, end = ([account.is_active(day) for account in everyone] for day in (before, last))
    kept = sum(was and still for was, still in zip(start, end, strict=True))
    begun = [(place, day) for account in everyone for place, (day, _) in enumerate(account.spans)]
    new = sum(place == 0 and first <= day <= last for place, day in begun)
    back = sum(place > 0 and first <= day <= last for place, day in begun)
    lost = sum(day is not None and first <= day <= last for account in everyone for _, day in account.spans)
    return (sum(start), sum(end), kept, sum(start) - kept, new, back, lost, new + back - lost)


def months(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """Cut a range into the pieces of calendar months."""
    while first <= last:
        after = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield f"{first:%Y%m}", first, min(last, after - timedelta(days=1))
        first = after


@settings(max_examples=25, deadline=None)
@given(st.lists(accounts(), min_size=1, max_size=8), st.integers(1, 100), st.integers(0, 60))
def test_any_range_by_any_split(everyone: list[Account], offset: int, length: int) -> None:
    first = FIRST + timedelta(days=offset)
    last = first + timedelta(days=length)
    WAREHOUSE.execute("delete from normalised.account_span")
    add_rows(MODEL, WAREHOUSE, "account_span", rows(everyone))
    backend = Backend(MODEL, WAREHOUSE, dataset="accounts_period", today=TODAY)
    dates = (first.isoformat(), last.isoformat())
    # Events are counted up to the end of the range, stocks up to today; ranges that end by today are alike.
    whole = ask(backend, NAMES, dates)
    if last <= TODAY:
        assert whole == [expected(everyone, first, last)]
        by_month = {row[0]: row[1:] for row in ask(backend, f"date_month {NAMES}", dates)}
        for label, begins, ends in months(first, last):
            assert by_month.get(label, (0,) * 8) == expected(everyone, begins, ends)
        by_segment = {row[0]: row[1:] for row in ask(backend, f"segment {NAMES}", dates)}
        for segment in ("x", "y", None):
            members = [account for account in everyone if account.segment == segment]
            assert by_segment.get(segment, (0,) * 8) == expected(members, first, last)
    start, end, kept, lost, *_, net = whole[0]
    assert kept + lost == start
    assert last > TODAY or end - start == net


def test_the_reference_can_tell() -> None:
    """Who leaves within the range and returns is kept; who leaves on its last day is not."""
    back = Account(None, ((FIRST, FIRST + timedelta(days=10)), (FIRST + timedelta(days=20), None)))
    gone = Account(None, ((FIRST, FIRST + timedelta(days=30)),))
    found = expected([back, gone], FIRST + timedelta(days=5), FIRST + timedelta(days=30))
    assert found == pytest.approx((2, 1, 1, 1, 0, 1, 2, -1))
