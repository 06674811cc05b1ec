"""Reads what Intercom only lists as a whole: companies and teammates."""

from collections.abc import AsyncIterator

from connectors.errors import PlanLimitError, SourceDownError, StopError
from connectors.intercom.answers import NAME
from connectors.intercom.searches import Record, team_names
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Batch, Context, Cursor, Window

_PER_PAGE = 60
MOST_LISTED = 10_000  # companies; beyond them only a scroll goes

COMPANY = (
    *("id", "company_id", "name", "website", "industry", "size", "plan", "created_at", "updated_at"),
    "custom_attributes",
)
ADMIN = ("id", "name", "email", "type", "has_inbox_seat", "team_ids", "team_name")


async def read_companies(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield all companies: page by page, which can be repeated, or by a scroll where they are too many."""
    del cursor, window
    try:
        first = await _listed(context, 1)
    except PlanLimitError:
        first = None
    total = at(first, "total_count")
    is_long = first is None or (isinstance(total, int) and total > MOST_LISTED)
    pages = _scroll(context) if is_long else _list(context, first)
    async for records, is_last in pages:
        expected = total if isinstance(total, int) else None
        yield Batch(records, Cursor(), is_last, expected=expected)


async def _listed(context: Context, number: int) -> JsonValue:
    return await context.api.post("companies/list", params={"page": number, "per_page": _PER_PAGE, "order": "asc"})


async def _list(context: Context, page: JsonValue) -> AsyncIterator[tuple[list[Record], bool]]:
    number = 1
    while True:
        records, pages = records_at(page, "data"), at(page, "pages", "total_pages")
        is_last = not (isinstance(pages, int) and number < pages)
        yield records, is_last
        if is_last:
            return
        number += 1
        following = await _listed(context, number)
        _check_progress(records_at(following, "data"), records)
        page = following


async def _scroll(context: Context) -> AsyncIterator[tuple[list[Record], bool]]:
    """Yield the pages of a scroll. Its place is kept by Intercom and moves with every request, so none can be sent
    again: a page might be missing.
    """
    place, before = "", list[Record]()
    while True:
        wasted = context.api.usage.wasted
        page = await context.api.get("companies/scroll", {"scroll_param": place or None})
        if place and context.api.usage.wasted > wasted:
            raise SourceDownError("Intercom's list of companies broke off and must be read anew.", source=NAME)
        records = records_at(page, "data")
        _check_progress(records, before)
        yield records, not records
        if not records:
            return
        place, before = text_at(page, "scroll_param"), records


def _check_progress(records: list[Record], before: list[Record]) -> None:
    if records and records == before:
        raise StopError("Intercom's pages of companies repeat themselves. Report it to Intercom.", source=NAME)


async def read_admins(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield all teammates with the name of their first team."""
    del cursor, window
    names = await team_names(context)
    try:
        page = await context.api.get("admins")
    except PlanLimitError:
        page = None
    records = [one | {"team_name": names.get(text_at(one, "team_ids", 0))} for one in records_at(page, "admins")]
    yield Batch(records, Cursor(), done=True, expected=len(records))
