"""The API of the audit log: its lines, the newest first."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.audit.asking import search_of
from api.audit.reading import entries
from api.connections.admin import REFUSALS, AdminDep
from api.dependencies import WorldDep
from api.people.roles import Permission, needs

router = APIRouter(prefix="/v1/audit", tags=["audit"], responses=REFUSALS, dependencies=[needs(Permission.OPERATE)])

_ASKED: dict[str, object] = {
    "parameters": [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": text}
        for name, text in (
            ("actor", "The id of a person, a key, a link or a connector."),
            ("action", "One of the actions."),
            ("object", "The id of what it was about."),
            ("first", "The first day, UTC, such as 2026-01-31."),
            ("last", "The last day, UTC."),
            ("before", "Lines before this sequence: `next` of the page before."),
            ("limit", "How many lines, at most 1,000; by default 100."),
        )
    ]
}


class Line(BaseModel):
    """One line of the log: ids only."""

    sequence: int
    at: datetime
    actor_kind: str = Field(description="person, key, link, connector, command or nobody.")
    actor_id: str | None
    action: str
    object_id: str | None
    address: str | None
    result: str = Field(description="ok, refused or failed.")
    request_id: str | None


class Page(BaseModel):
    """Lines, the newest first; `next` is the `before` of the page after, null at the end."""

    lines: list[Line]
    next: int | None


@router.get("", openapi_extra=_ASKED)
def lines(request: Request, world: WorldDep, caller: AdminDep) -> Page:
    """Search the audit log of the workspace. This is written down, too."""
    search = search_of(request)
    with world.metadata.read() as session:
        found = entries(session, caller.workspace.id, search)
    listed = [Line.model_validate(vars(one)) for one in found]
    return Page(lines=listed, next=found[-1].sequence if len(found) >= search.limit else None)
