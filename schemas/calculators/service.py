"""Response time, resolution and first contact: how quickly and how finally customers are helped."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.calculators.results import Figure, Result, quantile, ratio
from schemas.errors import CalculatorInputError
from schemas.fields import Direction

REOPEN_DAYS = 7


@dataclass(frozen=True)
class Contact:
    """One ticket. None means unknown; `reopened_after_days` None means never reopened.

    `voice` is true for channels that need no written reply: phone calls and talks in person.
    """

    solved: bool = True
    human_replies: int | None = None
    bot_replies: int = 0
    assignees: int | None = None
    reopened_after_days: float | None = None
    voice: bool = False

    @property
    def is_first_contact(self) -> bool | None:
        """Say whether one reply by one person was enough; None if replies or assignees are unknown."""
        if not self.solved or self.human_replies is None or self.assignees is None:
            return None
        enough = self.human_replies == 1 or (self.voice and self.human_replies == 0)
        stayed = self.reopened_after_days is None or self.reopened_after_days > REOPEN_DAYS
        return enough and self.assignees <= 1 and stayed


def response_time(seconds: Sequence[float], unanswered: int) -> Result:
    """Average the waits of answered inquiries; the unanswered are counted beside them."""
    total, answered = sum(seconds), len(seconds)
    return Result(
        calculator="response-time",
        corrected=(
            Figure(
                "First response time (average)",
                ratio(total, answered),
                "seconds",
                "seconds to the first reply ÷ answered inquiries",
                Direction.DOWN,
                "frt_avg_seconds",
            ),
            *_spread("First response time", seconds, "frt"),
            Figure(
                "Unanswered inquiries",
                unanswered,
                "number",
                "inquiries without a reply",
                Direction.DOWN,
                "unanswered_tickets",
            ),
        ),
        guides=(
            Figure(
                "First response time over all inquiries",
                ratio(total, answered + unanswered),
                "seconds",
                "seconds to the first reply ÷ inquiries",
                Direction.DOWN,
                "frt_all_avg_seconds",
            ),
        ),
        difference=(
            "With all inquiries in the denominator, each one left unanswered makes the team look faster. The median "
            "and the 90th percentile are not moved by a few long waits."
        ),
    )


def resolution(
    solved: int, unsolved: int, elapsed_seconds: Sequence[float] = (), effort_seconds: Sequence[float] = ()
) -> Result:
    """Divide the solved by the received; times are elapsed, or effort, and both are told apart."""
    return Result(
        calculator="resolution",
        corrected=(
            Figure(
                "Resolution rate",
                ratio(solved, solved + unsolved),
                "share",
                "solved ÷ received",
                Direction.UP,
                "resolution_rate",
            ),
            Figure(
                "Resolution time (average)",
                ratio(sum(elapsed_seconds), len(elapsed_seconds)),
                "seconds",
                "seconds from creation to the last solve ÷ solved",
                Direction.DOWN,
                "resolution_avg_seconds",
            ),
            *_spread("Resolution time", elapsed_seconds, "resolution"),
            Figure(
                "Handle time (average)",
                ratio(sum(effort_seconds), len(effort_seconds)),
                "seconds",
                "seconds of work ÷ solved",
                Direction.DOWN,
                "handle_avg_seconds",
            ),
        ),
        guides=(
            Figure(
                "Solved to unsolved",
                ratio(solved, unsolved),
                "ratio",
                "solved ÷ unsolved",
                Direction.UP,
                "solved_to_unsolved_ratio",
            ),
        ),
        difference=(
            "Solved ÷ unsolved has no upper bound and no value when everything is solved, so it is not a rate. Time "
            "spent can mean the hours that passed or the work that was done: two figures."
        ),
    )


def first_contact(contacts: Sequence[Contact]) -> Result:
    """Count tickets that one reply by one person solved for good, over the solved ones where that is known."""
    solved = [one for one in contacts if one.solved]
    known = [one for one in solved if one.is_first_contact is not None]
    staffed = [one for one in solved if one.assignees is not None]
    by_bot = sum(one.bot_replies > 0 and one.human_replies == 0 for one in solved)
    unknown = len(solved) - len(known)
    return first_contact_from_counts(
        sum(one.is_first_contact is True for one in known),
        len(known),
        sum(one.assignees == 1 for one in staffed),
        len(staffed),
        by_bot,
        len(solved),
        warnings=(f"{unknown} solved without known replies or assignees are left out.",) if unknown else (),
    )


def first_contact_from_counts(
    first_contact_tickets: int,
    known_tickets: int,
    one_agent_tickets: int,
    staffed_tickets: int,
    bot_tickets: int,
    solved_tickets: int,
    warnings: tuple[str, ...] = (),
) -> Result:
    """Divide counts that are known already."""
    pairs = (
        ("first_contact_tickets", first_contact_tickets, known_tickets),
        ("one_agent_tickets", one_agent_tickets, staffed_tickets),
        ("bot_tickets", bot_tickets, solved_tickets),
    )
    for name, part, whole in pairs:
        if part > whole:
            raise CalculatorInputError(f"{name} counts a part of {whole} tickets, so it cannot be {part}.", field=name)
    return Result(
        calculator="first-contact",
        corrected=(
            Figure(
                "First contact resolution",
                ratio(first_contact_tickets, known_tickets),
                "share",
                "solved by one human reply and at most one assignee, not reopened within 7 days ÷ solved and known",
                Direction.UP,
                "fcr_rate",
            ),
            Figure(
                "Resolved by the bot",
                ratio(bot_tickets, solved_tickets),
                "share",
                "solved with bot replies only ÷ solved",
                Direction.NEUTRAL,
                "bot_resolution_rate",
            ),
        ),
        guides=(
            Figure(
                "Solved by one agent",
                ratio(one_agent_tickets, staffed_tickets),
                "share",
                "solved with one assignee ÷ solved",
                Direction.UP,
                "one_agent_resolution_rate",
            ),
        ),
        difference=(
            "One agent may need ten messages, and a ticket that comes back was not solved. First contact means one "
            "reply that was enough; solves by a bot alone are counted apart."
        ),
        warnings=warnings,
    )


def _spread(label: str, seconds: Sequence[float], prefix: str) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"{label} ({name})", quantile(seconds, fraction), "seconds", formula, Direction.DOWN, f"{prefix}_{end}")
        for name, fraction, formula, end in (
            ("median", 0.5, "half waited no longer", "median_seconds"),
            ("90th percentile", 0.9, "nine in ten waited no longer", "p90_seconds"),
        )
    )
