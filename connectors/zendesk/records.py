"""Brings records into the shape that staging reads: what an export sends beside the records is put into them."""

from connectors.json_value import JsonValue, at, records_at, text_at

Record = dict[str, JsonValue]

# What staging reads.
TICKET = (
    *("id", "url", "created_at", "updated_at", "generated_timestamp", "type", "subject", "priority", "status"),
    *("requester_id", "assignee_id", "organization_id", "group_id", "group_name", "due_at", "tags", "via"),
    *("metric_set", "category"),
)
ORGANIZATION = ("id", "name", "external_id", "domain_names", "created_at", "updated_at", "deleted_at")
USER = (
    *("id", "name", "email", "role", "role_type", "active", "locale", "organization_id", "created_at"),
    *("updated_at", "default_group_id", "group_name"),
)
RATING = (
    *("id", "ticket_id", "requester_id", "assignee_id", "group_id", "score", "comment", "reason", "created_at"),
    "updated_at",
)


def tickets_of(page: JsonValue, category_field: str = "") -> list[Record]:
    """Return a page's tickets, each with its metric set, the name of its group and what its category field holds.

    Exports put the metric set into the ticket, other lists send all of them beside the tickets.
    """
    sets = {one.get("ticket_id"): one for one in records_at(page, "metric_sets")}
    groups = names_of(records_at(page, "groups"))
    return [_ticket(one, sets, groups) | _category(one, category_field) for one in records_at(page, "tickets")]


def _ticket(ticket: Record, sets: dict[JsonValue, Record], groups: dict[str, JsonValue]) -> Record:
    beside: Record = {"group_name": groups.get(str(ticket.get("group_id")))}
    if ticket.get("metric_set") is None:
        beside["metric_set"] = sets.get(ticket.get("id"))
    return ticket | beside


def _category(ticket: Record, field: str) -> Record:
    values = {text_at(one, "id"): one.get("value") for one in records_at(ticket, "custom_fields")} if field else {}
    return {"category": values.get(field)}


def user_of(user: Record, groups: dict[str, JsonValue]) -> Record:
    """Return a user with the name of the group that it works in."""
    return user | {"group_name": groups.get(str(user.get("default_group_id")))}


def names_of(groups: list[Record]) -> dict[str, JsonValue]:
    """Return names by id."""
    return {str(one.get("id")): one.get("name") for one in groups}


def is_staff(user: Record) -> bool:
    """Say whether a user answers tickets."""
    return at(user, "role") in ("agent", "admin")
