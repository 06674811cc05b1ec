"""HubSpot: the history by lists, then what changed by searches, then what was archived."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from connectors.auth import ApiKey, Auth, OAuth2, Secret
from connectors.errors import PlanLimitError
from connectors.hubspot import paths
from connectors.hubspot.answers import HUBSPOT
from connectors.hubspot.changes import changed_since
from connectors.hubspot.lists import pages
from connectors.hubspot.meaning import Meaning, account_details, read_meaning
from connectors.hubspot.objects import OBJECTS, OVERLAP, OWNERS, CrmObject
from connectors.hubspot.owners import read_owners
from connectors.json_value import JsonValue, text_at
from connectors.source import Account, Batch, Context, Cursor, Stream, Window

Record = dict[str, JsonValue]

# The archive has no order in time. Where it is long, it is walked through a few times a day only.
_LONG_ARCHIVE = 20  # pages
_LONG_ARCHIVE_REST = timedelta(hours=4)


class HubSpotSettings(BaseModel):
    """What a person says of a portal."""

    model_config = ConfigDict(extra="forbid")

    surveys: bool = Field(
        default=True,
        title="Feedback surveys",
        description="Read answers to NPS, CSAT and CES surveys. They need Service Hub and a scope of their own.",
    )
    csat_highest: int = Field(
        default=5,
        ge=2,
        le=10,
        title="Highest CSAT score",
        description="The best answer of your satisfaction surveys, which start at 1. Answers on HubSpot's older scale "
        "of 0 to 2 are recognised by their sentiment.",
    )


class HubSpotSource:
    """One HubSpot portal."""

    id = "hubspot"
    label = "HubSpot"
    staging = Path(__file__).parent / "staging"
    vendor = HUBSPOT
    settings: type[BaseModel] = HubSpotSettings
    auths: tuple[Auth, ...] = (
        OAuth2(
            provider="hubspot",
            authorize_url="https://app.hubspot.com/oauth/authorize",
            token_url=paths.TOKEN,
            revoke_url=paths.REVOKE,
            scopes=(
                "oauth",
                "crm.objects.companies.read",
                "crm.objects.contacts.read",
                "crm.objects.deals.read",
                "crm.objects.owners.read",
                "tickets",
            ),
            # Portals without Service Hub could not consent if this one were demanded.
            authorize_extra={"optional_scope": "crm.objects.feedback_submissions.read"},
            keep_from_token=("hub_id",),
        ),
        ApiKey(
            secrets=(
                Secret(
                    "access_token",
                    "Access token",
                    "Of a service key or a private app: in HubSpot, Settings, Integrations.",
                ),
            ),
            value="Bearer {access_token}",
        ),
    )

    def base(self, config: Mapping[str, JsonValue], credentials: Mapping[str, str]) -> str:
        """Return the address of the API; portals in Europe have the same one."""
        del config, credentials
        return "https://api.hubapi.com"

    def streams(self, context: Context) -> tuple[Stream, ...]:
        """Return the lists of the portal."""
        surveys = context.config.get("surveys", True)
        return (OWNERS, *(kind.stream for kind in OBJECTS if surveys or not kind.optional))

    async def read(
        self, context: Context, stream: Stream, cursor: Cursor, window: Window | None = None
    ) -> AsyncIterator[Batch]:
        """Yield the list by its pages, and from then on what changed and what was archived."""
        del window  # No stream has windows: a list cannot start at a moment.
        if stream.name == OWNERS.name:
            yield Batch(await read_owners(context.api), Cursor(), done=True)
            return
        kind = next(one for one in OBJECTS if one.name == stream.name)
        try:
            async for batch in _read(context, kind, cursor):
                yield batch
        except PlanLimitError:
            if not kind.optional:
                raise
            yield Batch([], cursor, done=True)

    async def accounts(self, context: Context) -> tuple[Account, ...]:
        """Return the portal that the sign-in belongs to."""
        details = await account_details(context.api)
        portal = text_at(details, "portalId")
        if not portal:
            # A proxy may leave this path out. Whether the sign-in works must be asked all the same.
            await context.api.get(paths.OWNERS, {"limit": 1})
            return (Account("portal", "HubSpot portal"),)
        domain = text_at(details, "uiDomain")
        return (
            Account(
                portal,
                f"Portal {portal} ({domain})" if domain else f"Portal {portal}",
                currency=text_at(details, "companyCurrency") or None,
                timezone=text_at(details, "timeZone") or None,
            ),
        )


async def _read(context: Context, kind: CrmObject, cursor: Cursor) -> AsyncIterator[Batch]:
    meaning = await read_meaning(context, kind)
    state: Record = dict(cursor.value)
    if state.get("stages") != meaning.stages.fingerprint:
        # The first read, or stages were renamed or moved, which HubSpot does not count as a change of the records.
        began = context.now.isoformat()
        state = {"stages": meaning.stages.fingerprint, "began": began, "after": ""}
    if "began" in state:
        async for records, after in pages(context.api, meaning, text_at(state, "after")):
            state["after"] = after
            if not after:
                state = {"stages": state["stages"], "changed": state["began"], "archived": state["began"]}
            yield _batch(records, state)
    async for records, reached in changed_since(context.api, meaning, _before(state["changed"])):
        state["changed"] = max(reached, datetime.fromisoformat(str(state["changed"]))).isoformat()
        if records:
            yield _batch(records, state)
    async for batch in _archived(context, meaning, state):
        yield batch


async def _archived(context: Context, meaning: Meaning, state: Record) -> AsyncIterator[Batch]:
    since, walked = _before(state["archived"]), 0
    if state.get("archive_is_long") and context.now - since < _LONG_ARCHIVE_REST:
        yield Batch([], Cursor(dict(state)), done=True)
        return
    async for records, _ in pages(context.api, meaning, archived=True):
        walked += 1
        gone = [record for record in records if _archived_at(record, since) >= since]
        if gone:
            yield _batch(gone, state)
    done = state | {"archived": context.now.isoformat(), "archive_is_long": walked > _LONG_ARCHIVE}
    yield Batch([], Cursor(done), done=True)


def _batch(records: list[Record], state: Record) -> Batch:
    merged = [{"id": old} for record in records for old in _merged_into(record)]
    return Batch(records, Cursor(dict(state)), done=False, tombstones=merged)


def _merged_into(record: Record) -> list[JsonValue]:
    """Return the ids of the records that were merged into this one: they are in no list any more."""
    named = text_at(record, "properties", "hs_merged_object_ids").split(";")
    return [old.strip() for old in named if old.strip() and old.strip() != text_at(record, "id")]


def _before(moment: JsonValue) -> datetime:
    return datetime.fromisoformat(str(moment)) - OVERLAP


def _archived_at(record: Record, otherwise: datetime) -> datetime:
    try:
        return datetime.fromisoformat(text_at(record, "archivedAt"))
    except ValueError:
        return otherwise


SOURCE = HubSpotSource
