"""The first page of the console: what is done and what is to do before a client reads a report."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from api.console.render import go_to, page
from api.console.sessions import VisitorDep, chosen_workspace, home_of
from api.dependencies import WorldDep
from api.people.roles import Permission, may, needs
from api.templates.library import Library
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from looker_templates import load_templates

router = APIRouter(prefix="/console", include_in_schema=False, dependencies=[needs(Permission.READ)])

_OPENED = "belvedere_opened"  # this browser has gone on to a report
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Step:
    """One step: whether it is done, what it is for, how it stands, and the way to it."""

    title: str
    done: bool
    text: str
    button: str
    path: str


@router.get("")
def start(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the steps, ticked by what is there; to those who only read, their reports."""
    workspace = chosen_workspace(request, visitor)
    if not may(visitor.role_in(workspace.id), frozenset({Permission.CONNECT})):
        return go_to(home_of(visitor))
    steps = _steps(world, workspace, opened=_OPENED in request.cookies)
    upcoming = next((one for one in steps if not one.done), None)
    return page(
        world, "start.html", visitor=visitor, workspace=workspace, here="/console", steps=steps, upcoming=upcoming
    )


@router.get("/open-report")
def open_report(_visitor: VisitorDep) -> Response:
    """Go on to the first report, and remember in this browser that it was opened."""
    response = go_to("/")
    response.set_cookie(_OPENED, "yes", max_age=_A_YEAR, path="/console", httponly=True, samesite="lax")
    return response


def _steps(world: World, workspace: Workspace, *, opened: bool) -> list[Step]:
    with world.metadata.read() as session:
        repository = Repository(session)
        clients = repository.client_accounts(workspace.id)
        connections = len(repository.connections(workspace.id))
        library = Library(session, workspace.id)
        published = bool(library.deployment_id())
        copied = len(library.masters())
    imports, arrived = _data(world, workspace, [one.id for one in clients])
    linked = connections + imports
    first = next(iter(load_templates()))
    return [
        Step(
            "Add a client",
            bool(clients),
            _count(len(clients), "client account") if clients else "A client account is one of your clients, or you.",
            "Add a client",
            "/console/clients",
        ),
        Step(
            "Link an account or import a file",
            linked > 0,
            f"{_count(connections, 'linked account')}, {_count(imports, 'imported file')}."
            if linked
            else "No account is linked yet. Files are imported with: belvedere import FILE.",
            "Link an account",
            "/console/link",
        ),
        Step(
            "See data arrive",
            arrived,
            "Rows are here." if arrived else "Nothing has arrived yet. The first sync takes some minutes.",
            "Watch them arrive",
            "/console/connections",
        ),
        Step(
            "Open a report",
            opened,
            "Opened in this browser." if opened else "Every template is drawn with your own numbers.",
            "Open the first report",
            "/console/open-report",
        ),
        Step(
            "Publish the connector",
            published,
            "Its deployment id is known." if published else "Once, in Apps Script; the page says how.",
            "Publish the connector",
            f"/console/reports/{first}/copy",
        ),
        Step(
            f"Bring a report to {world.settings.looker_name}",
            copied > 0,
            f"{_count(copied, 'template')} can be copied by link."
            if copied
            else "Draw the master report of a template once by its build sheet; then one link copies it for a client.",
            "Choose a report",
            "/console/reports",
        ),
    ]


def _data(world: World, workspace: Workspace, clients: list[str]) -> tuple[int, bool]:
    """Return how many files were imported, and whether any client account has rows."""
    if workspace.slug not in world.warehouse.slugs():
        return 0, False
    database = world.database(workspace.slug)
    files = {one.file for one in database.import_history()}
    # Entity by entity, because the first one that has rows is enough.
    return len(files), any(database.coverage([name], clients)[name].rows > 0 for name in database.model.entities)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
