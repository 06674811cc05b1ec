"""Reads what Intercom can search by the moment of the last change: conversations and contacts.

There is no operator for "not before", so a search begins a second earlier; one that follows another read begins some
minutes earlier. Links of pages are not kept: a read that was broken off goes on from the moment that it has reached.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from connectors.errors import PlanLimitError, StopError
from connectors.intercom.answers import NAME
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Batch, Context, Cursor, Window

_PER_PAGE = 150
LOOKBACK = timedelta(minutes=5)  # changes may be found a little after they were made

Record = dict[str, JsonValue]

CONVERSATION = (
    *("id", "created_at", "updated_at", "title", "source", "state", "priority", "admin_assignee_id"),
    *("team_assignee_id", "team_name", "contacts", "company", "tags", "statistics", "conversation_rating"),
    *("ai_agent_participated", "sla_applied", "url", "category"),
)
CONTACT = (
    *("id", "name", "email", "role", "companies", "location", "language_override", "created_at", "updated_at"),
    "unsubscribed_from_emails",
)


@dataclass(frozen=True)
class Search:
    """One list that can be searched."""

    path: str
    records: str  # where the answer has them


CONVERSATIONS = Search("conversations/search", "conversations")
CONTACTS = Search("contacts/search", "data")


async def read_conversations(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield conversations with the names of their teams, their addresses and their categories."""
    names: dict[str, JsonValue] | None = None
    async for batch in _search(context, CONVERSATIONS, cursor, window):
        if names is None and any(one.get("team_assignee_id") for one in batch.records):
            names = await team_names(context)
        records = [_conversation(context, one, names or {}) for one in batch.records]
        yield Batch(records, batch.cursor, batch.done, expected=batch.expected)


async def read_contacts(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield people who write: users and leads."""
    async for batch in _search(context, CONTACTS, cursor, window):
        yield batch


def _conversation(context: Context, record: Record, names: dict[str, JsonValue]) -> Record:
    workspace, host = context.text("account_id"), inbox(context.text("region"))
    url = f"{host}/a/inbox/{workspace}/inbox/conversation/{text_at(record, 'id')}" if workspace else None
    attribute = context.text("category_attribute")
    category = text_at(record, "custom_attributes", attribute) or None if attribute else None
    team = names.get(text_at(record, "team_assignee_id"))
    return record | {"team_name": team, "url": url, "category": category}


async def team_names(context: Context) -> dict[str, JsonValue]:
    """Return the names of the teams by id; none where the plan has no teams."""
    try:
        page = await context.api.get("teams")
    except PlanLimitError:
        return {}
    return {text_at(one, "id"): one.get("name") for one in records_at(page, "teams")}


def inbox(region: str) -> str:
    """Return the address of the inbox in a region."""
    return "https://app.intercom.com" if region in ("", "us") else f"https://app.{region}.intercom.com"


async def _search(context: Context, search: Search, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    known = _whole(cursor.value.get("reached"))
    reached = known or _beginning(context, window)
    lowest = reached - 1 - (int(LOOKBACK.total_seconds()) if known and window is None else 0)
    query = _query(lowest, None if window is None else int(window.end.timestamp()))
    after, ordered = "", True
    while True:
        page = await context.api.post(search.path, _body(query, after))
        records, following = records_at(page, search.records), _next(page)
        moments = [lowest, *(_whole(one.get("updated_at")) for one in records)]
        # Only what comes in order says how far a read has come before its end.
        ordered = ordered and moments == sorted(moments)
        lowest = moments[-1]
        if ordered or not following:
            reached = max([reached, *moments])
        yield Batch(records, Cursor({"reached": reached}), not following, expected=_count(page))
        if not following:
            return
        if following == after:
            raise StopError(f"Intercom's pages of {search.records} lead back to themselves.", source=NAME)
        after = following


def _beginning(context: Context, window: Window | None) -> int:
    since = context.since if window is None else window.start
    return 0 if since is None else int(since.timestamp())


def _query(after: int, before: int | None) -> JsonValue:
    filters: list[JsonValue] = [{"field": "updated_at", "operator": ">", "value": max(0, after)}]
    if before is not None:
        filters.append({"field": "updated_at", "operator": "<", "value": before})
    return {"operator": "AND", "value": filters}


def _body(query: JsonValue, after: str) -> JsonValue:
    pagination: Record = {"per_page": _PER_PAGE}
    if after:
        pagination["starting_after"] = after
    return {"query": query, "sort": {"field": "updated_at", "order": "ascending"}, "pagination": pagination}


def _next(page: JsonValue) -> str:
    """Return where the next page begins; it is an object or, in older answers, the text itself."""
    found = at(page, "pages", "next")
    return found if isinstance(found, str) else text_at(found, "starting_after")


def _count(page: JsonValue) -> int | None:
    found = at(page, "total_count")
    return found if isinstance(found, int) else None


def _whole(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
