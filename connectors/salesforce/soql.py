"""Queries in SOQL: by time of change and number, so that no record is passed over where many have one time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.json_value import JsonValue, records_at, text_at
from connectors.salesforce.objects import SObject

STAGES = "OpportunityHistories"
_STAGE_COLUMN = ", (SELECT Id, StageName, CreatedDate FROM OpportunityHistories ORDER BY CreatedDate, Id)"
STAGE_QUERY = "SELECT ApiName, MasterLabel, SortOrder, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder"
ORGANISATION_QUERY = "SELECT Id, Name, TimeZoneSidKey, IsSandbox FROM Organization"


@dataclass(frozen=True)
class Position:
    """A place in the order of changes: after a record of that time, or with no id at the first of that time."""

    at: datetime | None = None
    id: str = ""

    @property
    def condition(self) -> str:
        """Return the condition of all that come from here on; empty for the beginning."""
        if self.at is None:
            return ""
        moment = literal(self.at)
        if not self.id:
            return f"SystemModstamp >= {moment}"
        return f"(SystemModstamp > {moment} OR (SystemModstamp = {moment} AND Id > '{self.id}'))"


def literal(moment: datetime) -> str:
    """Return a moment as SOQL wants it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def visible(sobject: SObject, description: JsonValue) -> tuple[str, ...]:
    """Return the fields of an object that its description shows; `Owner.Name` needs OwnerId."""
    shown = {text_at(one, "name") for one in records_at(description, "fields")}
    return tuple(
        name for name in sobject.fields if (name if "." not in name else name.partition(".")[0] + "Id") in shown
    )


def query(
    sobject: SObject, fields: tuple[str, ...], start: Position, end: datetime | None, *, with_stages: bool
) -> str:
    """Return the query of what changed from a position on, up to but without `end`."""
    inner = _STAGE_COLUMN if with_stages else ""
    conditions = [start.condition, f"SystemModstamp < {literal(end)}" if end else ""]
    where = " AND ".join(filter(None, conditions))
    parts = ["SELECT", ", ".join(fields) + inner, "FROM", sobject.name, f"WHERE {where}" if where else ""]
    return " ".join([*filter(None, parts), "ORDER BY SystemModstamp, Id"])


def position_of(record: Mapping[str, JsonValue]) -> Position:
    """Return the place right after a record."""
    return Position(datetime.fromisoformat(text_at(record, "SystemModstamp")), text_at(record, "Id"))
