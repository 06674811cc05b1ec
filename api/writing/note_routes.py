"""Notes by those who read a report, over HTTP."""

from datetime import date, datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, parsed, takes
from api.dependencies import CallerDep, WorldDep
from api.errors import NotFoundError
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from api.writing.notes import MOST_TEXT, Note, Notes
from api.writing.places import chosen_client

router = APIRouter(prefix="/v1/notes", tags=["notes"], responses=REFUSALS)


class NoteAsked(BaseModel):
    """A comment, a rating, or both, on a report or on one of its items."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: str = Field(max_length=100)
    item: str | None = Field(None, max_length=100)
    client: str | None = Field(None, max_length=200)
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    text: str = Field("", max_length=MOST_TEXT)
    rating: int | None = Field(None, ge=1, le=5)


class NoteAnswer(BaseModel):
    """The note as it was kept."""

    id: str
    author: str
    text: str
    rating: int | None
    written_at: datetime | None


@router.post("", status_code=201, openapi_extra=takes(NoteAsked))
async def add(request: Request, world: WorldDep, caller: CallerDep) -> NoteAnswer:
    """Write a note about something that the caller may read."""
    asked = await parsed(request, world, NoteAsked)
    return await run_in_threadpool(_add, world, caller, asked)


def _add(world: World, caller: Caller, asked: NoteAsked) -> NoteAnswer:
    note = Note(
        template_id=asked.template,
        item_id=asked.item,
        client_account_id=None if asked.client is None else chosen_client(caller, asked.client).id,
        period_start=asked.start,
        period_end=asked.end,
        text=asked.text,
        rating=asked.rating,
        author=caller.key_name,
    )
    kept = add_note(world, caller, note)
    return NoteAnswer(id=kept.id, author=kept.author, text=kept.text, rating=kept.rating, written_at=kept.written_at)


def add_note(world: World, caller: Caller, note: Note) -> Note:
    """Keep a note of somebody who may read the report, such as a share's visitor, whose share the note names."""
    with world.metadata.write() as session:
        report = Library(session, caller.workspace.id).template(note.template_id)
        if note.item_id is not None and note.item_id not in {one.id for one in report.items}:
            raise NotFoundError(f"The report has no item '{note.item_id[:60]}'.")
        return Notes(session, caller.workspace.id).add(note)
