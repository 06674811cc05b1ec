"""Reads the audit log of a workspace: the newest lines first, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.audit.models import AuditRow
from api.audit.records import Action, ActorKind, Entry, Result

PAGE = 100
_MOST = 1_000
_BATCH = 1_000


@dataclass(frozen=True)
class Search:
    """What is looked for; empty means everything. Days are of UTC, both included."""

    actor_id: str = ""
    action: Action | None = None
    object_id: str = ""
    first: date | None = None
    last: date | None = None
    before: int | None = None  # the sequence that the page ends before
    limit: int = PAGE


def entries(session: Session, workspace_id: str, search: Search) -> list[Entry]:
    """Return a page of lines, the newest first; the last one's `sequence` is where the next page begins."""
    query = select(AuditRow).where(AuditRow.workspace_id == workspace_id)
    if search.actor_id:
        query = query.where(AuditRow.actor_id == search.actor_id)
    if search.action is not None:
        query = query.where(AuditRow.action == search.action)
    if search.object_id:
        # A line about a deletion names two: the client account and, after a slash, its receipt.
        whole, part = AuditRow.object_id == search.object_id, search.object_id
        first = AuditRow.object_id.startswith(f"{part}/", autoescape=True)
        query = query.where(or_(whole, first, AuditRow.object_id.endswith(f"/{part}", autoescape=True)))
    if search.first is not None:
        query = query.where(AuditRow.at >= _midnight(search.first))
    if search.last is not None:
        query = query.where(AuditRow.at < _midnight(search.last + timedelta(days=1)))
    if search.before is not None:
        query = query.where(AuditRow.sequence < search.before)
    newest = query.order_by(AuditRow.sequence.desc()).limit(min(max(search.limit, 1), _MOST))
    return [_entry(row) for row in session.scalars(newest)]


def every_entry(session: Session, workspace_id: str, search: Search) -> Iterator[Entry]:
    """Yield all lines that are looked for, however many there are."""
    before = search.before
    while found := entries(session, workspace_id, replace(search, before=before, limit=_BATCH)):
        yield from found
        before = found[-1].sequence


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _entry(row: AuditRow) -> Entry:
    return Entry(
        sequence=row.sequence,
        at=row.at,
        actor_kind=ActorKind(row.actor_kind),
        actor_id=row.actor_id,
        action=Action(row.action),
        object_id=row.object_id,
        address=row.address,
        result=Result(row.result),
        request_id=row.request_id,
    )
