"""What is known of one question: who asked, what for, and how it was answered. Values of filters are never kept."""

import math
from typing import NamedTuple

CACHED, COMPUTED = "cached", "computed"  # what an answer was; else the outcome is the code of a refusal
_STEPS = 4  # of the ladder of durations for each doubling: a step is 19 % wide


class Question(NamedTuple):
    """One question to the data route. A plain tuple, because one is made for each request."""

    workspace_id: str
    asked_at: float  # seconds since 1970
    asker_id: str
    asker_name: str
    dataset: str
    fields: tuple[str, ...]
    clients: int | None
    rows: int | None
    elapsed_ms: float
    outcome: str


def step_of(elapsed_ms: float) -> int:
    """Return the step of the ladder on which a duration lies; everything under a tenth of a millisecond is one."""
    return round(_STEPS * math.log2(max(elapsed_ms, 0.1)))


def duration_of(step: int) -> float:
    """Return the duration in the middle of a step, in milliseconds: right to a tenth."""
    return float(2 ** (step / _STEPS))
