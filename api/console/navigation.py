"""The pages of the console, in the groups in which its menu shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A page of the menu; `count` names what is counted beside it."""

    path: str
    label: str
    count: str = ""


@dataclass(frozen=True)
class Group:
    """Pages that belong together."""

    label: str
    entries: tuple[Entry, ...]


MENU = (
    Group(
        "Reports",
        (
            Entry("/console", "Start"),
            Entry("/console/reports", "Reports"),
            Entry("/console/explore", "Explore"),
        ),
    ),
    Group(
        "Write",
        (
            Entry("/console/commentary", "Commentary"),
            Entry("/console/goals", "Goals"),
            Entry("/console/annotations", "Annotations"),
            Entry("/console/findings", "Findings"),
            Entry("/console/notes", "Readers’ notes"),
        ),
    ),
    Group(
        "Share",
        (
            Entry("/console/shares", "Share links"),
            Entry("/console/branding", "Branding"),
        ),
    ),
    Group(
        "Data",
        (
            Entry("/console/connections", "Connections"),
            Entry("/console/clients", "Clients"),
            Entry("/console/matches", "Matches"),
            Entry("/console/catalogue", "Catalogue"),
        ),
    ),
    Group(
        "Workspace",
        (
            Entry("/console/notices", "Notices", count="notices"),
            Entry("/console/keys", "API keys"),
        ),
    ),
)
