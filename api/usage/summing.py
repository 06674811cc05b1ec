"""Sums up what was counted: requests, cached share, durations and errors, by day, dataset and asker."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.usage.models import QueryLogRow, UsageCountRow
from api.usage.records import CACHED, COMPUTED, duration_of

KeyT = TypeVar("KeyT")


@dataclass(frozen=True)
class Span:
    """Which requests are summed up: those of some days (UTC, both included), of one dataset or asker if it is named."""

    first: date
    last: date
    dataset: str | None = None
    asker_id: str | None = None


@dataclass
class Figures:
    """Requests, and how they were answered."""

    requests: int = 0
    cached: int = 0
    rows: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    steps: Counter[int] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """Return how many were refused or failed."""
        return self.errors.total()

    @property
    def cached_share(self) -> float | None:
        """Return the share of the answers that came from memory; None if there were none."""
        answered = self.requests - self.failed
        return self.cached / answered if answered else None

    def duration(self, share: float) -> float | None:
        """Return the milliseconds within which this share of the answers was ready, right to a tenth."""
        wanted, seen = share * self.steps.total(), 0
        for step in sorted(self.steps):
            seen += self.steps[step]
            if seen >= wanted:
                return duration_of(step)
        return None

    def take(self, outcome: str, step: int, requests: int, rows: int) -> None:
        """Add requests of one outcome and duration; durations of refusals do not count as answers'."""
        self.requests += requests
        self.rows += rows
        if outcome in (CACHED, COMPUTED):
            self.steps[step] += requests
            self.cached += requests if outcome == CACHED else 0
        else:
            self.errors[outcome] += requests


@dataclass(frozen=True)
class Logged:
    """One question as it is listed; `error` is the code of a refusal."""

    asked_at: datetime
    asker_id: str
    asker_name: str
    dataset: str
    fields: tuple[str, ...]
    clients: int | None
    rows: int | None
    elapsed_ms: float
    cached: bool
    error: str | None


class Usage:
    """The usage of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def total(self, span: Span) -> Figures:
        """Return the figures of all requests."""
        return self._by(UsageCountRow.workspace_id, span).get(self._workspace_id, Figures())

    def by_day(self, span: Span) -> Mapping[date, Figures]:
        """Return the figures of each day that has any."""
        return dict(sorted(self._by(UsageCountRow.day, span).items()))

    def by_day_and_dataset(self, span: Span) -> Mapping[date, dict[str, int]]:
        """Return how many requests each dataset had on each day."""
        keys = (UsageCountRow.day, UsageCountRow.dataset)
        query = select(*keys, func.sum(UsageCountRow.requests)).where(*self._conditions(span)).group_by(*keys)
        found: dict[date, dict[str, int]] = {}
        for day, dataset, requests in self._session.execute(query.order_by(UsageCountRow.dataset)):
            found.setdefault(day, {})[dataset] = int(requests)
        return found

    def by_dataset(self, span: Span) -> Mapping[str, Figures]:
        """Return the figures of each dataset, the most asked first; what named none is under nothing."""
        return _most_asked(self._by(UsageCountRow.dataset, span))

    def by_asker(self, span: Span) -> Mapping[str, Figures]:
        """Return the figures of each asker by id, the most asking first."""
        return _most_asked(self._by(UsageCountRow.asker_id, span))

    def names(self) -> Mapping[str, str]:
        """Return the askers' names by id, as they were when they asked."""
        query = select(UsageCountRow.asker_id, func.max(UsageCountRow.asker_name)).where(
            UsageCountRow.workspace_id == self._workspace_id
        )
        return {row[0]: row[1] for row in self._session.execute(query.group_by(UsageCountRow.asker_id))}

    def newest(self, most: int, span: Span, *, only_errors: bool = False) -> list[Logged]:
        """Return the newest questions, the newest first; days do not narrow them."""
        query = select(QueryLogRow).where(QueryLogRow.workspace_id == self._workspace_id)
        if span.dataset is not None:
            query = query.where(QueryLogRow.dataset == span.dataset)
        if span.asker_id is not None:
            query = query.where(QueryLogRow.asker_id == span.asker_id)
        if only_errors:
            query = query.where(QueryLogRow.outcome.not_in((CACHED, COMPUTED)))
        rows = self._session.scalars(query.order_by(QueryLogRow.sequence.desc()).limit(most))
        return [_logged(row) for row in rows]

    def _by(self, column: InstrumentedAttribute[KeyT], span: Span) -> dict[KeyT, Figures]:
        counted = (column, UsageCountRow.outcome, UsageCountRow.step)
        query = select(*counted, func.sum(UsageCountRow.requests), func.sum(UsageCountRow.rows))
        found: dict[KeyT, Figures] = {}
        for key, outcome, step, requests, rows in self._session.execute(
            query.where(*self._conditions(span)).group_by(*counted)
        ):
            found.setdefault(key, Figures()).take(outcome, step, int(requests), int(rows))
        return found

    def _conditions(self, span: Span) -> list[ColumnElement[bool]]:
        conditions = [
            UsageCountRow.workspace_id == self._workspace_id,
            UsageCountRow.day >= span.first,
            UsageCountRow.day <= span.last,
        ]
        if span.dataset is not None:
            conditions.append(UsageCountRow.dataset == span.dataset)
        if span.asker_id is not None:
            conditions.append(UsageCountRow.asker_id == span.asker_id)
        return conditions


def _most_asked(found: Mapping[str, Figures]) -> dict[str, Figures]:
    return dict(sorted(found.items(), key=lambda one: (-one[1].requests, one[0])))


def _logged(row: QueryLogRow) -> Logged:
    answered = row.outcome in (CACHED, COMPUTED)
    return Logged(
        row.asked_at,
        row.asker_id,
        row.asker_name,
        row.dataset,
        tuple(row.fields),
        row.clients,
        row.rows,
        row.elapsed_ms,
        row.outcome == CACHED,
        None if answered else row.outcome,
    )
