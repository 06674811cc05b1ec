"""Annotations: what happened on a day or some days, so that charts can say why; reports read the warehouse's copy."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias, get_args

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from api.errors import InvalidSettingError
from api.writing.models import AnnotationRow
from schemas import SemanticModel
from warehouse import WrittenRow

AnnotationKind: TypeAlias = Literal["event", "cause", "action", "market", "competitor"]
KINDS: tuple[AnnotationKind, ...] = get_args(AnnotationKind)
MOST_TEXT = 1_000


@dataclass(frozen=True)
class Annotation:
    """A remark; without a client account it is about all of them, without `ends_on` about one day."""

    kind: AnnotationKind
    starts_on: date
    text: str
    client_account_id: str | None = None
    ends_on: date | None = None
    recommendation: str | None = None
    metric_id: str | None = None
    author: str = ""
    id: str = ""
    written_at: datetime | None = None


class Annotations:
    """The annotations of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self, clients: Iterable[str] | None = None) -> list[Annotation]:
        """Return the annotations, of some client accounts (with those about all) or of all, the newest days first."""
        query = select(AnnotationRow).where(AnnotationRow.workspace_id == self._workspace_id)
        if clients is not None:
            mine = AnnotationRow.client_account_id.in_(list(clients))
            query = query.where(or_(mine, AnnotationRow.client_account_id.is_(None)))
        rows = self._session.scalars(query.order_by(AnnotationRow.starts_on.desc(), AnnotationRow.id))
        return [_annotation(row) for row in rows]

    def get(self, annotation_id: str) -> Annotation | None:
        """Return one annotation of the workspace."""
        row = self._row(annotation_id)
        return None if row is None else _annotation(row)

    def put(self, annotation: Annotation) -> Annotation:
        """Add an annotation, or change the one with its id."""
        row = self._row(annotation.id)
        if row is None:
            row = AnnotationRow(workspace_id=self._workspace_id)
            self._session.add(row)
        for name, value in asdict(annotation).items():
            if name not in {"id", "written_at"}:
                setattr(row, name, value)
        self._session.flush()
        return _annotation(row)

    def remove(self, annotation_id: str) -> bool:
        """Remove an annotation, and tell whether there was one."""
        query = delete(AnnotationRow).where(AnnotationRow.workspace_id == self._workspace_id)
        done = self._session.execute(query.where(AnnotationRow.id == annotation_id))
        return bool(getattr(done, "rowcount", 0))

    def _row(self, annotation_id: str) -> AnnotationRow | None:
        query = select(AnnotationRow).where(AnnotationRow.workspace_id == self._workspace_id)
        return self._session.scalar(query.where(AnnotationRow.id == annotation_id))


def checked(annotation: Annotation, model: SemanticModel) -> Annotation:
    """Return the annotation, or say what is wrong with it."""
    if not annotation.text.strip():
        raise InvalidSettingError("Write what happened.")
    if max(len(annotation.text), len(annotation.recommendation or "")) > MOST_TEXT:
        raise InvalidSettingError(f"A text may have {MOST_TEXT:,} letters at most.")
    if annotation.ends_on is not None and annotation.ends_on < annotation.starts_on:
        raise InvalidSettingError("The last day lies before the first one.")
    if annotation.metric_id and annotation.metric_id not in model.metrics:
        raise InvalidSettingError(f"There is no metric '{annotation.metric_id[:60]}'. See the catalogue.")
    return annotation


def annotation_rows(annotations: Iterable[Annotation], clients: Iterable[str]) -> list[WrittenRow]:
    """Return the rows of the warehouse; what is about every client account has one in each."""
    everyone = tuple(clients)
    return [
        WrittenRow(
            client,
            one.id,
            {
                "starts_on": one.starts_on,
                "ends_on": one.ends_on,
                "kind": one.kind,
                "annotation_text": one.text,
                "annotation_author": one.author,
                "metric_id": one.metric_id,
                "recommendation": one.recommendation,
            },
        )
        for one in annotations
        for client in (everyone if one.client_account_id is None else (one.client_account_id,))
    ]


def _annotation(row: AnnotationRow) -> Annotation:
    values = {column.name: getattr(row, column.name) for column in AnnotationRow.__table__.columns}
    del values["workspace_id"]
    return Annotation(**values)
