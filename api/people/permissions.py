"""Roles and what each may do: the one table. Commands read it too, so it imports nothing of the server's."""

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    """What a route lets somebody do; every route states it by `needs`."""

    SELF = "self"  # one's own account: password, second factor, sessions
    READ = "read"  # the reports that one was granted, and their numbers
    EXPLORE = "explore"  # any question about the client accounts that one sees; the gallery; the catalogue
    WRITE = "write"  # commentary, goals, annotations, decisions about findings, answers to readers
    DESIGN = "design"  # templates and their masters
    SHARE = "share"  # links, mails, alerts, the look of a client
    CONNECT = "connect"  # sources, connections, sign-ins at vendors, client accounts, matches, rules
    OPERATE = "operate"  # notices, usage, errors
    KEYS = "keys"  # API keys and other ways in for programs
    PEOPLE = "people"  # invitations, roles, grants
    OWN = "own"  # ownership, rules for everybody, the end of the workspace


class Role(StrEnum):
    """What a person is in a workspace."""

    OWNER = "owner"
    MANAGER = "manager"
    ANALYST = "analyst"
    CLIENT_VIEWER = "client_viewer"

    @property
    def label(self) -> str:
        """Return the role's name in a sentence."""
        return self.value.replace("_", " ")

    @property
    def sees_all(self) -> bool:
        """Tell whether the role sees the whole workspace, so that there is nothing to grant."""
        return self in {Role.OWNER, Role.MANAGER}


_EVERYBODY = frozenset({Permission.SELF, Permission.READ})
_ANALYST = _EVERYBODY | {Permission.EXPLORE, Permission.WRITE, Permission.DESIGN}
_ALL = frozenset(Permission)

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: _ALL,
    Role.MANAGER: _ALL - {Permission.OWN},
    Role.ANALYST: _ANALYST,
    Role.CLIENT_VIEWER: _EVERYBODY,
}
OF_READING_KEYS = frozenset({Permission.READ, Permission.EXPLORE})
OF_ADMIN_KEYS = _ALL - {Permission.SELF, Permission.KEYS, Permission.PEOPLE, Permission.OWN}
# Of whom a person may make, change and remove people and keys; the owner's are the owner's alone.
GIVES: Mapping[Role, frozenset[Role]] = {
    Role.OWNER: frozenset(Role),
    Role.MANAGER: frozenset(Role) - {Role.OWNER},
    Role.ANALYST: frozenset(),
    Role.CLIENT_VIEWER: frozenset(),
}


def may(role: Role | None, needed: frozenset[Permission]) -> bool:
    """Tell whether a role holds all that is needed. A route that states nothing is for owners alone."""
    return role is not None and (needed or frozenset({Permission.OWN})) <= ALLOWED[role]
