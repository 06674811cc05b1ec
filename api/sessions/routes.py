"""Start, look at and end a viewer session."""

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.brands.repository import Brands
from api.brands.routes import shown
from api.dependencies import SESSION_COOKIE, CallerDep, WorldDep, check_same_origin, is_at_this_machine
from api.frozen.records import FrozenPeriod
from api.frozen.repository import FrozenPeriods
from api.limits import read_body
from api.looker.messages import parse
from api.people.cookies import is_secure, own_cookie
from api.people.roles import ALLOWED, Permission, needs
from api.shares.records import ShareLimits
from api.workspaces.callers import SESSION_LIFETIME
from api.workspaces.records import Caller
from api.world import World
from api.writing.places import slug_of

_READING = ("pdf", "note")
_SOURCES = "freshness"  # how old the data of each connection are: told to whoever sees more than single reports
# The buttons of the report page that lead to the console, and what their pages need.
_BY_PERMISSION = {
    "share": Permission.SHARE,
    "copy": Permission.EXPLORE,
    "explore": Permission.EXPLORE,
    "edit": Permission.WRITE,
    "explain": Permission.EXPLORE,
}

router = APIRouter(prefix="/v1/session", tags=["session"])


class SignIn(BaseModel):
    """An API key that a person has typed or pasted."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str = Field(min_length=1, max_length=200)


@router.post("")
async def sign_in(request: Request, world: WorldDep) -> Response:
    """Exchange an API key for a cookie."""
    check_same_origin(request)
    message = parse(await read_body(request, world.settings.max_request_bytes), SignIn)
    caller = await run_in_threadpool(world.callers.by_key, message.key.strip())
    world.limits.admit(caller.key_id, caller.workspace.id)
    secret = await run_in_threadpool(world.callers.open_session, caller.key_id)
    response = _who(world, caller, _abilities(request, world, caller))
    set_session_cookie(response, request, secret)
    return response


@router.get("", dependencies=[needs(Permission.READ)])
def who_am_i(request: Request, world: WorldDep, caller: CallerDep, report: str | None = None) -> Response:
    """Say what the viewer may show: the workspace, its client accounts, and the closed months of a report."""
    return _who(world, caller, _abilities(request, world, caller), report)


@router.delete("")
async def sign_out(request: Request, world: WorldDep) -> Response:
    """End the session; it is no error if there is none."""
    check_same_origin(request)
    secret = request.cookies.get(own_cookie(request, SESSION_COOKIE))
    if secret:
        await run_in_threadpool(world.callers.close_session, secret)
    response = Response(status_code=204)
    name, secure = own_cookie(request, SESSION_COOKIE), is_secure(request)
    response.delete_cookie(name, httponly=True, secure=secure, samesite="strict")
    return response


def set_session_cookie(response: Response, request: Request, secret: str) -> None:
    """Give the browser a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        own_cookie(request, SESSION_COOKIE),
        secret,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )


def _abilities(request: Request, world: World, caller: Caller) -> list[str]:
    """Return what the viewer offers beside reading: whoever comes through a link prints and leaves notes.

    In the demo the console is open to whoever sits at this machine, so its buttons show from the start.
    """
    if caller.share is not None:
        return ["pdf", "note"]
    is_demo = world.demo_key_id is not None and world.demo_key_id == caller.key_id and is_at_this_machine(request)
    if is_demo:
        return [*_READING, _SOURCES, *_BY_PERMISSION]
    if caller.role is None:
        return [*_READING, _SOURCES, "explain"]
    found = [*_READING, *(name for name, one in _BY_PERMISSION.items() if one in ALLOWED[caller.role])]
    return found if caller.granted is not None else [*found, _SOURCES]


def _who(world: World, caller: Caller, abilities: list[str], report: str | None = None) -> Response:
    template = report if caller.share is None else caller.share.template_id
    with world.metadata.read() as session:
        brands = Brands(session, caller.workspace.id)
        own = {one.slug: brands.of(one.id) for one in caller.clients}
        usual = brands.own(None)
        closed = FrozenPeriods(session, caller).all(template) if template is not None else []
    only = next(iter(own.values())) if len(own) == 1 else usual
    answer = {
        "workspace": {"slug": caller.workspace.slug, "name": caller.workspace.name},
        "clients": [
            {
                "slug": client.slug,
                "name": client.name,
                "timezone": client.timezone,
                "currency": client.report_currency,
            }
            for client in caller.clients
        ],
        "key": caller.key_name,
        "demo": world.demo_key_id is not None and world.demo_key_id == caller.key_id,
        "looker": world.settings.looker_name,
        "product": world.settings.product_name if only is None else only.name,
        "brand": None if only is None else shown(only),
        "brands": {slug: shown(brand) for slug, brand in own.items() if brand is not None},
        "can": abilities,
        "share": None if caller.share is None else _held(caller.share),
        "frozen": [_closed(caller, one) for one in closed],
    }
    return Response(orjson.dumps(answer), media_type="application/json", headers={"cache-control": "private, no-store"})


def _closed(caller: Caller, one: FrozenPeriod) -> dict[str, object]:
    client = None if one.client_account_id is None else slug_of(caller, one.client_account_id)
    return {"id": one.id, "client": client, "start": one.start, "end": one.end, "as_of": one.as_of}


def _held(limits: ShareLimits) -> dict[str, object]:
    """Return what a link fixes, so that its reader is told; the server holds him to it whatever he asks."""
    days = None if limits.dates is None else {"start": limits.dates[0], "end": limits.dates[1]}
    return {"report": limits.template_id, "filters": limits.filters, "days": days}
