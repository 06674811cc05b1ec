"""Reads Freshdesk's lists page by page: bare arrays, the next page announced in the header Link."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from connectors.errors import PlanLimitError, StopError
from connectors.freshdesk.answers import NAME
from connectors.http import Params
from connectors.json_value import JsonValue, records_at
from connectors.source import Context

PER_PAGE = 100
LAST_PAGE = 300  # Freshdesk refuses pages beyond it

Record = dict[str, JsonValue]


@dataclass(frozen=True)
class Page:
    """One page of a list and whether another one follows."""

    number: int
    records: list[Record]
    is_last: bool


async def page_of(context: Context, path: str, params: Params, number: int) -> Page:
    """Return one page of a list."""
    asked = {**params, "per_page": PER_PAGE, "page": number}
    answer = await context.api.request("GET", path, params=asked)
    records = records_at(answer.json())
    return Page(number, records, 'rel="next"' not in answer.headers.get("link", ""))


async def pages_of(context: Context, path: str, params: Params, first: int = 1) -> AsyncIterator[Page]:
    """Yield a list's pages, at least one."""
    before: list[Record] = []
    for number in range(first, LAST_PAGE + 1):
        page = await page_of(context, path, params, number)
        check_progress(path, page, before)
        yield page
        if page.is_last:
            return
        before = page.records
    raise StopError(f"Freshdesk gives no more than {LAST_PAGE} pages of {path}, and there are more.", source=NAME)


def check_progress(path: str, page: Page, before: list[Record]) -> None:
    """Raise where a page is that before it once more: following it would never end."""
    if page.records and page.records == before:
        raise StopError(f"Freshdesk's pages of {path} repeat themselves. Report it to Freshdesk.", source=NAME)


async def group_names(context: Context) -> dict[str, JsonValue]:
    """Return the names of the groups by id; none where the plan has no groups."""
    try:
        return {
            str(one.get("id")): one.get("name")
            async for page in pages_of(context, "groups", {})
            for one in page.records
        }
    except PlanLimitError:
        return {}
