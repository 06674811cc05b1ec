"""Who stands before the console, and the forms of its pages."""

import secrets
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from api.dependencies import WorldDep, caller_of, check_same_origin
from api.errors import MalformedRequestError, NotAllowedError, NotSignedInError
from api.limits import read_body
from api.people.cookies import cookie_of
from api.people.records import Visitor
from api.workspaces.records import Caller, Workspace
from api.world import World

_MOST_FIELDS = 200


async def get_visitor(request: Request, world: WorldDep) -> Visitor:
    """Return who is signed in, or raise NotSignedInError."""
    return await run_in_threadpool(world.people.visitor, cookie_of(request))


VisitorDep = Annotated[Visitor, Depends(get_visitor)]


def chosen_workspace(request: Request, visitor: Visitor) -> Workspace:
    """Return the workspace that the address names by `workspace`, or the person's first one."""
    wanted = request.query_params.get("workspace")
    for one in visitor.workspaces:
        if wanted in (None, one.slug):
            return one
    raise NotSignedInError("You are not in that workspace. Sign in as somebody who is.")


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
