"""Where HubSpot keeps what: dated paths live at least 18 months, the older v3 and v4 ones end in September 2027."""

_DATED = "2026-09"


def objects(kind: str) -> str:
    """Return the list of a kind of records."""
    return f"/crm/objects/{_DATED}/{kind}"


def search(kind: str) -> str:
    """Return the search of a kind of records."""
    return f"{objects(kind)}/search"


def batch_read(kind: str) -> str:
    """Return where records are read by their ids."""
    return f"{objects(kind)}/batch/read"


def associations(kind: str, other: str) -> str:
    """Return where the associations of many records are read."""
    return f"/crm/v4/associations/{kind}/{other}/batch/read"


def pipelines(kind: str) -> str:
    """Return the pipelines of a kind of records."""
    return f"/crm/v3/pipelines/{kind}"


OWNERS = f"/crm/owners/{_DATED}"
ACCOUNT = "/account-info/2026-03/details"
TOKEN = "https://api.hubapi.com/oauth/2026-03/token"  # noqa: S105
REVOKE = "https://api.hubapi.com/oauth/2026-03/token/revoke"
