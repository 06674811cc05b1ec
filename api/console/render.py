"""Turns the console's Jinja2 pages into answers."""

from pathlib import Path
from typing import Protocol

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.console.navigation import menu_of
from api.console.words import ago, count, day, moment
from api.notices.repository import NoticeRepository
from api.people.records import Visitor
from api.people.roles import Permission, may
from api.problems import retry_after
from api.workspaces.records import Caller, Workspace
from api.world import World

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,  # a misspelt name is an error, not an empty place
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters |= {"ago": ago, "moment": moment, "count": count, "day": day}


class _Given(dict[str, object]):
    """What a form has sent; a field that its sender left out is empty in the page that says so."""

    def __missing__(self, name: str) -> Undefined:
        return Undefined(name=name)


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
    role = visitor.role_in(workspace.id) if visitor and workspace else None
    given = values.get("given")
    if isinstance(given, dict):
        values["given"] = _Given(given)
    text = _PAGES.get_template(name).render(
        product=world.settings.product_name,
        looker=world.settings.looker_name,
        visitor=visitor,
        workspace=workspace,
        menu=menu_of(role) if visitor and workspace else (),
        may=lambda what: may(role, frozenset({Permission(what)})),
        counts_of_menu={"notices": _open_notices(world, workspace) if visitor is not None else 0},
        **values,
    )
    return HTMLResponse(text, status_code=status, headers={"cache-control": "private, no-store"})


def come_again(response: Response, error: Exception) -> Response:
    """Tell a browser when it may ask again, where an error knows."""
    seconds = retry_after(error)
    if seconds is not None:
        response.headers["retry-after"] = str(seconds)
    return response


class OwnPage(Protocol):
    """Renders a page about what a person may read; `wrong` or `doubts` make it the answer to a refused form."""

    def __call__(self, world: World, visitor: Visitor, caller: Caller, name: str, /, **values: object) -> HTMLResponse:
        """Return the page."""


def pages_at(here: str, **always: object) -> OwnPage:
    """Return what renders the pages of one entry of the menu, which all get these values."""

    def own_page(world: World, visitor: Visitor, caller: Caller, name: str, /, **values: object) -> HTMLResponse:
        status = 422 if values.get("wrong") or values.get("doubts") else 200
        given = {"here": here, "clients": caller.clients, **always, **values}
        return page(world, name, visitor=visitor, workspace=caller.workspace, status=status, **given)

    return own_page


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
