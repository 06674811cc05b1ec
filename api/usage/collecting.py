"""Collects questions in memory. It stands on the path of every chart: no lock, no clock but two, no write."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from types import TracebackType

from api.looker.messages import DataRequest, ParameterValue, answers
from api.problems import problem_of
from api.telemetry import log
from api.usage.records import CACHED, COMPUTED, Question
from api.workspaces.records import Caller

_MOST = 50_000  # while nothing can be written, the oldest are forgotten
_MOST_FIELDS = 100


class Note:
    """Notes one question however it ends; whoever answers it fills in what he knows."""

    __slots__ = ("_asked", "_caller", "_kept", "_started", "cached", "clients", "dataset", "fields", "rows")

    def __init__(self, kept: deque[Question], caller: Caller, asked: DataRequest) -> None:
        self._kept, self._caller, self._asked = kept, caller, asked
        self._started = time.perf_counter()
        self.dataset = ""
        self.fields: Sequence[str] = ()
        self.clients: int | None = None
        self.rows: int | None = None
        self.cached = False

    @property
    def elapsed_ms(self) -> float:
        """Return the milliseconds since the question came."""
        return (time.perf_counter() - self._started) * 1000

    def __enter__(self) -> "Note":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            outcome = CACHED if self.cached else COMPUTED
        elif isinstance(error, Exception):
            outcome = problem_of(error).code
        else:
            return  # the server ends, or nobody waits any more
        caller = self._caller
        self._kept.append(
            Question(
                caller.workspace.id,
                time.time(),
                caller.key_id,
                caller.key_name,
                self.dataset or _wanted(self._asked.config_params),
                tuple(self.fields) or tuple(one.name[:100] for one in (self._asked.fields or ())[:_MOST_FIELDS]),
                self.clients,
                self.rows,
                self.elapsed_ms,
                outcome,
            )
        )


class Collector:
    """The questions that are not written yet. Any thread may add and take: both are single steps of a deque."""

    def __init__(self) -> None:
        self._kept: deque[Question] = deque(maxlen=_MOST)

    def note(self, caller: Caller, asked: DataRequest) -> Note:
        """Begin to note a question."""
        return Note(self._kept, caller, asked)

    def take(self) -> list[Question]:
        """Return what has come since the last time, oldest first, and forget it."""
        taken = []
        for _ in range(len(self._kept)):
            try:
                taken.append(self._kept.popleft())
            except IndexError:  # somebody else takes too
                break
        return taken

    def give_back(self, questions: Sequence[Question]) -> None:
        """Take back what could not be written, as far as there is room: the newest first."""
        for one in reversed(questions):
            if len(self._kept) == _MOST:
                log().warning("questions that could not be written are no longer counted")
                return
            self._kept.appendleft(one)


def _wanted(params: Mapping[str, ParameterValue] | None) -> str:
    """Return the dataset that a refused question named, as it was named."""
    found = answers((params or {}).get("dataset"))
    return found[0][:100] if found else ""
