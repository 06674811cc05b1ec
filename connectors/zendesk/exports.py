"""Reads Zendesk's incremental exports: by cursor (tickets, users) and by time (organisations)."""

import sys
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

from connectors.errors import MissingScopeError, PlanLimitError, StopError
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Batch, Context, Cursor, Window
from connectors.zendesk.answers import NAME
from connectors.zendesk.records import Record, is_staff, names_of, tickets_of, user_of

TICKETS = "tickets"
_PER_PAGE = 1000
_HELD_BACK = 120  # seconds; exports refuse to start in the last minute


async def read_tickets(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield tickets in the order of their last change, of a window or from the cursor on."""
    end, last = None if window is None else int(window.end.timestamp()), 0
    async for page, place, done in _pages(context, "incremental/tickets/cursor", cursor, window, "metric_sets,groups"):
        records = tickets_of(page, context.text("category_field"))
        if end is None:
            yield Batch(records, place, done)
            continue
        moments = [last, *(_changed(one) for one in records)]
        within = [one for one in records if _changed(one) < end]
        # Only tickets in order say that the rest lies beyond the window.
        last = moments[-1] if moments == sorted(moments) else sys.maxsize
        done = done or (len(within) < len(records) and last < sys.maxsize)
        yield Batch(within, place, done)
        if done:
            return


async def read_users(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield users in the order of their last change; agents with the names of their groups."""
    groups: dict[str, JsonValue] | None = None
    async for page, place, done in _pages(context, "incremental/users/cursor", cursor, window, None):
        users = records_at(page, "users")
        if groups is None and any(is_staff(one) for one in users):
            groups = await _group_names(context)
        yield Batch([user_of(one, groups or {}) for one in users], place, done)


async def read_organizations(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield organisations in the order of their last change. A page begins with the second that ended the last one."""
    start, known = _start(context, cursor, window), set[tuple[JsonValue, JsonValue]]()
    while True:
        page = await context.api.get("incremental/organizations", {"start_time": start, "per_page": _PER_PAGE})
        records = records_at(page, "organizations")
        fresh = [one for one in records if (one.get("id"), one.get("updated_at")) not in known]
        known = {(one.get("id"), one.get("updated_at")) for one in records}
        following, done = _end(page) or start, _is_end(page, len(records))
        if not done and following <= start:
            raise _looping("organizations")
        start = following
        yield Batch(fresh, Cursor({"start_time": start}), done)
        if done:
            return


async def check_sign_in(context: Context) -> None:
    """Ask for one ticket, as every sync will; raises if the sign-in does not allow it."""
    start = int(context.now.timestamp()) - _HELD_BACK
    await context.api.get("incremental/tickets/cursor", {"start_time": start, "per_page": 1})


async def _pages(
    context: Context, path: str, cursor: Cursor, window: Window | None, include: str | None
) -> AsyncIterator[tuple[JsonValue, Cursor, bool]]:
    """Yield pages of an export with the cursor that is true after each, and whether it is the last."""
    after, start = text_at(cursor.value, "after"), _start(context, cursor, window)
    while True:
        where: dict[str, str | int] = {"cursor": after} if after else {"start_time": start}
        page = await context.api.get(path, {**where, "per_page": _PER_PAGE, "include": include})
        following = text_at(page, "after_cursor")
        done = at(page, "end_of_stream") is not False
        if not done and following in ("", after):
            raise _looping(path)
        after = following or after
        yield page, Cursor({"after": after} if after else {"start_time": start}), done
        if done:
            return


def _start(context: Context, cursor: Cursor, window: Window | None) -> int:
    """Return the second to begin with: the cursor's, the window's or that of the whole history."""
    known = at(cursor.value, "start_time")
    if isinstance(known, int):
        return known
    since = context.since if window is None else window.start
    return min(0 if since is None else int(since.timestamp()), int(context.now.timestamp()) - _HELD_BACK)


def _changed(ticket: Record) -> int:
    value = ticket.get("generated_timestamp")
    return value if isinstance(value, int) else 0


def _end(page: JsonValue) -> int:
    """Return the moment to go on from: the page's end, or where its link leads if it has none."""
    end = at(page, "end_time")
    linked = parse_qs(urlsplit(text_at(page, "next_page")).query).get("start_time", ["0"])[0]
    return end if isinstance(end, int) else int(linked) if linked.isdecimal() else 0


def _is_end(page: JsonValue, count: int) -> bool:
    ended = at(page, "end_of_stream")
    return ended if isinstance(ended, bool) else count < _PER_PAGE


async def _group_names(context: Context) -> dict[str, JsonValue]:
    """Return the names of the groups; without leave to read them, agents are shown without a group."""
    after, found = "", dict[str, JsonValue]()
    try:
        while True:
            page = await context.api.get("groups", {"page[size]": 100, "page[after]": after or None})
            found |= names_of(records_at(page, "groups"))
            following = text_at(page, "meta", "after_cursor")
            if at(page, "meta", "has_more") is not True or following in ("", after):
                return found
            after = following
    except (MissingScopeError, PlanLimitError):
        return found


def _looping(path: str) -> StopError:
    return StopError(f"Zendesk's pages of {path} lead back to themselves. Report it to Zendesk.", source=NAME)
