"""When things happened to a ticket. Chances are drawn whatever the moment of looking, so that a ticket only grows."""

import math
import random
from datetime import datetime, timedelta

from connectors.demo.records import seen

SETTLED_AFTER = timedelta(days=24)  # no ticket changes later than this after it came

_SPEED = {"email": 1.0, "web form": 1.15, "chat": 0.06, "messenger": 0.12, "phone": 0.02}
_LONGEST_WORK = timedelta(days=9)
_CLOSED_AFTER = timedelta(days=4)


class Moments:
    """When things happened to a ticket, cut off at `until`."""

    def __init__(self, created: datetime, channel: str, pace: float, chance: random.Random, until: datetime) -> None:
        speed = _SPEED[channel]
        bot = channel in ("chat", "messenger") and chance.random() < 0.55
        bot_alone = bot and chance.random() < 0.3
        wait = 5_400 * speed * pace * math.exp(chance.gauss(0, 0.8)) + 20
        work = 30_000 * (0.15 + speed) * pace * math.exp(chance.gauss(0, 0.95)) + 120
        solved_ever, given_up = chance.random() < 0.955, timedelta(days=chance.uniform(10, 20))
        reopened = not bot_alone and chance.random() < 0.06 + 0.015 * pace
        reopen_days = chance.uniform(0.5, 9)
        replies = 0 if bot_alone else 1 + min(6, int(chance.expovariate(1.25)))
        silent_call = channel == "phone" and chance.random() < 0.5
        self.handovers = int(chance.random() < 0.17) + int(chance.random() < 0.04)
        self.shares = sorted(chance.random() for _ in range(max(0, replies - 1)))  # when the other replies came
        self.created, self._until = created, until
        human = None if bot_alone else created + timedelta(seconds=min(wait, 5 * 86_400))
        first = created + timedelta(seconds=4) if bot else human
        assigned = None if bot_alone else created + timedelta(seconds=min(wait * 0.4, 2 * 86_400))
        began = human or created
        solved = min(began + timedelta(seconds=work), created + _LONGEST_WORK) if solved_ever else None
        back = None if solved is None or not reopened else solved + timedelta(days=reopen_days)
        again = None if back is None else min(back + timedelta(seconds=work * 0.6 + 600), created + 2 * _LONGEST_WORK)
        self.assigned, self.first_reply, self.first_human_reply = (seen(one, until) for one in (assigned, first, human))
        self.first_solved, self.came_back = seen(solved, until), seen(back, until)
        self.solved = self.first_solved if self.came_back is None else seen(again, until)
        self.reopened_soon = self.came_back is not None and reopen_days <= 7
        last = solved or began + min(timedelta(seconds=work), timedelta(days=3))
        self.answers = self._answers(human, last, silent_call and replies == 1)
        self.bot_replies = int(bot and self.first_reply is not None) * (1 + int(bot_alone))
        # Without a solution a ticket is closed when nobody has written for long.
        ended = created + given_up if not solved_ever else None if self.solved is None else self.solved + _CLOSED_AFTER
        self.closed = seen(ended, until)
        self.wait_seconds = None if self.solved is None else round((self.solved - created).total_seconds() * 0.55)

    def _answers(self, first: datetime | None, last: datetime, silent: bool) -> list[datetime]:
        """Return when a person answered in writing; a call may need no answer."""
        if first is None or silent:
            return []
        every = [first, *(first + (last - first) * share * 0.95 for share in self.shares)]
        return [moment for moment in every if moment < self._until]

    @property
    def updated(self) -> datetime:
        """Return when the ticket changed last."""
        known = (self.created, self.assigned, self.first_reply, self.first_solved, self.came_back, self.solved)
        last = self.answers[-1] if self.answers else None
        return max(moment for moment in (*known, self.closed, last) if moment is not None)

    @property
    def status(self) -> str:
        """Return the status at the moment of looking."""
        if self.closed is not None:
            return "closed"
        if self.solved is not None:
            return "solved"
        if self.assigned is None:
            return "new"
        return "open" if self.first_human_reply is None or self.came_back is not None else "pending"


def events_of(ticket: str, moments: Moments, targets: tuple[int, int], until: datetime) -> list[list[str]]:
    """Return what happened to a ticket, in order: number, kind, moment, who, from, to.

    The targets are the promised seconds to the first reply and to the solution.
    """
    happened: list[tuple[datetime, str, str, str, str]] = []
    if moments.bot_replies and moments.first_reply is not None:
        happened.append((moments.first_reply, "public_reply", "bot", "", ""))
    for number, answer in enumerate(moments.answers):
        happened.append((answer, "public_reply", "agent", "", ""))
        if number:
            asked = moments.answers[number - 1] + (answer - moments.answers[number - 1]) * 0.45
            happened.append((asked, "customer_reply", "customer", "", ""))
    for done, target in zip((moments.first_reply, moments.first_solved), targets, strict=True):
        limit = moments.created + timedelta(seconds=target)
        if limit < (done or until) and limit < until:
            happened.append((limit, "sla_breach", "system", "", ""))
    if moments.first_solved is not None:
        happened.append((moments.first_solved, "solved", "agent" if moments.answers else "system", "open", "solved"))
    if moments.came_back is not None:
        happened.append((moments.came_back, "reopened", "customer", "solved", "open"))
        if moments.solved is not None:
            happened.append((moments.solved, "solved", "agent", "open", "solved"))
    happened.sort(key=lambda one: one[0])
    return [
        [f"{ticket}-{number}", kind, f"{moment.isoformat()[:19]}Z", who, before, after]
        for number, (moment, kind, who, before, after) in enumerate(happened, start=1)
    ]
