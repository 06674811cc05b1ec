"""The page of readers' notes: reading, answering, closing."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep, caller_of
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from api.writing.notes import Notes
from api.writing.places import may_write_about
from looker_templates import in_english

router = APIRouter(prefix="/console/notes", include_in_schema=False, dependencies=[needs(Permission.WRITE)])

_HERE = "/console/notes"


@router.get("")
def notes(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the notes, open ones by default."""
    caller = caller_of(world, visitor, chosen_workspace(request, visitor).slug)
    resolved = request.query_params.get("show") == "resolved"
    with world.metadata.read() as session:
        known = Notes(session, caller.workspace.id).all(resolved=resolved)
        found = [one for one in known if may_write_about(caller, one.client_account_id)]
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
    who = visitor.person.name or visitor.person.email

    def work() -> None:
        _act(world, caller_of(world, visitor, chosen_workspace(request, visitor).slug), note_id, form, who)

    await run_in_threadpool(work)
    return go_to(f"{_HERE}?show=resolved" if form.get("do") == "open" else _HERE)


def _act(world: World, caller: Caller, note_id: str, form: dict[str, str], who: str) -> None:
    with world.metadata.write() as session:
        notes = Notes(session, caller.workspace.id)
        every = [*notes.all(resolved=False), *notes.all(resolved=True)]
        about = next((one.client_account_id for one in every if one.id == note_id), None)
        if not may_write_about(caller, about):
            known = False
        elif form.get("do") == "reply":
            known = notes.reply(note_id, form.get("text", ""), who)
        else:
            known = notes.resolve(note_id, who, again=form.get("do") == "open")
    if not known:
        raise NotFoundError(f"There is no note '{note_id[:40]}'.")
