"""What records need beside themselves to be understood: stages, owners' names, the account's currency."""

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.errors import PlanLimitError
from connectors.http import VendorHttp
from connectors.hubspot import paths
from connectors.hubspot.associations import Ids, column
from connectors.hubspot.objects import CrmObject
from connectors.hubspot.owners import owner_name, read_owners
from connectors.hubspot.pipelines import Stages, read_stages
from connectors.json_value import JsonValue, text_at
from connectors.source import Context

Record = dict[str, JsonValue]

CSAT_HIGHEST = "csat_highest"
_ALWAYS = ("id", "properties", "createdAt", "updatedAt", "archived", "archivedAt")


@dataclass(frozen=True)
class Meaning:
    """What is true of all records of a kind during one read."""

    kind: CrmObject
    stages: Stages
    owners: Mapping[str, str]
    currency: str | None
    csat_highest: JsonValue

    @property
    def properties(self) -> tuple[str, ...]:
        """Return the properties to ask for."""
        return (*self.kind.properties, *self.stages.properties)

    def complete(self, record: Record, ids: Ids) -> Record:
        """Return a record as received, in one shape for lists and searches, with what explains it beside."""
        # What a page lacks must be a column all the same, since the staging queries name it.
        done: Record = {name: record.get(name) for name in _ALWAYS}
        done |= {column(other): found for other, found in ids.items()}
        if self.kind.stage:
            self.stages.explain(done, self.kind.stage)
        if self.kind.name == "deals":
            done["account_currency"] = self.currency
        if self.kind.owner_named:
            done["owner_name"] = self.owners.get(text_at(record, "properties", "hubspot_owner_id"))
        if self.kind.name == "feedback_submissions":
            done[CSAT_HIGHEST] = self.csat_highest
        return done


async def read_meaning(context: Context, kind: CrmObject) -> Meaning:
    """Ask for what a kind of records needs."""
    api = context.api
    owners = await read_owners(api) if kind.owner_named else []
    return Meaning(
        kind,
        await read_stages(api, kind.name) if kind.stage else Stages(kind.name, []),
        {text_at(one, "id"): owner_name(one) for one in owners},
        text_at(await account_details(api), "companyCurrency") or None if kind.name == "deals" else None,
        context.config.get(CSAT_HIGHEST, 5),
    )


async def account_details(api: VendorHttp) -> JsonValue:
    """Return what HubSpot says of the account; nothing where it does not say."""
    try:
        return await api.get(paths.ACCOUNT)
    except PlanLimitError:
        return None
