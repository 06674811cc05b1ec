"""Commentary: what people wrote about a report, a client account and a period; older versions are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from api.workspaces.models import now
from api.writing.models import CommentaryRow
from warehouse import ClientAccount

MOST_TEXT = 10_000
_FEW = 6  # client accounts whose texts stand together


@dataclass(frozen=True)
class Place:
    """Where a text stands: without a client account it is about all of them; `end` is the last day."""

    template: str
    item: str
    client_account_id: str | None
    start: date
    end: date
    locale: str = ""  # empty: for readers of every language


@dataclass(frozen=True)
class Entry:
    """One version of a text; `facts` are the numbers as they were when it was written."""

    place: Place
    text: str
    author: str
    written_at: datetime
    facts: Sequence[Mapping[str, object]] = field(default=())
    replaced_at: datetime | None = None
    id: str = ""


class Commentaries:
    """The commentary of one workspace, inside one session."""

    def __init__(self, session: Session, workspace_id: str) -> None:
        self._session = session
        self._workspace_id = workspace_id

    def newest(self, most: int = 200, client_account_id: str | None = None) -> list[Entry]:
        """Return the texts that readers see, those written last first."""
        mine = [] if client_account_id is None else [CommentaryRow.client_account_id == client_account_id]
        return self._entries([CommentaryRow.replaced_at.is_(None), *mine], most)

    def shown(self, template: str, client_account_id: str | None, start: date, end: date, locale: str) -> list[Entry]:
        """Return what a reader of a report sees, by item; see `chosen`."""
        conditions = [
            CommentaryRow.template_id == template,
            CommentaryRow.client_account_id == client_account_id,
            CommentaryRow.replaced_at.is_(None),
            CommentaryRow.period_start <= end,
            CommentaryRow.period_end >= start,
        ]
        return chosen(self._entries(conditions, 1_000), start, end, locale)

    def history(self, place: Place) -> list[Entry]:
        """Return every version of the text of a place, the newest first."""
        return self._entries(_at(place), 100)

    def current(self, place: Place) -> Entry | None:
        """Return the text that stands at a place."""
        return next(iter(self._entries([*_at(place), CommentaryRow.replaced_at.is_(None)], 1)), None)

    def put(self, place: Place, text: str, author: str, facts: Sequence[Mapping[str, object]] = ()) -> None:
        """Keep a new version; an empty text takes the old one away. What was there stays readable."""
        moment = now()
        conditions = [CommentaryRow.workspace_id == self._workspace_id, *_at(place)]
        for row in self._session.scalars(
            select(CommentaryRow).where(*conditions, CommentaryRow.replaced_at.is_(None)).with_for_update()
        ):
            row.replaced_at = moment
        if text.strip():
            self._session.add(
                CommentaryRow(
                    workspace_id=self._workspace_id,
                    client_account_id=place.client_account_id,
                    template_id=place.template,
                    item_id=place.item,
                    period_start=place.start,
                    period_end=place.end,
                    locale=place.locale,
                    text=text.strip(),
                    facts=[dict(one) for one in facts],
                    author=author,
                    written_at=moment,
                )
            )
        self._session.flush()

    def _entries(self, conditions: Iterable[ColumnElement[bool]], most: int) -> list[Entry]:
        query = select(CommentaryRow).where(CommentaryRow.workspace_id == self._workspace_id, *conditions)
        order = (CommentaryRow.written_at.desc(), CommentaryRow.replaced_at.desc(), CommentaryRow.id)
        return [_entry(row) for row in self._session.scalars(query.order_by(*order).limit(most))]


def chosen(entries: Iterable[Entry], start: date, end: date, locale: str) -> list[Entry]:
    """Return the entries that fit a period, item by item.

    That of the very period is alone; else those of periods within it, or with half of its days in common, so that a
    report of the last 28 days still shows what was written yesterday. The reader's language goes before others.
    """
    of_item: dict[str, list[Entry]] = {}
    for one in entries:
        if (one.place.start >= start and one.place.end <= end) or _in_common(one.place, start, end) >= 0.5:
            of_item.setdefault(one.place.item, []).append(one)
    found: list[Entry] = []
    for fitting in of_item.values():
        exact = [one for one in fitting if (one.place.start, one.place.end) == (start, end)]
        same = exact or fitting
        mine = [one for one in same if locale and one.place.locale == locale]
        plain = [one for one in same if not one.place.locale]
        # Without a word about the language, whatever there is is better than nothing.
        found += sorted(mine or plain or same, key=lambda one: (one.place.end, one.written_at), reverse=True)
    return found


def _in_common(place: Place, start: date, end: date) -> float:
    days = (min(place.end, end) - max(place.start, start)).days + 1
    return days / max((end - start).days + 1, (place.end - place.start).days + 1)


def _at(place: Place) -> list[ColumnElement[bool]]:
    return [
        CommentaryRow.template_id == place.template,
        CommentaryRow.item_id == place.item,
        CommentaryRow.client_account_id == place.client_account_id,
        CommentaryRow.period_start == place.start,
        CommentaryRow.period_end == place.end,
        CommentaryRow.locale == place.locale,
    ]


def _entry(row: CommentaryRow) -> Entry:
    place = Place(row.template_id, row.item_id, row.client_account_id, row.period_start, row.period_end, row.locale)
    return Entry(place, row.text, row.author, row.written_at, tuple(row.facts), row.replaced_at, row.id)


def entries_about(
    written: Commentaries,
    clients: Sequence[ClientAccount] | None,
    template: str,
    days: tuple[date, date],
    locale: str,
) -> list[Entry]:
    """Return the texts about client accounts; None stands for all of the workspace, which has texts of its own.

    The texts about a few stand together, each under its client's name; their numbers are not those of the page.
    """
    if clients is None or len(clients) == 1:
        return written.shown(template, None if clients is None else clients[0].id, *days, locale)
    return [
        replace(entry, text=f"**{one.name.replace('*', '')}**\n\n{entry.text}", facts=())
        for one in (clients if len(clients) <= _FEW else ())
        for entry in written.shown(template, one.id, *days, locale)
    ]
