"""Start, look at and end a viewer session."""

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.dependencies import SESSION_COOKIE, CallerDep, WorldDep, check_same_origin
from api.limits import read_body
from api.looker.messages import parse
from api.workspaces.callers import SESSION_LIFETIME
from api.workspaces.records import Caller
from api.world import World

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
    response = _who(world, caller)
    set_session_cookie(response, request, secret)
    return response


@router.get("")
def who_am_i(world: WorldDep, caller: CallerDep) -> Response:
    """Say what the viewer may show: the workspace and its client accounts."""
    return _who(world, caller)


@router.delete("")
async def sign_out(request: Request, world: WorldDep) -> Response:
    """End the session; it is no error if there is none."""
    check_same_origin(request)
    secret = request.cookies.get(SESSION_COOKIE)
    if secret:
        await run_in_threadpool(world.callers.close_session, secret)
    response = Response(status_code=204)
    response.delete_cookie(SESSION_COOKIE, httponly=True, samesite="strict")
    return response


def set_session_cookie(response: Response, request: Request, secret: str) -> None:
    """Give the browser a cookie that scripts cannot read and other sites cannot use."""
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _who(world: World, caller: Caller) -> Response:
    answer = {
        "workspace": {"slug": caller.workspace.slug, "name": caller.workspace.name},
        "clients": [
            {"slug": client.slug, "name": client.name, "timezone": client.timezone} for client in caller.clients
        ],
        "key": caller.key_name,
        "demo": world.demo_key_id is not None and world.demo_key_id == caller.key_id,
        "product": world.settings.product_name,
    }
    return Response(orjson.dumps(answer), media_type="application/json", headers={"cache-control": "private, no-store"})
