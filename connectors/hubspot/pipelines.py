"""What the stages of pipelines mean, and what a record says of those that it has been in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from connectors.errors import PlanLimitError
from connectors.http import VendorHttp
from connectors.hubspot import paths
from connectors.json_value import JsonValue, at, records_at, text_at

Record = dict[str, JsonValue]

_NEW, _OLD = "hs_v2_date", "hs_date"  # what the names of those properties begin with
_MOMENTS = ("entered", "exited")


@dataclass(frozen=True)
class Stage:
    """One stage; `closed` and `won` are None where HubSpot does not say."""

    id: str
    label: str
    pipeline: str
    order: int
    probability: str
    closed: bool | None

    def described(self) -> Record:
        """Return the stage as records carry it."""
        return {
            "id": self.id,
            "label": self.label,
            "pipeline": self.pipeline,
            "order": self.order,
            "probability": self.probability or None,
            "closed": self.closed,
        }


class Stages:
    """All stages of a kind of records, by id."""

    def __init__(self, kind: str, pipelines: list[Record]) -> None:
        self._kind = kind
        self._by_id = {stage.id: stage for pipeline in pipelines for stage in _stages(pipeline)}

    @property
    def fingerprint(self) -> str:
        """Return what moves when the meaning of a stage moves, so that all records must be read anew."""
        described = [stage.described() for stage in self._by_id.values()]
        return hashlib.sha256(orjson.dumps(described)).hexdigest()[:16]

    @property
    def properties(self) -> tuple[str, ...]:
        """Return the properties that say when a deal entered and left each stage, under their new and old names."""
        if self._kind != "deals":
            return ()
        return tuple(
            f"{prefix}_{moment}_{stage}" for stage in self._by_id for prefix in (_NEW, _OLD) for moment in _MOMENTS
        )

    def explain(self, record: Record, stage: str) -> None:
        """Write into a record the stage that it is in, and for a deal those that it has entered."""
        properties = at(record, "properties")
        found = self._by_id.get(text_at(properties, stage))
        record["stage"] = found.described() if found else None
        if self._kind == "deals":
            record["stages_entered"] = self._entered(properties if isinstance(properties, Mapping) else {})

    def _entered(self, properties: Mapping[str, JsonValue]) -> list[JsonValue]:
        entered: list[JsonValue] = []
        for stage in self._by_id.values():
            moments = {
                moment: properties.get(f"hs_v2_date_{moment}_{stage.id}")
                or properties.get(f"hs_date_{moment}_{stage.id}")
                for moment in ("entered", "exited")
            }
            if moments["entered"]:
                entered.append(stage.described() | moments)
        return entered


async def read_stages(api: VendorHttp, kind: str) -> Stages:
    """Return the stages of a kind of records; none where the account has no pipelines for it."""
    try:
        answer = await api.get(paths.pipelines(kind))
    except PlanLimitError:
        return Stages(kind, [])
    return Stages(kind, records_at(answer, "results"))


def _stages(pipeline: Record) -> list[Stage]:
    found = sorted(records_at(pipeline, "stages"), key=lambda one: _order(one.get("displayOrder")))
    return [
        Stage(
            id=text_at(stage, "id"),
            label=text_at(stage, "label"),
            pipeline=text_at(pipeline, "label"),
            order=place,
            probability=text_at(stage, "metadata", "probability"),
            closed=_closed(stage),
        )
        for place, stage in enumerate(found, start=1)
    ]


def _order(value: JsonValue) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _closed(stage: Record) -> bool | None:
    # Deals say isClosed, as text; tickets say ticketState.
    said = text_at(stage, "metadata", "isClosed") or text_at(stage, "metadata", "ticketState")
    return said.lower() in ("true", "closed") if said else None
