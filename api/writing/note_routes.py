"""Notes by those who read a report, over HTTP: signed in, by key, or through a link, whose visitors see their own."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, parsed, takes
from api.dependencies import CallerDep, WorldDep
from api.errors import InvalidSettingError, MissingChoiceError, NotFoundError
from api.people.roles import Permission, needs
from api.people.scope import caller_for
from api.shares.pruning import shown_part
from api.shares.records import ShareLimits
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from api.writing.notes import MOST_TEXT, Note, Notes
from api.writing.places import chosen_client, slug_of

router = APIRouter(prefix="/v1/notes", tags=["notes"], responses=REFUSALS, dependencies=[needs(Permission.READ)])


class NoteAsked(BaseModel):
    """A comment, a rating, or both, on a report or on one of its items; who comes through a link gives a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: str = Field(max_length=100)
    item: str | None = Field(None, max_length=100)
    client: str | None = Field(None, max_length=200)
    start: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")
    text: str = Field("", max_length=MOST_TEXT)
    rating: int | None = Field(None, ge=1, le=5)
    name: str = Field("", max_length=80)


class NoteAnswer(BaseModel):
    """A note as it was kept, and what was answered."""

    id: str
    item: str | None
    client: str | None
    author: str
    text: str
    rating: int | None
    written_at: datetime | None
    reply: str | None
    replied_at: datetime | None
    resolved: bool


class NotesAnswer(BaseModel):
    """Notes, the newest first."""

    notes: list[NoteAnswer]


@router.get("")
def list_notes(
    world: WorldDep,
    caller: CallerDep,
    template: Annotated[str | None, Query(max_length=100, description="The template's id.")] = None,
    client: Annotated[str | None, Query(max_length=200, description="A client account's slug; all without.")] = None,
) -> NotesAnswer:
    """Return the notes on a report that its reader may see: through a link, those that came through it."""
    if template is None:
        raise MissingChoiceError("Say which template: ?template=...", missing="template")
    seen = caller_for(caller, template)
    ids = {one.id for one in seen.clients} if client is None else {chosen_client(seen, client).id}
    with world.metadata.read() as session:
        Library(session, caller.workspace.id).template(template)
        found = Notes(session, caller.workspace.id).of_report(
            template, None if caller.share is None else caller.share.share_id
        )
    about_all = caller.share is not None or not seen.narrowed
    listed = [one for one in found if one.client_account_id in ids or (one.client_account_id is None and about_all)]
    return NotesAnswer(notes=[_answer(caller, one) for one in listed])


@router.post("", status_code=201, openapi_extra=takes(NoteAsked))
async def add(request: Request, world: WorldDep, caller: CallerDep) -> NoteAnswer:
    """Write a note about something that the caller may read."""
    asked = await parsed(request, world, NoteAsked)
    if caller.share is not None:
        world.share_notes.check(caller.share.share_id, request.client.host if request.client else "")
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
        author=caller.key_name if caller.role is not None else asked.name.strip() or caller.key_name,
    )
    if caller.share is not None:
        note = _through_link(caller, caller.share, note, asked.name)
    return _answer(caller, add_note(world, caller, note))


def _through_link(caller: Caller, held: ShareLimits, note: Note, name: str) -> Note:
    """Hold a visitor's note to what his link shows; a link says who may read, not who writes."""
    if note.template_id != held.template_id:
        raise NotFoundError("There is no such report behind this link.")
    if not name.strip():
        raise InvalidSettingError("Say who you are: give your name.")
    only = caller.clients[0].id if len(caller.clients) == 1 else note.client_account_id
    days = held.dates or (note.period_start, note.period_end)
    return replace(note, client_account_id=only, period_start=days[0], period_end=days[1], share_id=held.share_id)


def add_note(world: World, caller: Caller, note: Note) -> Note:
    """Keep a note of somebody who may read the report, such as a share's visitor, whose share the note names."""
    seen = {one.id for one in caller_for(caller, note.template_id).clients}
    if note.client_account_id is not None and note.client_account_id not in seen:
        raise NotFoundError("There is no such client account in this report for you.")
    with world.metadata.write() as session:
        report = Library(session, caller.workspace.id).template(note.template_id)
        report = report if caller.share is None else shown_part(report, caller.share)
        if note.item_id is not None and note.item_id not in {one.id for one in report.items}:
            raise NotFoundError(f"The report has no item '{note.item_id[:60]}'.")
        return Notes(session, caller.workspace.id).add(note)


def _answer(caller: Caller, one: Note) -> NoteAnswer:
    return NoteAnswer(
        id=one.id,
        item=one.item_id,
        client=None if one.client_account_id is None else slug_of(caller, one.client_account_id),
        author=one.author,
        text=one.text,
        rating=one.rating,
        written_at=one.written_at,
        reply=one.reply,
        replied_at=one.replied_at,
        resolved=one.resolved_at is not None,
    )
