"""What the console knows of people: plain values, never database rows."""

from dataclasses import dataclass
from enum import StrEnum

from api.workspaces.records import Workspace


class Role(StrEnum):
    """What a person is in a workspace."""

    OWNER = "owner"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    id: str
    email: str
    name: str


@dataclass(frozen=True)
class Visitor:
    """A signed-in person: the workspaces that are theirs, and what forms of this session must bring back."""

    person: Person
    csrf: str
    workspaces: tuple[Workspace, ...]


@dataclass(frozen=True)
class NewSession:
    """A session that has begun: its secret goes into the cookie and is kept nowhere."""

    secret: str
    person: Person
