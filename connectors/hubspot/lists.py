"""A kind's list, page by page in the order of ids: complete, with associations, but without a start in time."""

from collections.abc import AsyncIterator

from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.hubspot import associations, paths
from connectors.hubspot.meaning import Meaning
from connectors.json_value import JsonValue, records_at, text_at

Record = dict[str, JsonValue]

_PAGE = 100
_LONGEST = 6000  # characters of property names in an address; accounts with many pipelines have more


async def pages(
    api: VendorHttp, meaning: Meaning, after: str = "", *, archived: bool = False
) -> AsyncIterator[tuple[list[Record], str]]:
    """Yield the pages of the list, each with where the next one starts; empty for the last."""
    kind, names = meaning.kind, ",".join(meaning.properties)
    is_long = len(names) > _LONGEST
    while True:
        answer = await api.get(
            paths.objects(kind.name),
            {
                "limit": _PAGE,
                "archived": archived,
                "after": after or None,
                "properties": None if is_long else names,
                "associations": ",".join(kind.associated) or None,
            },
        )
        found = records_at(answer, "results")
        ids = [associations.told(kind, record) for record in found]
        if is_long and found:
            found = await _with_properties(api, meaning, found, archived=archived)
        following = text_at(answer, "paging", "next", "after")
        if following and following == after:
            raise StopError(
                f"HubSpot's list of {kind.name} loops: a page leads to itself.", source="hubspot", stream=kind.name
            )
        yield [meaning.complete(record, own) for record, own in zip(found, ids, strict=True)], following
        if not following:
            return
        after = following


async def _with_properties(api: VendorHttp, meaning: Meaning, found: list[Record], *, archived: bool) -> list[Record]:
    inputs: list[JsonValue] = [{"id": text_at(record, "id")} for record in found]
    body: JsonValue = {"inputs": inputs, "properties": list(meaning.properties)}
    answer = await api.post(paths.batch_read(meaning.kind.name), body, params={"archived": archived})
    whole = {text_at(record, "id"): record for record in records_at(answer, "results")}
    return [record | whole.get(text_at(record, "id"), {}) for record in found]
