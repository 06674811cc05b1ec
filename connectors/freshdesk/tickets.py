"""Reads tickets in the order of their last change.

Freshdesk ends at page 300 and pages move while tickets change, so the walk goes by the moment of the last change: each
request begins a second before the last ticket of the one before, and pages only count where one second fills several.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connectors.errors import StopError
from connectors.freshdesk.answers import NAME
from connectors.freshdesk.pages import LAST_PAGE, Page, Record, check_progress, group_names, page_of
from connectors.json_value import JsonValue, text_at
from connectors.source import Batch, Context, Cursor, Window

LOOKBACK = timedelta(minutes=5)
TRASH = timedelta(days=30)  # for so long Freshdesk keeps what was deleted
ALL, DELETED, SPAM = "all", "deleted", "spam"
_LISTS = (ALL, DELETED, SPAM)
BEGINNING = datetime(2010, 1, 1, tzinfo=UTC)  # before Freshdesk
_SECOND = timedelta(seconds=1)

FIELDS = (
    *("id", "subject", "status", "priority", "source", "type", "tags", "requester_id", "responder_id"),
    *("company_id", "group_id", "group_name", "created_at", "updated_at", "due_by", "fr_due_by", "is_escalated"),
    *("fr_escalated", "spam", "deleted", "stats", "url", "listed", "category"),
)


@dataclass(frozen=True)
class Place:
    """Where a walk stands: in which list, from which moment on, and how far the list of all tickets has been read."""

    listed: str
    since: datetime
    reached: datetime

    @property
    def cursor(self) -> Cursor:
        """Return the cursor that resumes here."""
        if self.listed == ALL:
            return Cursor({"reached": stamp(self.reached)})
        return Cursor({"reached": stamp(self.reached), "list": self.listed, "since": stamp(self.since)})


async def read_tickets(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield tickets of a window; or those changed from the cursor on, then those in the trash and the spam."""
    names: dict[str, JsonValue] | None = None
    place = _begin(context, cursor, window)
    while True:
        async for records, reached, ended in _walk(context, place, window):
            if names is None and any(one.get("group_id") for one in records):
                names = await group_names(context)
            listed = place.listed if await _is_apart(context, place, records) else ALL
            shaped = [_shaped(context, one, listed, names or {}) for one in records]
            furthest = max(reached, place.reached) if place.listed == ALL else place.reached
            here = Place(place.listed, reached, furthest)
            following = None if window is not None else _after(here, context)
            if ended and following is None:
                yield Batch(shaped, Place(ALL, here.reached, here.reached).cursor, done=True)
                return
            yield Batch(shaped, (following if ended and following else here).cursor, done=False)
        place = following or here


def _begin(context: Context, cursor: Cursor, window: Window | None) -> Place:
    start = window.start if window is not None else context.since or BEGINNING
    if not cursor.value:
        start = start if window is not None else start - LOOKBACK
        return Place(ALL, start, start)
    reached, listed = moment_of(text_at(cursor.value, "reached"), start), text_at(cursor.value, "list")
    if listed:
        return Place(listed, moment_of(text_at(cursor.value, "since"), start), reached)
    since = reached - LOOKBACK if window is None else max(start, reached - LOOKBACK)
    return Place(ALL, since, reached)


def _after(place: Place, context: Context) -> Place | None:
    """Return the beginning of the list that comes after a place's; None after the last."""
    number = _LISTS.index(place.listed) + 1
    if number == len(_LISTS):
        return None
    return Place(_LISTS[number], context.now - TRASH, place.reached)


async def _walk(
    context: Context, place: Place, window: Window | None
) -> AsyncIterator[tuple[list[Record], datetime, bool]]:
    """Yield records that were not there yet, the moment from which to go on, and whether the list has ended."""
    walk = _Walk(place.since, window)
    while True:
        page = await page_of(context, "tickets", _asking(place.listed, walk.since), walk.number)
        records = walk.take(page)
        yield records, walk.newest if walk.ended else walk.since, walk.ended
        if walk.ended:
            return
        if walk.number > LAST_PAGE:
            raise StopError("Freshdesk does not give all tickets that changed in one second.", source=NAME)


class _Walk:
    """From which moment on, and which page from there, is to be asked for next."""

    def __init__(self, since: datetime, window: Window | None) -> None:
        self.since = self.newest = since
        self.number, self.ended = 1, False
        self._end = None if window is None else window.end
        self._known: set[tuple[str, str]] = set()
        self._before: list[Record] = []
        self._ordered = True

    def take(self, page: Page) -> list[Record]:
        """Return the records of a page that were not there yet, and move on."""
        if self.number > 1:
            check_progress("tickets", page, self._before)
        moments = [self.since, *(self._changed(one) for one in page.records)]
        fresh = [one for one in page.records if _identity(one) not in self._known]
        within = [one for one in fresh if self._end is None or self._changed(one) < self._end]
        # Only tickets in order say how far a walk has come.
        self._ordered = self._ordered and moments == sorted(moments)
        self.ended = page.is_last or (self._ordered and len(within) < len(fresh))
        self.newest = max(self.newest, max(moments) - _SECOND)
        self._known |= {_identity(one) for one in page.records}
        self._before = page.records
        if self._ordered and self.newest > self.since:
            self.since, self.number = self.newest, 1
            self._known = {one for one in self._known if one[1] >= stamp(self.since)}
        else:
            self.number += 1
        return within

    def _changed(self, ticket: Record) -> datetime:
        return moment_of(text_at(ticket, "updated_at"), self.since)


async def _is_apart(context: Context, place: Place, records: list[Record]) -> bool:
    """Say whether records of the trash, or of the spam, are in no other list: a filter that is not understood is left
    out, and then every ticket would seem to be thrown away.
    """
    if place.listed == ALL or not records or records[0].get(place.listed) is True:
        return True
    since = moment_of(text_at(records[0], "updated_at"), place.since)
    page = await page_of(context, "tickets", _asking(ALL, since), 1)
    return records[0].get("id") not in {one.get("id") for one in page.records}


def _asking(listed: str, since: datetime) -> dict[str, str | None]:
    return {
        "updated_since": stamp(since),
        "include": "stats",
        "order_by": "updated_at",
        "order_type": "asc",
        "filter": None if listed == ALL else listed,
    }


def _shaped(context: Context, ticket: Record, listed: str, names: dict[str, JsonValue]) -> Record:
    """Return a ticket with its address, the name of its group, its list and what its category field holds."""
    beside: Record = {
        "url": f"https://{context.text('subdomain')}.freshdesk.com/a/tickets/{text_at(ticket, 'id')}",
        "group_name": names.get(str(ticket.get("group_id"))),
        "listed": listed,
    }
    field = context.text("category_field")
    if field:
        beside["category"] = text_at(ticket, "custom_fields", field) or None
    return ticket | beside


def _identity(ticket: Record) -> tuple[str, str]:
    return text_at(ticket, "id"), text_at(ticket, "updated_at")


def moment_of(text: str, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """Write an instant as Freshdesk does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
