"""Retention and churn: of the accounts at the start, and of their revenue."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.calculators.results import Figure, Result, ratio
from schemas.errors import CalculatorInputError
from schemas.fields import Direction


@dataclass(frozen=True)
class Movement:
    """Accounts of one period. `lost` counts every account that left in it, `lost_of_start` those there at the start.

    An account that left and came back within the period is lost and reactivated, but not lost of the start.
    """

    start: int
    new: int = 0
    reactivated: int = 0
    lost: int = 0
    lost_of_start: int | None = None

    @property
    def end(self) -> int:
        """Count the accounts at the end."""
        return self.start + self.new + self.reactivated - self.lost


@dataclass(frozen=True)
class Revenue:
    """Monthly revenue of one account at the start and at the end of the period."""

    start: float
    end: float


def movement_of(at_start: Sequence[str], at_end: Sequence[str], new: Sequence[str]) -> Movement:
    """Compare lists of accounts: who was there, who is there, who came in between (and may have left again)."""
    before, after, came = set(at_start), set(at_end), set(new)
    if came & before:
        raise CalculatorInputError("A new account cannot be among those at the start.", field="new_accounts")
    strangers = after - before - came
    if strangers:
        raise CalculatorInputError(
            f"'{min(strangers)[:60]}' is there at the end, but neither at the start nor among the new.",
            field="end_accounts",
        )
    lost_of_start = len(before - after)
    return Movement(len(before), len(came), 0, lost_of_start + len(came - after), lost_of_start)


def retention(movement: Movement) -> Result:
    """Count the accounts of the start that are there at the end."""
    _check(movement)
    kept = None if movement.lost_of_start is None else ratio(movement.start - movement.lost_of_start, movement.start)
    simple = ratio(movement.end - movement.new - movement.reactivated, movement.start)
    return Result(
        calculator="retention",
        corrected=(
            Figure(
                "Retention rate",
                kept,
                "share",
                "accounts of the start still there at the end ÷ start",
                Direction.UP,
                "crr",
            ),
        ),
        guides=(
            Figure("Retention rate, simple", simple, "share", "(end − added) ÷ start", Direction.UP, "crr_simple"),
        ),
        difference=(
            "The guides' formula is right only if nobody who came in the period left in it: such an account is taken "
            "from those at the start. Counting the accounts of the start avoids that. Rates of months are never added "
            "or averaged to a year; the year is counted anew."
        ),
        warnings=_missing_cohort(movement),
    )


def churn(movement: Movement, revenue: Sequence[Revenue] = ()) -> Result:
    """Count the accounts of the start that left; with revenue also what it lost."""
    _check(movement)
    lost = None if movement.lost_of_start is None else ratio(movement.lost_of_start, movement.start)
    figures = [
        Figure(
            "Churn rate",
            lost,
            "share",
            "accounts of the start not there at the end ÷ start",
            Direction.DOWN,
            "logo_churn_rate",
        )
    ]
    if revenue:
        before = sum(one.start for one in revenue)
        kept = ratio(sum(min(one.start, one.end) for one in revenue if one.start > 0), before)
        net = ratio(sum(one.end for one in revenue if one.start > 0), before)
        figures += [
            Figure(
                "Revenue churn, gross",
                None if kept is None else 1 - kept,
                "share",
                "1 − revenue at the end, of each account at most that of the start ÷ revenue at the start",
                Direction.DOWN,
                "gross_revenue_churn_rate",
            ),
            Figure(
                "Revenue churn, net",
                None if net is None else 1 - net,
                "share",
                "1 − revenue at the end of the accounts of the start ÷ revenue at the start",
                Direction.DOWN,
                "net_revenue_churn_rate",
            ),
        ]
    every = ratio(movement.lost, movement.start)
    return Result(
        calculator="churn",
        corrected=tuple(figures),
        guides=(
            Figure("Churn rate, all losses", every, "share", "lost ÷ start", Direction.DOWN, "logo_churn_rate_all"),
        ),
        difference=(
            "The guides divide everybody who left, those who came in the period included, by the accounts of the "
            "start. Churn of accounts and churn of revenue are two figures with two goals. High churn is the problem "
            "to look into, not low churn."
        ),
        warnings=_missing_cohort(movement),
    )


def _check(movement: Movement) -> None:
    of_start = movement.lost_of_start
    added = movement.new + movement.reactivated
    if movement.end < 0:
        raise CalculatorInputError("More accounts left than there were.", field="lost")
    if of_start is not None and (of_start > movement.start or of_start > movement.lost):
        raise CalculatorInputError("lost_of_start counts a part of lost, and of start.", field="lost_of_start")
    if of_start is not None and movement.lost - of_start > added:
        raise CalculatorInputError(
            "Who left without being lost of the start came in the period or came back: lost − lost_of_start is at most "
            "new + reactivated.",
            field="lost_of_start",
        )


def _missing_cohort(movement: Movement) -> tuple[str, ...]:
    if movement.lost_of_start is not None:
        return ()
    least = max(0, movement.lost - movement.new - movement.reactivated)
    most = min(movement.start, movement.lost)
    text = "The corrected figure needs lost_of_start, the accounts of the start that are not there at the end."
    return (f"{text} It lies between {least} and {most}.",)
