"""Readers' notes: comments and ratings on a report or one of its items, with a reply and an end."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import InvalidSettingError
from api.workspaces.models import now
from api.writing.models import ReaderNoteRow

MOST_TEXT = 2_000


@dataclass(frozen=True)
class Note:
    """What a reader thinks; `share_id` says by which share a visitor came, `rating` goes from 1 to 5."""

    template_id: str
    author: str
    text: str = ""
    rating: int | None = None
    item_id: str | None = None
    client_account_id: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    share_id: str | None = None
    id: str = ""
    written_at: datetime | None = None
    reply: str | None = None
    replied_by: str | None = None
    replied_at: datetime | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None


class Notes:
    """The notes of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def all(self, *, resolved: bool = False, most: int = 200) -> list[Note]:
        """Return the notes that are open, or those that are resolved, the newest first."""
        done = ReaderNoteRow.resolved_at.is_not(None) if resolved else ReaderNoteRow.resolved_at.is_(None)
        query = select(ReaderNoteRow).where(ReaderNoteRow.workspace_id == self._workspace_id, done)
        rows = self._session.scalars(query.order_by(ReaderNoteRow.written_at.desc(), ReaderNoteRow.id).limit(most))
        return [_note(row) for row in rows]

    def of_report(self, template_id: str, share_id: str | None = None, *, most: int = 200) -> list[Note]:
        """Return the notes on a report, the newest first; of one share alone where it is named."""
        query = select(ReaderNoteRow).where(
            ReaderNoteRow.workspace_id == self._workspace_id, ReaderNoteRow.template_id == template_id
        )
        if share_id is not None:
            query = query.where(ReaderNoteRow.share_id == share_id)
        rows = self._session.scalars(query.order_by(ReaderNoteRow.written_at.desc(), ReaderNoteRow.id).limit(most))
        return [_note(row) for row in rows]

    def add(self, note: Note) -> Note:
        """Keep a note; text and names are kept as they were written and escaped wherever they are shown."""
        text = note.text.strip()
        if not text and note.rating is None:
            raise InvalidSettingError("Write something, or give a rating.")
        if len(text) > MOST_TEXT:
            raise InvalidSettingError(f"A note may have {MOST_TEXT:,} letters at most.")
        if note.rating is not None and not 1 <= note.rating <= 5:
            raise InvalidSettingError("A rating goes from 1 to 5.")
        kept = asdict(note) | {"text": text, "author": note.author.strip()[:300] or "a reader"}
        given = {name: kept[name] for name in kept if name not in {"id", "written_at"}}
        row = ReaderNoteRow(workspace_id=self._workspace_id, written_at=now(), **given)
        self._session.add(row)
        self._session.flush()
        return _note(row)

    def reply(self, note_id: str, text: str, who: str) -> bool:
        """Answer a note, and tell whether there is one; an empty text takes the answer back."""
        row = self._row(note_id)
        if row is not None:
            row.reply, row.replied_by, row.replied_at = text.strip()[:MOST_TEXT] or None, who, now()
        return row is not None

    def resolve(self, note_id: str, who: str, *, again: bool = False) -> bool:
        """Close a note or, with `again`, open it; tell whether there is one."""
        row = self._row(note_id)
        if row is not None:
            row.resolved_by, row.resolved_at = (None, None) if again else (who, now())
        return row is not None

    def _row(self, note_id: str) -> ReaderNoteRow | None:
        query = select(ReaderNoteRow).where(ReaderNoteRow.workspace_id == self._workspace_id)
        return self._session.scalar(query.where(ReaderNoteRow.id == note_id))


def _note(row: ReaderNoteRow) -> Note:
    values = {column.name: getattr(row, column.name) for column in ReaderNoteRow.__table__.columns}
    del values["workspace_id"]
    return Note(**values)
