"""The first page of those who only read: the reports that were granted to them."""

from fastapi import APIRouter, Request, Response

from api.console.render import page
from api.console.sessions import VisitorDep, caller_at
from api.dependencies import WorldDep
from api.people.roles import Permission, needs
from api.people.scope import caller_for, granted_templates
from api.templates.library import Library
from looker_templates import in_english

router = APIRouter(prefix="/console/my-reports", include_in_schema=False, dependencies=[needs(Permission.READ)])


@router.get("")
def my_reports(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the reports that the person may read, each with its client accounts."""
    caller = caller_at(request, world, visitor)
    with world.metadata.read() as session:
        known = Library(session, caller.workspace.id).templates()
    found = granted_templates(caller, known) if caller.clients else {}
    shown = [(one, caller_for(caller, one.id).clients) for one in found.values()]
    return page(
        world,
        "my_reports.html",
        visitor=visitor,
        workspace=caller.workspace,
        here="/console/my-reports",
        shown=shown,
        english=in_english,
    )
