"""What each code of an error means and what to do about it, for pages that people read."""

from dataclasses import dataclass
from functools import cache

from api.problems import PROBLEMS


@dataclass(frozen=True)
class Explanation:
    """One code, as docs/reference/errors.md and the console explain it."""

    code: str
    status: int
    meaning: str
    advice: str


@cache
def explanations() -> dict[str, Explanation]:
    """Return every code that an answer may carry, in order of the alphabet."""
    found: dict[str, Explanation] = {}
    for kind, problem in PROBLEMS.items():
        meaning = (kind.__doc__ or "").splitlines()[0].removeprefix("Raised ")
        before = f"{found[problem.code].meaning} " if problem.code in found else ""
        text = f"{before}{meaning[:1].upper()}{meaning[1:]}"
        first = found.get(problem.code)
        status, advice = (problem.status, problem.advice) if first is None else (first.status, first.advice)
        found[problem.code] = Explanation(problem.code, status, text, advice)
    return dict(sorted(found.items()))
