"""The pages of the console, in the groups in which its menu shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from api.people.roles import ALLOWED, Permission, Role


@dataclass(frozen=True)
class Entry:
    """A page of the menu: what its route needs, and what is counted beside it."""

    path: str
    label: str
    count: str = ""
    needs: Permission = Permission.OPERATE


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        "Reports",
        (
            Entry("/console", "Start", needs=Permission.CONNECT),
            Entry("/console/reports", "Reports", needs=Permission.EXPLORE),
            Entry("/console/explore", "Explore", needs=Permission.EXPLORE),
        ),
    ),
    Group(
        "Write",
        (
            Entry("/console/commentary", "Commentary", needs=Permission.WRITE),
            Entry("/console/goals", "Goals", needs=Permission.WRITE),
            Entry("/console/annotations", "Annotations", needs=Permission.WRITE),
            Entry("/console/findings", "Findings", needs=Permission.WRITE),
            Entry("/console/alerts", "Alerts", needs=Permission.SHARE),
            Entry("/console/notes", "Readers’ notes", needs=Permission.WRITE),
        ),
    ),
    Group(
        "Share",
        (
            Entry("/console/shares", "Share links", needs=Permission.SHARE),
            Entry("/console/schedules", "Scheduled mails", needs=Permission.SHARE),
            Entry("/console/branding", "Branding", needs=Permission.SHARE),
        ),
    ),
    Group(
        "Data",
        (
            Entry("/console/connections", "Connections", needs=Permission.CONNECT),
            Entry("/console/clients", "Clients", needs=Permission.CONNECT),
            Entry("/console/matches", "Matches", needs=Permission.CONNECT),
            Entry("/console/catalogue", "Catalogue", needs=Permission.EXPLORE),
            Entry("/console/rules", "Mapping rules", needs=Permission.CONNECT),
        ),
    ),
    Group(
        "Workspace",
        (
            Entry("/console/notices", "Notices", count="notices"),
            Entry("/console/people", "People", needs=Permission.PEOPLE),
            Entry("/console/keys", "API keys", needs=Permission.KEYS),
            Entry("/console/connectors", "Connectors", needs=Permission.KEYS),
            Entry("/console/usage", "Usage"),
            Entry("/console/audit", "Audit log"),
            Entry("/console/errors", "Errors"),
        ),
    ),
)

_READING = (Group("Reports", (Entry("/console/my-reports", "My reports", needs=Permission.READ),)),)


def menu_of(role: Role | None) -> Sequence[Group]:
    """Return the pages that a role may open."""
    if role is None:
        return ()
    if role is Role.CLIENT_VIEWER:
        return _READING
    allowed = ALLOWED[role]
    groups = (replace(one, entries=tuple(page for page in one.entries if page.needs in allowed)) for one in MENU)
    return [one for one in groups if one.entries]
