"""Turns the console's Jinja2 pages into answers."""

from pathlib import Path

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse

from api.console.navigation import MENU
from api.console.words import ago, count, day, moment
from api.notices.repository import NoticeRepository
from api.people.records import Visitor
from api.workspaces.records import Workspace
from api.world import World

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,  # a misspelt name is an error, not an empty place
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters |= {"ago": ago, "moment": moment, "count": count, "day": day}


def page(
    world: World,
    name: str,
    *,
    visitor: Visitor | None = None,
    workspace: Workspace | None = None,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """Render a page; people's own pages are kept by no cache."""
    text = _PAGES.get_template(name).render(
        product=world.settings.product_name,
        looker=world.settings.looker_name,
        visitor=visitor,
        workspace=workspace,
        menu=MENU,
        counts_of_menu={"notices": _open_notices(world, workspace) if visitor is not None else 0},
        **values,
    )
    return HTMLResponse(text, status_code=status, headers={"cache-control": "private, no-store"})


def _open_notices(world: World, workspace: Workspace | None) -> int:
    if workspace is None:
        return 0
    with world.metadata.read() as session:
        return NoticeRepository(session).open_count(workspace.id)


def go_to(path: str) -> RedirectResponse:
    """Send the browser to another page after a form, so that loading again sends nothing twice."""
    return RedirectResponse(path, status_code=303, headers={"cache-control": "no-store"})


def own_path(wanted: str | None) -> str:
    """Return where to go after signing in: a page of the console or a shared report, never another site."""
    if wanted and wanted.startswith(("/console/", "/s/")) and "\\" not in wanted and "//" not in wanted:
        return wanted
    return "/console"


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks for a page of the console, rather than a script for data."""
    return request.url.path.startswith("/console") and "text/html" in request.headers.get("accept", "")
