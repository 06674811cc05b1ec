"""The page of connectors: register a copy, renew its secret, remove it; and everybody's access by them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, MalformedRequestError
from api.looker_oauth.consents import authorisations_in, authorisations_of, revoke_in, revoke_own
from api.looker_oauth.errors import AddressNeededError
from api.looker_oauth.records import NewConnector
from api.looker_oauth.registering import connectors_of, register_connector, remove_connector, renew_secret
from api.looker_oauth.request import issuer_of
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.world import World

router = APIRouter(include_in_schema=False)

_HERE = "/console/connectors"
_OWN = "/console/my-access"
_KEYS = [needs(Permission.KEYS)]
_SELF = [needs(Permission.SELF)]


@dataclass(frozen=True)
class _Told:
    """What a form came to: a secret that is shown this once, or what was wrong with it."""

    made: NewConnector | None = None
    error: ApiError | None = None
    given: tuple[str, str] = ("", "")


@router.get(_HERE, dependencies=_KEYS)
def connectors(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the registered copies and who has access by them."""
    return _page(world, visitor, chosen_workspace(request, visitor), _Told())


@router.post(_HERE, dependencies=_KEYS)
async def register(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Register a copy by its script id, and show its secret, which nothing can show again."""
    workspace = chosen_workspace(request, visitor)
    given = (form.get("name", ""), form.get("script", ""))
    try:
        told = _Told(
            await run_in_threadpool(register_connector, world.metadata, workspace.id, visitor.person.id, *given)
        )
    except (ConflictError, MalformedRequestError) as error:
        told = _Told(error=error, given=given)
    return await run_in_threadpool(_page, world, visitor, workspace, told)


@router.post(_HERE + "/{connector_id}/secret", dependencies=_KEYS)
async def renew(
    connector_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Make a new secret and show it."""
    workspace = chosen_workspace(request, visitor)
    at_once = form.get("at_once") == "yes"
    made = await run_in_threadpool(renew_secret, world.metadata, workspace.id, connector_id, at_once=at_once)
    return await run_in_threadpool(_page, world, visitor, workspace, _Told(made))


@router.post(_HERE + "/{connector_id}/remove", dependencies=_KEYS)
async def remove(
    connector_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Remove a copy; everybody's access by it ends."""
    workspace = chosen_workspace(request, visitor)
    await run_in_threadpool(remove_connector, world.metadata, workspace.id, connector_id)
    world.token_memory.forget()
    return go_to(_HERE)


@router.post(_HERE + "/access/{access_id}/revoke", dependencies=_KEYS)
async def revoke(access_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """End somebody's access to the workspace."""
    workspace = chosen_workspace(request, visitor)
    await run_in_threadpool(revoke_in, world.metadata, workspace.id, access_id)
    world.token_memory.forget()
    return go_to(_HERE)


@router.get(_OWN, dependencies=_SELF)
def own_access(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List which connectors the person himself has let in, in all his workspaces."""
    with world.metadata.read() as session:
        found = authorisations_of(session, visitor.person.id)
    return page(
        world,
        "my_access.html",
        visitor=visitor,
        workspace=chosen_workspace(request, visitor),
        here=_OWN,
        access=found,
    )


@router.post(_OWN + "/{access_id}/revoke", dependencies=_SELF)
async def give_up(access_id: str, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """End one's own access."""
    await run_in_threadpool(revoke_own, world.metadata, visitor.person.id, access_id)
    world.token_memory.forget()
    return go_to(_OWN)


def _page(world: World, visitor: Visitor, workspace: Workspace, told: _Told) -> Response:
    with world.metadata.read() as session:
        registered = connectors_of(session, workspace.id)
        access = authorisations_in(session, workspace.id)
    try:
        issuer, missing = issuer_of(world.settings), ""
    except AddressNeededError as error:
        issuer, missing = world.settings.address, str(error)
    return page(
        world,
        "connectors.html",
        visitor=visitor,
        workspace=workspace,
        status=200 if told.error is None else 422,
        here=_HERE,
        connectors=registered,
        access=access,
        made=told.made,
        given=told.given,
        wrong="" if told.error is None else str(told.error),
        address=issuer,
        missing=missing,
    )
