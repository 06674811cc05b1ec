"""Reads Pipedrive's lists in the order of changes, and puts beside a record what its numbers mean."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.errors import StopError
from connectors.http import Params, VendorHttp
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.pipedrive.lists import Collection

Record = dict[str, JsonValue]

USERS_PATH = "/api/v1/users"
_STAGES_PATH, _PIPELINES_PATH = "/api/v2/stages", "/api/v2/pipelines"
_PAGE = 500


@dataclass(frozen=True)
class Names:
    """What the numbers in records mean."""

    owners: Mapping[str, JsonValue]
    stages: Mapping[str, Record]
    pipelines: Mapping[str, JsonValue]

    def complete(self, collection: Collection, record: Record) -> Record:
        """Return a record with all columns that the staging query names."""
        done: Record = dict.fromkeys(collection.fields) | record
        if collection.owner_named:
            done["owner_name"] = self.owners.get(text_at(record, "owner_id"))
        if collection.has_stages:
            stage = self.stages.get(text_at(record, "stage_id"), {})
            done["stage_name"] = stage.get("name")
            done["stage_order"] = stage.get("order")
            done["stage_probability"] = stage.get("deal_probability")
            done["pipeline_name"] = self.pipelines.get(text_at(record, "pipeline_id"))
        return done


async def read_names(api: VendorHttp, collection: Collection) -> Names:
    """Ask for what a collection's numbers mean."""
    owners = await read_users(api) if collection.owner_named else []
    stages = await _all(api, _STAGES_PATH) if collection.has_stages else []
    pipelines = await _all(api, _PIPELINES_PATH) if collection.has_stages else []
    return Names(
        {text_at(one, "id"): one.get("name") for one in owners},
        {text_at(one, "id"): one for one in _placed(stages)},
        {text_at(one, "id"): one.get("name") for one in pipelines},
    )


async def read_users(api: VendorHttp) -> list[Record]:
    """Return all users; their list has no pages."""
    found = records_at(await api.get(USERS_PATH), "data")
    named = ("id", "name", "email", "active_flag", "created", "modified")
    return [dict[str, JsonValue](dict.fromkeys(named)) | one for one in found]


async def changed(
    api: VendorHttp, collection: Collection, path: str, since: datetime | None, until: datetime | None
) -> AsyncIterator[list[Record]]:
    """Yield pages of what was changed from one moment up to but without another, oldest first."""
    params: Params = {
        "limit": _PAGE,
        "sort_by": "update_time",
        "sort_direction": "asc",
        "updated_since": stamp(since) if since else None,
        "updated_until": stamp(until) if until else None,
        "status": collection.statuses,
    }
    async for page in _pages(api, path, params):
        yield [one for one in page if until is None or _is_before(one, until)]


def reached(records: list[Record], otherwise: datetime | None) -> datetime | None:
    """Return the latest change among records."""
    moments = [moment for one in records if (moment := _updated(one)) is not None]
    return max(moments, default=otherwise)


def stamp(moment: datetime) -> str:
    """Return a moment as Pipedrive wants it: RFC 3339, in whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _all(api: VendorHttp, path: str) -> list[Record]:
    return [one async for page in _pages(api, path, {"limit": _PAGE}) for one in page]


async def _pages(api: VendorHttp, path: str, params: Params) -> AsyncIterator[list[Record]]:
    cursor = ""
    while True:
        answer = await api.get(path, {**params, "cursor": cursor or None})
        yield records_at(answer, "data")
        following = text_at(answer, "additional_data", "next_cursor")
        if not following:
            return
        if following == cursor:
            raise StopError(f"Pipedrive's list {path} loops: a page leads to itself.", source="pipedrive")
        cursor = following


def _placed(stages: list[Record]) -> list[Record]:
    """Number the stages of each pipeline from one on."""
    places: dict[str, int] = {}
    placed = []
    for stage in sorted(stages, key=_order):
        pipeline = text_at(stage, "pipeline_id")
        places[pipeline] = places.get(pipeline, 0) + 1
        placed.append(stage | {"order": places[pipeline]})
    return placed


def _order(stage: Record) -> float:
    order = at(stage, "order_nr")
    return float(order) if isinstance(order, int | float) else 0.0


def _updated(record: Record) -> datetime | None:
    try:
        return datetime.fromisoformat(text_at(record, "update_time") or text_at(record, "add_time"))
    except ValueError:
        return None


def _is_before(record: Record, until: datetime) -> bool:
    moment = _updated(record)
    return moment is None or moment < until
