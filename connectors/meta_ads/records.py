"""Meta's rows as flat records. Actions overlap, so one kind of action is chosen for conversions and their value."""

from collections.abc import Mapping

from connectors.day_reading import Record
from connectors.json_value import JsonValue, records_at, text_at

ACCOUNT_FIELDS = ("account_id", "name", "currency", "timezone_name", "account_status", "created_time")
CAMPAIGN_FIELDS = (
    "id",
    "name",
    "objective",
    "status",
    "effective_status",
    "start_time",
    "stop_time",
    "daily_budget",
    "lifetime_budget",
    "updated_time",
)
INSIGHT_FIELDS = (
    "date_start",
    "campaign_id",
    "campaign_name",
    "account_name",
    "account_currency",
    "objective",
    "attribution_setting",
    "impressions",
    "reach",
    "clicks",
    "inline_link_clicks",
    "spend",
    "actions",
    "action_values",
)
CHOSEN_FIELDS = ("conversions", "conversion_value", "leads", "video_views", "engagements", "timezone", "settled")
# Without this filter figures of deleted campaigns are missing from the rows, though not from the account's total.
ANY_STATUS = (
    '[{"field":"campaign.effective_status","operator":"IN","value":'
    '["ACTIVE","PAUSED","ARCHIVED","DELETED","IN_PROCESS","WITH_ISSUES"]}]'
)
EVERY_STATUS = '["ACTIVE","PAUSED","ARCHIVED","DELETED","IN_PROCESS","WITH_ISSUES"]'


def account_record(node: object) -> Record:
    """Return an ad account with all fields that were asked for; Meta leaves out empty ones."""
    return {"id": text_at(node, "account_id"), **_fields(node, ACCOUNT_FIELDS)}


def campaign_record(node: object, currency: JsonValue) -> Record:
    """Return a campaign with the currency that its budgets are in."""
    return {**_fields(node, CAMPAIGN_FIELDS), "currency": currency}


def insight_record(row: object, chosen: Mapping[str, str], timezone: str, *, settled: bool) -> Record:
    """Return a campaign's day. `chosen` names the kind of action of `conversions` and of `leads`."""
    conversions = chosen["conversions"]
    return {
        **_fields(row, INSIGHT_FIELDS),
        "conversion_action": conversions,
        "conversions": _action(row, "actions", conversions),
        "conversion_value": _action(row, "action_values", conversions),
        "leads": _action(row, "actions", chosen["leads"]),
        "video_views": _action(row, "actions", "video_view"),
        "engagements": _action(row, "actions", "post_engagement"),
        "timezone": timezone,
        "settled": settled,
    }


def _action(row: object, field: str, kind: str) -> JsonValue:
    found = next((one for one in records_at(row, field) if one.get("action_type") == kind), None)
    return None if found is None else found.get("value")


def _fields(node: object, names: tuple[str, ...]) -> Record:
    found = node if isinstance(node, dict) else {}
    return {name: found.get(name) for name in names}
