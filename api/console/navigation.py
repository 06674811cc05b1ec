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
        (Entry("/console/reports", "Reports"),),
    ),
    Group(
        "Data",
        (
            Entry("/console/connections", "Connections"),
            Entry("/console/clients", "Clients"),
            Entry("/console/matches", "Matches"),
        ),
    ),
    Group(
        "Workspace",
        (Entry("/console/notices", "Notices", count="notices"),),
    ),
)
