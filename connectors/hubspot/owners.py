"""The people who own records; those who left are a list of their own."""

from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.hubspot import paths
from connectors.json_value import JsonValue, records_at, text_at

Record = dict[str, JsonValue]

_PAGE = 100


async def read_owners(api: VendorHttp) -> list[Record]:
    """Return all owners, with every field that the staging query names."""
    found: list[Record] = []
    for archived in (False, True):
        after = ""
        while True:
            answer = await api.get(paths.OWNERS, {"limit": _PAGE, "archived": archived, "after": after or None})
            for one in records_at(answer, "results"):
                one.setdefault("teams", None)
                one.setdefault("archived", archived)
                found.append(one)
            following = text_at(answer, "paging", "next", "after")
            if not following:
                break
            if following == after:
                raise StopError("HubSpot's list of owners loops: a page leads to itself.", source="hubspot")
            after = following
    return found


def owner_name(owner: Record) -> str:
    """Return an owner's name, else the address."""
    name = f"{text_at(owner, 'firstName')} {text_at(owner, 'lastName')}".strip()
    return name or text_at(owner, "email")
