"""The stages that a deal went through, from its log of changes: one request for each deal, so only where wanted."""

from collections.abc import Mapping

from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.json_value import JsonValue, records_at, text_at

Record = dict[str, JsonValue]

_PAGE = 500


async def stages_entered(api: VendorHttp, deal: Record, stages: Mapping[str, Record]) -> list[JsonValue]:
    """Return the stages of a deal in the order in which it entered them; the first one from its creation on."""
    changes = sorted(await _stage_changes(api, text_at(deal, "id")), key=lambda one: text_at(one, "time"))
    first = text_at(changes[0], "old_value") if changes else text_at(deal, "stage_id")
    entered = [_entry(stages, first, deal.get("add_time"))]
    for change in changes:
        moment = _in_utc(text_at(change, "time"))
        entered[-1]["left"] = moment
        entered.append(_entry(stages, text_at(change, "new_value"), moment))
    return list[JsonValue](entered)


async def _stage_changes(api: VendorHttp, deal: str) -> list[Record]:
    path, cursor = f"/api/v1/deals/{deal}/changelog", ""
    found: list[Record] = []
    while True:
        answer = await api.get(path, {"limit": _PAGE, "cursor": cursor or None})
        found += [one for one in records_at(answer, "data") if one.get("field_key") == "stage_id"]
        following = text_at(answer, "additional_data", "next_cursor")
        if not following:
            return found
        if following == cursor:
            raise StopError("Pipedrive's log of a deal loops: a page leads to itself.", source="pipedrive")
        cursor = following


def _entry(stages: Mapping[str, Record], key: str, moment: JsonValue) -> Record:
    stage = stages.get(key, {})
    return {"name": stage.get("name") or key, "order": stage.get("order"), "entered": moment, "left": None}


def _in_utc(text: str) -> str:
    # Version 1 writes UTC without saying so.
    return text if text.endswith("Z") else f"{text.replace(' ', 'T')}Z"
