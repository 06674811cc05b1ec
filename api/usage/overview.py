"""The usage of a workspace as the API answers it and the console shows it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from api.explanations import explanations
from api.shares.links import list_shares
from api.usage.keeping import KEPT_DAYS, Keeper
from api.usage.summing import Figures, Logged, Span, Usage
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World

KeyT = TypeVar("KeyT")
_LINK = "link "  # how the ids of callers begin that come through a link


class Sums(BaseModel):
    """Requests and how they were answered. Durations are milliseconds, right to a tenth, of answers alone."""

    requests: int
    cached_share: float | None
    p50_ms: float | None
    p95_ms: float | None
    rows: int
    errors: int


class DaySums(Sums):
    """One day, in UTC."""

    day: date
    datasets: dict[str, int]


class DatasetSums(Sums):
    """One dataset; its name is empty for requests that named none that there is."""

    dataset: str


class Asker(BaseModel):
    """Who asked: a key, a person or a share link."""

    id: str
    kind: Literal["key", "person", "link"]
    name: str


class AskerSums(Sums):
    """One asker."""

    asker: Asker


class ErrorSums(BaseModel):
    """How often an error was answered, and what to do about it."""

    code: str
    requests: int
    meaning: str
    advice: str


class QueryAnswer(BaseModel):
    """One question. What its filters looked for is not kept."""

    asked_at: datetime
    asker: Asker
    dataset: str
    fields: tuple[str, ...]
    clients: int | None
    rows: int | None
    elapsed_ms: float
    cached: bool
    error: str | None
    meaning: str | None
    advice: str | None


class UsageAnswer(BaseModel):
    """Usage of some days, and the newest questions."""

    first: date
    last: date
    total: Sums
    days: list[DaySums]
    datasets: list[DatasetSums]
    askers: list[AskerSums]
    errors: list[ErrorSums]
    queries: list[QueryAnswer]


def span_of(days: int, dataset: str | None = None, asker_id: str | None = None) -> Span:
    """Return the last days, today (UTC) included."""
    today = datetime.now(UTC).date()
    return Span(today - timedelta(days=min(days, KEPT_DAYS) - 1), today, dataset, asker_id)


def usage_of(world: World, workspace: Workspace, span: Span, most: int, *, only_errors: bool = False) -> UsageAnswer:
    """Return the usage of a workspace up to this moment: what this process has not written yet is written first."""
    Keeper(world.metadata, world.usage, world.model.datasets).flush()
    shares = {f"{_LINK}{one.id}": one.name for one in list_shares(world.metadata, workspace.id)}
    with world.metadata.read() as session:
        usage = Usage(session, workspace.id)
        askers = _askers(session, workspace, usage.names(), shares)
        total, by_day = usage.total(span), usage.by_day(span)
        each = usage.by_day_and_dataset(span)
        by_dataset, by_asker = usage.by_dataset(span), usage.by_asker(span)
        newest = usage.newest(most, span, only_errors=only_errors)
    return UsageAnswer(
        first=span.first,
        last=span.last,
        total=Sums.model_validate(_sums(total)),
        days=[
            DaySums.model_validate(_sums(by_day.get(day, Figures())) | {"day": day, "datasets": each.get(day, {})})
            for day in (span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1))
        ],
        datasets=[DatasetSums.model_validate(_sums(one) | {"dataset": name}) for name, one in by_dataset.items()],
        askers=[
            AskerSums.model_validate(_sums(one) | {"asker": _asker(askers, name)}) for name, one in by_asker.items()
        ],
        errors=[_error(code, requests) for code, requests in total.errors.most_common()],
        queries=[_query(one, askers) for one in newest],
    )


def _askers(
    session: Session, workspace: Workspace, names: Mapping[str, str], shares: Mapping[str, str]
) -> dict[str, Asker]:
    keys = {one.id: one.name for one in Repository(session).keys(workspace.id)}
    found = {}
    for one, name in names.items():
        if one.startswith(_LINK):
            found[one] = Asker(id=one, kind="link", name=shares.get(one) or "a share link")
        elif one in keys:
            found[one] = Asker(id=one, kind="key", name=keys[one])
        else:
            found[one] = Asker(id=one, kind="person", name=name)
    return found


def _asker(askers: Mapping[str, Asker], one: str, name: str = "") -> Asker:
    return askers.get(one) or Asker(id=one, kind="person", name=name)


def _sums(figures: Figures) -> dict[str, object]:
    return {
        "requests": figures.requests,
        "cached_share": figures.cached_share,
        "p50_ms": figures.duration(0.5),
        "p95_ms": figures.duration(0.95),
        "rows": figures.rows,
        "errors": figures.failed,
    }


def _error(code: str, requests: int) -> ErrorSums:
    known = explanations().get(code)
    meaning, advice = ("", "") if known is None else (known.meaning, known.advice)
    return ErrorSums(code=code, requests=requests, meaning=meaning, advice=advice)


def _query(one: Logged, askers: Mapping[str, Asker]) -> QueryAnswer:
    known = explanations().get(one.error or "")
    return QueryAnswer(
        asked_at=one.asked_at,
        asker=_asker(askers, one.asker_id, one.asker_name),
        dataset=one.dataset,
        fields=one.fields,
        clients=one.clients,
        rows=one.rows,
        elapsed_ms=one.elapsed_ms,
        cached=one.cached,
        error=one.error,
        meaning=None if known is None else known.meaning,
        advice=None if known is None else known.advice,
    )
