"""What the rest of the program knows of share links: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

FilterValues: TypeAlias = tuple[str | None, ...]  # None is "(not set)"


class ShareKind(StrEnum):
    """Who a link is for."""

    PERSON = "person"  # somebody who is signed in
    LINK = "link"  # anybody who has it
    EMBED = "embed"  # the pages of listed sites


@dataclass(frozen=True)
class Share:
    """A link as it is listed; its token is shown once and kept by nobody.

    `clients` are ids of client accounts, None means all of the workspace; `dates` are the first and the last day.
    """

    id: str
    workspace_id: str
    template_id: str
    kind: ShareKind
    name: str
    clients: tuple[str, ...] | None
    filters: Mapping[str, FilterValues]
    dates: tuple[date, date] | None
    ancestors: tuple[str, ...]
    has_password: bool
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    opened: int
    last_opened_at: datetime | None


@dataclass(frozen=True)
class ShareLimits:
    """What the holder of a link is held to, whatever he asks; `fields` are those that he may see, by dataset."""

    share_id: str
    template_id: str
    filters: Mapping[str, FilterValues]
    dates: tuple[date, date] | None
    every_client: bool = False
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
