"""Who stands before the console, and the forms of its pages."""

import secrets
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.audit.records import ActorKind
from api.audit.stating import seen_as
from api.dependencies import WorldDep, caller_of, check_same_origin
from api.errors import MalformedRequestError, NotAllowedError
from api.limits import read_body
from api.people.callers import access_of, check_role
from api.people.cookies import cookie_of
from api.people.records import Visitor
from api.people.roles import Permission, Role, needed_by
from api.workspaces.records import Caller, Workspace
from api.world import World

_MOST_FIELDS = 200


async def get_visitor(request: Request, world: WorldDep) -> Visitor:
    """Return who is signed in, if his role in the workspace lets him do what the route needs."""
    visitor = await run_in_threadpool(world.people.visitor, cookie_of(request))
    _note(request, visitor)
    if needed_by(request) != {Permission.SELF}:
        check_role(request, access_of(visitor, request.query_params.get("workspace")).role)
    return visitor


def _note(request: Request, visitor: Visitor) -> None:
    """Note for the audit log who asks, and in which of their workspaces; whoever is in none of that name is refused."""
    wanted = request.query_params.get("workspace")
    chosen = [one.id for one in visitor.workspaces if wanted in (None, one.slug)][:1]
    seen_as(request, ActorKind.PERSON, visitor.person.id, *chosen)


VisitorDep = Annotated[Visitor, Depends(get_visitor)]


def chosen_workspace(request: Request, visitor: Visitor) -> Workspace:
    """Return the workspace that the address names by `workspace`, or the one that the session works in."""
    return access_of(visitor, request.query_params.get("workspace")).workspace


def home_of(visitor: Visitor) -> str:
    """Return the page on which a person begins: the steps, the gallery, or the reports that were granted to him."""
    role = visitor.role_in(visitor.workspaces[0].id) if visitor.workspaces else None
    if role is None:
        return "/console/me"
    if role.sees_all:
        return "/console"
    return "/console/my-reports" if role is Role.CLIENT_VIEWER else "/console/reports"


def caller_at(request: Request, world: World, visitor: Visitor) -> Caller:
    """Return what a person may read and do in the workspace that the address names."""
    return caller_of(world, visitor, chosen_workspace(request, visitor).slug)


async def read_form(request: Request, world: WorldDep) -> dict[str, str]:
    """Return the fields of a form that one of our own pages has sent; of a repeated field the last."""
    check_same_origin(request)
    body = await read_body(request, world.settings.max_request_bytes)
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, strict_parsing=bool(body))
    except ValueError as error:
        raise MalformedRequestError("The form could not be read. Load the page again and send it once more.") from error
    return {name: values[-1] for name, values in found.items()}


async def read_own_form(request: Request, world: WorldDep, visitor: VisitorDep) -> dict[str, str]:
    """Return the fields of a form of this very session."""
    form = await read_form(request, world)
    if not secrets.compare_digest(form.pop("csrf", ""), visitor.csrf):
        raise NotAllowedError("This form is from another session. Load the page again and send it once more.")
    return form


FormDep = Annotated[dict[str, str], Depends(read_form)]
OwnFormDep = Annotated[dict[str, str], Depends(read_own_form)]
