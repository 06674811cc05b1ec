"""What the console knows of people: plain values, never database rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from api.people.permissions import Role
from api.workspaces.records import Workspace


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: str
    email: str
    name: str


@dataclass(frozen=True)
class Reach:
    """What a person sees of a workspace: all of it, some client accounts, some reports.

    `clients` are ids whose every report may be read; `reports` are those granted by name, with the ids of the client
    accounts for which each may be read, None for all of them.
    """

    every_client: bool = False
    clients: frozenset[str] = frozenset()
    reports: Mapping[str, frozenset[str] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Access:
    """What a person is in a workspace and what he sees of it. `needs_factor`: not before he has a second factor."""

    workspace: Workspace
    role: Role
    reach: Reach
    needs_factor: bool = False


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: the workspaces that are theirs, and what forms of this session must bring back.

    `chosen` is the workspace that this session works in, if the person has chosen one.
    """

    person: Person
    csrf: str
    accesses: tuple[Access, ...]
    chosen: str | None = None
    session_id: str = ""

    @property
    def workspaces(self) -> tuple[Workspace, ...]:
        """Return the workspaces, that of the session first."""
        found = sorted(self.accesses, key=lambda one: one.workspace.id != self.chosen)
        return tuple(one.workspace for one in found)

    def access_to(self, workspace_id: str) -> Access | None:
        """Return what the person is in a workspace; None for a stranger."""
        return next((one for one in self.accesses if one.workspace.id == workspace_id), None)

    def role_in(self, workspace_id: str) -> Role | None:
        """Return the person's role in a workspace."""
        access = self.access_to(workspace_id)
        return None if access is None else access.role


@dataclass(frozen=True)
class NewSession:
    """A session that has begun: its secret goes into the cookie and is kept nowhere.

    While it is `pending` it lets nobody in: the second factor is still to come.
    """

    secret: str
    person: Person
    pending: bool = False


@dataclass(frozen=True)
class Origin:
    """Where a person signs in from, as his own list of sessions tells it."""

    address: str = ""
    browser: str = ""


@dataclass(frozen=True)
class OpenSession:
    """A browser in which a person is signed in."""

    id: str
    browser: str
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Grant:
    """What is granted: the whole workspace, some client accounts, or one report for all or some of them."""

    every_client: bool
    clients: tuple[str, ...] = ()
    template_id: str | None = None


@dataclass(frozen=True)
class KeptGrant:
    """A grant and to whom it was given; `name` is the person's or group's id, or the domain."""

    id: str
    kind: str  # person | domain | group
    name: str
    grant: Grant
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class Member:
    """A person of a workspace as he is listed."""

    person: Person
    role: Role
    since: datetime
    seen_at: datetime | None
    has_factor: bool
    grants: tuple[KeptGrant, ...] = ()


@dataclass(frozen=True)
class Invitation:
    """Somebody who was asked to join; its link is shown or mailed once and kept by nobody."""

    id: str
    workspace_id: str
    email: str
    role: Role
    grants: tuple[Grant, ...]
    invited_by: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class AddressGroup:
    """People by a list of e-mail addresses, under one name."""

    id: str
    name: str
    addresses: tuple[str, ...]
