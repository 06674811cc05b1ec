"""Reads satisfaction ratings. The list filters by creation and an answer may come later, so old ones are read again."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from connectors.errors import PlanLimitError, StopError
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.source import Batch, Context, Cursor, Window
from connectors.zendesk.answers import NAME

LOOKBACK = timedelta(days=30)
_PER_PAGE = 100


async def read_ratings(context: Context, cursor: Cursor, window: Window | None) -> AsyncIterator[Batch]:
    """Yield ratings made since the cursor's moment less the lookback; in mid-list, from the cursor's page on."""
    start, after, newest = _begin(context, cursor, window)
    while True:
        params = {"start_time": start, "page[size]": _PER_PAGE, "page[after]": after or None}
        try:
            page = await context.api.get("satisfaction_ratings", params)
        except PlanLimitError:  # a plan without ratings, or an account that has moved to surveys
            yield Batch([], cursor, done=True)
            return
        records = records_at(page, "satisfaction_ratings")
        newest = max([newest, *(_seconds(one.get("created_at")) for one in records)])
        following = _next(page)
        if not following:
            yield Batch(records, Cursor({"newest": newest}), done=True)
            return
        if following == after:
            raise StopError("Zendesk's pages of ratings lead back to themselves. Report it to Zendesk.", source=NAME)
        after = following
        yield Batch(records, Cursor({"start": start, "after": after, "newest": newest}), done=False)


def _begin(context: Context, cursor: Cursor, window: Window | None) -> tuple[int, str, int]:
    """Return the first moment, the page and the newest moment seen, in seconds."""
    after, newest = text_at(cursor.value, "after"), _whole(cursor.value.get("newest"))
    if after:
        return _whole(cursor.value.get("start")), after, newest
    if newest:
        return max(0, newest - int(LOOKBACK.total_seconds())), "", newest
    since = context.since if window is None else window.start
    return 0 if since is None else int(since.timestamp()), "", newest


def _next(page: JsonValue) -> str:
    """Return the cursor of the next page, as the page says it or as its link holds it."""
    if at(page, "meta", "has_more") is False:
        return ""
    found = text_at(page, "meta", "after_cursor")
    return found or parse_qs(urlsplit(text_at(page, "links", "next")).query).get("page[after]", [""])[0]


def _seconds(value: JsonValue) -> int:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return 0
    if moment is None:
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _whole(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
