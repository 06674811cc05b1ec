"""The page of API keys: what there is, making one, whose text is shown once, and revoking one."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.audit.stating import about
from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, MalformedRequestError, NotAllowedError, NotFoundError
from api.people.callers import access_of
from api.people.members import may_revoke_key
from api.people.records import Access, Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.workspaces.service import NewKey, create_key, revoke_key
from api.world import World

router = APIRouter(prefix="/console/keys", include_in_schema=False, dependencies=[needs(Permission.KEYS)])

_HERE = "/console/keys"
_CLIENT = "client."


@router.get("")
def keys(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the keys; those that work come first."""
    return _page(world, visitor, chosen_workspace(request, visitor))


@router.post("")
async def make(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Make a key and show its text, which nothing can show again."""
    workspace = chosen_workspace(request, visitor)
    try:
        made = await run_in_threadpool(_make, world, workspace, form, visitor.person.id)
    except (ConflictError, MalformedRequestError, NotFoundError) as error:
        return await run_in_threadpool(_page, world, visitor, workspace, form, error)
    about(request, made.id)
    return await run_in_threadpool(_page, world, visitor, workspace, None, None, made)


@router.post("/{key_id}/revoke")
async def revoke(key_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep) -> Response:
    """Revoke a key: it is refused from the next request on."""
    access = access_of(visitor, request.query_params.get("workspace"))
    await run_in_threadpool(_revoke, world, access, key_id)
    return go_to(_HERE)


def _make(world: World, workspace: Workspace, form: dict[str, str], made_by: str) -> NewKey:
    name = form.get("name", "").strip()[:100]
    if not name:
        raise MalformedRequestError("Give the key a name, so that you know later what uses it.")
    with world.metadata.read() as session:
        working = [one.name for one in Repository(session).keys(workspace.id) if one.revoked_at is None]
    if name in working:
        raise ConflictError(f"There is a working key '{name}' already. Choose another name, or revoke that one first.")
    slugs = [key.removeprefix(_CLIENT) for key in form if key.startswith(_CLIENT)]
    is_admin = form.get("role") == "admin"
    return create_key(world.metadata, workspace, name, slugs or None, admin=is_admin, made_by=made_by)


def _revoke(world: World, access: Access, key_id: str) -> None:
    with world.metadata.read() as session:
        known = {one.id for one in Repository(session).keys(access.workspace.id)}
        allowed = may_revoke_key(session, access, key_id)
    if key_id not in known:
        raise NotFoundError("There is no such key in this workspace.")
    if not allowed:
        raise NotAllowedError("An owner or a command has made this key. Only an owner can revoke it.")
    revoke_key(world.metadata, access.workspace, key_id)


def _page(
    world: World,
    visitor: Visitor,
    workspace: Workspace,
    given: dict[str, str] | None = None,
    error: ApiError | None = None,
    made: NewKey | None = None,
) -> Response:
    with world.metadata.read() as session:
        repository = Repository(session)
        found = repository.keys(workspace.id)
        clients = repository.client_accounts(workspace.id)
    return page(
        world,
        "keys.html",
        visitor=visitor,
        workspace=workspace,
        status=200 if error is None else 422,
        here=_HERE,
        keys=sorted(found, key=lambda one: (one.revoked_at is not None, one.name)),
        clients=clients,
        given=given or {},
        wrong="" if error is None else str(error),
        made=made,
    )
