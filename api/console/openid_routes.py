"""Signing in by an OpenID Connect provider: the way there, and back."""

from urllib.parse import quote, unquote

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from api.console.origins import origin_of
from api.console.people_routes import sign_in_page, signed_in
from api.console.render import come_again, own_path
from api.dependencies import WorldDep
from api.errors import ApiError, NotAllowedError, NotFoundError, RateLimitExceededError, SignInFailedError
from api.oauth.routes import own_address
from api.people.cookies import is_secure, own_cookie
from api.people.identities import sign_in_as
from api.people.openid import Attempt, authorise_address, identify, new_attempt
from api.people.providers import Provider
from api.world import World

router = APIRouter(prefix="/console/openid", include_in_schema=False)

_COOKIE = "belvedere_openid"
_SECONDS = 15 * 60  # to sign in at the provider and come back
_PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


@router.get("/{name}")
async def go(name: str, request: Request, world: WorldDep) -> Response:
    """Send the browser to the provider."""
    provider, after = _provider(world, name), own_path(request.query_params.get("next"))
    try:
        world.people.tries.count(f"provider from {request.client.host if request.client else ''}")
        attempt = new_attempt(provider, after)
        address = await authorise_address(provider, attempt, _redirect_uri(request, world, provider))
    except (SignInFailedError, RateLimitExceededError) as error:
        return _again(world, after, error)
    response = RedirectResponse(address, status_code=302, headers=_PRIVATE)
    kept = orjson.dumps([attempt.provider, attempt.state, attempt.nonce, attempt.verifier, attempt.after])
    response.set_cookie(
        own_cookie(request, _COOKIE),
        quote(kept.decode(), safe=""),
        max_age=_SECONDS,
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="lax",  # strict would lose it on the way back
    )
    return response


@router.get("/{name}/callback")
async def come_back(name: str, request: Request, world: WorldDep) -> Response:
    """Let in whoever the provider says has come, if we know him; each attempt counts once."""
    provider, attempt = _provider(world, name), _attempt(request)
    after = attempt.after if attempt else "/console"
    try:
        if attempt is None or attempt.provider != name:
            raise SignInFailedError("This sign-in was begun in another browser, or took too long. Begin again.")
        redirect = dict(request.query_params)
        identity = await identify(provider, attempt, redirect, _redirect_uri(request, world, provider))
        new = await run_in_threadpool(sign_in_as, world.metadata, identity, origin_of(request))
        response = await signed_in(request, world, new, after)
    except (SignInFailedError, NotAllowedError) as error:
        response = _again(world, after, error)
    response.delete_cookie(own_cookie(request, _COOKIE), path="/", httponly=True, secure=is_secure(request))
    return response


def _provider(world: World, name: str) -> Provider:
    found = next((one for one in world.providers if one.name == name), None)
    if found is None:
        raise NotFoundError(f"There is no sign-in by '{name[:40]}' here.")
    return found


def _redirect_uri(request: Request, world: World, provider: Provider) -> str:
    return f"{own_address(request, world)}/console/openid/{provider.name}/callback"


def _attempt(request: Request) -> Attempt | None:
    try:
        values = orjson.loads(unquote(request.cookies.get(own_cookie(request, _COOKIE), "")))
        provider, state, nonce, verifier, after = (str(one) for one in values)
    except (ValueError, TypeError):
        return None
    return Attempt(provider, state, nonce, verifier, own_path(after))


def _again(world: World, after: str, error: ApiError) -> Response:
    status = {RateLimitExceededError: 429, NotAllowedError: 403}.get(type(error), 400)
    return come_again(sign_in_page(world, after, wrong=str(error), status=status), error)
