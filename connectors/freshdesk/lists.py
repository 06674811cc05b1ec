"""Reads the other lists of Freshdesk: companies and agents as a whole, contacts and ratings by their moment."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from connectors.errors import PlanLimitError
from connectors.freshdesk.pages import Record, group_names, pages_of
from connectors.freshdesk.tickets import BEGINNING, TRASH, moment_of, stamp
from connectors.http import Params
from connectors.json_value import JsonValue, at, text_at
from connectors.source import Batch, Context, Cursor, Window

COMPANY = ("id", "name", "domains", "industry", "account_tier", "renewal_date", "created_at", "updated_at")

CONTACT = (
    *("id", "name", "email", "company_id", "job_title", "language", "deleted", "state", "created_at"),
    "updated_at",
)
AGENT = ("id", "contact", "type", "group_ids", "group_name", "deactivated", "created_at", "updated_at")

RATING = (
    *("id", "survey_id", "user_id", "agent_id", "ticket_id", "feedback", "ratings", "created_at"),
    "updated_at",
)


async def read_companies(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield all companies; the list cannot be asked for changes."""
    del cursor, window
    async for page in pages_of(context, "companies", {}):
        yield Batch(page.records, Cursor(), page.is_last)


async def read_agents(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield all agents with the name of their first group."""
    del cursor, window
    names = await group_names(context)
    try:
        async for page in pages_of(context, "agents", {}):
            yield Batch([_agent(one, names) for one in page.records], Cursor(), page.is_last)
    except PlanLimitError:
        yield Batch([], Cursor(), done=True)


def _agent(agent: Record, names: dict[str, JsonValue]) -> Record:
    return agent | {"group_name": names.get(text_at(agent, "group_ids", 0))}


@dataclass(frozen=True)
class _Part:
    """A list, or a part of one, that can be asked for what is newer than a moment."""

    path: str
    since: str  # the parameter of that moment
    moment: str  # the field that it looks at
    state: str | None = None

    def asking(self, since: str) -> Params:
        """Return the parameters of a request. What was deleted may have last changed long before."""
        if since and self.state:
            since = stamp(moment_of(since, BEGINNING) - TRASH)
        return {self.since: since or None, "state": self.state}


_CONTACTS = (
    _Part("contacts", "_updated_since", "updated_at"),
    _Part("contacts", "_updated_since", "updated_at", "deleted"),
)
_RATINGS = (_Part("surveys/satisfaction_ratings", "created_since", "created_at"),)
CONTACTS_LOOKBACK = timedelta(minutes=5)
RATINGS_LOOKBACK = timedelta(days=1)


async def read_contacts(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield contacts changed since the cursor, the deleted ones last."""
    del window
    async for batch in _parts(context, cursor, _CONTACTS, CONTACTS_LOOKBACK):
        yield batch


async def read_ratings(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield ratings given since the cursor; none where the plan has no surveys."""
    del window
    try:
        async for batch in _parts(context, cursor, _RATINGS, RATINGS_LOOKBACK):
            yield batch
    except PlanLimitError:
        yield Batch([], cursor, done=True)


async def _parts(
    context: Context, cursor: Cursor, parts: tuple[_Part, ...], lookback: timedelta
) -> AsyncIterator[Batch]:
    """Yield the pages of one part after the other.

    The order within a page is the vendor's secret, so the newest moment becomes the start of a read only when all is
    read; until then the cursor holds the page.
    """
    newest = text_at(cursor.value, "newest")
    since = text_at(cursor.value, "since") if "part" in cursor.value else _since(context, newest, lookback)
    number, first = _whole(at(cursor.value, "part")), _whole(at(cursor.value, "page")) or 1
    for place in range(number, len(parts)):
        part = parts[place]
        async for page in pages_of(context, part.path, part.asking(since), first):
            newest = max([newest, *(text_at(one, part.moment) for one in page.records)])
            done = page.is_last and place == len(parts) - 1
            following = {"part": place + 1, "page": 1} if page.is_last else {"part": place, "page": page.number + 1}
            going = Cursor({"since": since, "newest": newest, **following})
            state: Record = {"state": part.state} if part.state else {}
            records = [one | state for one in page.records]
            yield Batch(records, Cursor({"newest": newest}) if done else going, done)
        first = 1


def _since(context: Context, newest: str, lookback: timedelta) -> str:
    """Return the moment to begin with: a little before the newest that is known, or that of the whole history."""
    if not newest:
        return "" if context.since is None else stamp(context.since)
    return stamp(moment_of(newest, context.since or BEGINNING) - lookback)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
