"""The page of readers' notes: reading, answering, closing."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep, caller_of
from api.errors import NotFoundError
from api.templates.library import Library
from api.world import World
from api.writing.notes import Notes
from looker_templates import in_english

router = APIRouter(prefix="/console/notes", include_in_schema=False)

_HERE = "/console/notes"


@router.get("")
def notes(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the notes, open ones by default."""
    caller = caller_of(world, visitor, chosen_workspace(request, visitor).slug)
    resolved = request.query_params.get("show") == "resolved"
    with world.metadata.read() as session:
        found = Notes(session, caller.workspace.id).all(resolved=resolved)
        titles = {
            name: in_english(one.title) for name, one in Library(session, caller.workspace.id).templates().items()
        }
    names = {one.id: one.name for one in caller.clients}
    return page(
        world,
        "notes.html",
        visitor=visitor,
        workspace=caller.workspace,
        here=_HERE,
        notes=found,
        titles=titles,
        names=names,
        resolved=resolved,
    )


@router.post("/{note_id}")
async def answer(note_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Answer a note, close it, or open it again."""
    workspace = chosen_workspace(request, visitor)
    await run_in_threadpool(_act, world, workspace.id, note_id, form, visitor.person.name or visitor.person.email)
    return go_to(f"{_HERE}?show=resolved" if form.get("do") == "open" else _HERE)


def _act(world: World, workspace_id: str, note_id: str, form: dict[str, str], who: str) -> None:
    with world.metadata.write() as session:
        notes = Notes(session, workspace_id)
        if form.get("do") == "reply":
            known = notes.reply(note_id, form.get("text", ""), who)
        else:
            known = notes.resolve(note_id, who, again=form.get("do") == "open")
    if not known:
        raise NotFoundError(f"There is no note '{note_id[:40]}'.")
