"""What changed, by the search. It ends at 10,000 results, so no page is asked for by its number.

Each request asks anew for what was modified at or after the last moment seen, which also keeps a record from slipping
through when another one is modified, and so changes its place, between two pages.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.hubspot import associations, paths
from connectors.hubspot.meaning import Meaning
from connectors.json_value import JsonValue, records_at, text_at

Record = dict[str, JsonValue]
Filter = tuple[str, str, str]

_PAGE = 200
_ID = "hs_object_id"
_TICK = timedelta(milliseconds=1)  # HubSpot's clock has no finer one


async def changed_since(
    api: VendorHttp, meaning: Meaning, since: datetime
) -> AsyncIterator[tuple[list[Record], datetime]]:
    """Yield what was modified at or after a moment, oldest first, each page with the moment that it reaches."""
    modified, start, seen, after = meaning.kind.modified, since, set[str](), ""
    while True:
        found, following = await _search(api, meaning, [(modified, "GTE", _stamp(start))], by=modified, after=after)
        if following and not found:
            # A page may be empty though there are more.
            if following == after:
                raise _loops(meaning)
            after = following
            continue
        news = [record for record in found if text_at(record, "id") not in seen]
        reached = max((_moment(record, modified) or start for record in found), default=start)
        yield news, reached
        if not following:
            return
        if reached > start:
            start, seen = reached, {text_at(one, "id") for one in found if _moment(one, modified) == reached}
        else:
            # More records than a page holds were modified at once, by an import for example: those go by their ids.
            async for page in _of_one_moment(api, meaning, start):
                yield [record for record in page if text_at(record, "id") not in seen], start
            start, seen = start + _TICK, set()
        after = ""


async def _of_one_moment(api: VendorHttp, meaning: Meaning, moment: datetime) -> AsyncIterator[list[Record]]:
    last = 0
    while True:
        filters = [(meaning.kind.modified, "EQ", _stamp(moment)), (_ID, "GT", str(last))]
        found, following = await _search(api, meaning, filters, by=_ID)
        yield found
        if not following:
            return
        highest = max((int(key) for one in found if (key := text_at(one, "id")).isdigit()), default=last)
        if highest <= last:
            raise _loops(meaning)
        last = highest


async def _search(
    api: VendorHttp, meaning: Meaning, filters: list[Filter], *, by: str, after: str = ""
) -> tuple[list[Record], str]:
    """Return a page, and what leads to the next one; empty if there is none."""
    body: dict[str, JsonValue] = {
        "filterGroups": [{"filters": [_filter(one) for one in filters]}],
        "sorts": [{"propertyName": by, "direction": "ASCENDING"}],
        "properties": list(meaning.properties),
        "limit": _PAGE,
    }
    answer = await api.post(paths.search(meaning.kind.name), body | ({"after": after} if after else {}))
    found = records_at(answer, "results")
    related = await associations.asked(api, meaning.kind, found) if found else {}
    whole = [meaning.complete(record, related[text_at(record, "id")]) for record in found]
    return whole, text_at(answer, "paging", "next", "after")


def _loops(meaning: Meaning) -> StopError:
    return StopError(
        f"HubSpot's search of {meaning.kind.name} loops: it leads to the same page again and again.",
        source="hubspot",
        stream=meaning.kind.name,
    )


def _filter(one: Filter) -> JsonValue:
    name, operator, value = one
    return {"propertyName": name, "operator": operator, "value": value}


def _moment(record: Record, modified: str) -> datetime | None:
    text = text_at(record, "properties", modified) or text_at(record, "updatedAt")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _stamp(moment: datetime) -> str:
    """Return epoch milliseconds, in which filters want time."""
    return str((moment - datetime(1970, 1, 1, tzinfo=UTC)) // _TICK)
