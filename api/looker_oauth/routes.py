"""The addresses that a connector calls itself. Google's machines must reach them; they lie below /v1/looker/."""

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.audit.stating import connects_as
from api.dependencies import WorldDep
from api.errors import PayloadTooLargeError
from api.limits import read_body
from api.looker_oauth.answering import INTROSPECT, REVOKE, TOKEN, answer, busy, metadata_of, refusal
from api.looker_oauth.request import Parameters, Reply
from api.telemetry import log

router = APIRouter(include_in_schema=False)

_MOST_BYTES = 16 * 1024
_FORM = "application/x-www-form-urlencoded"
_PRIVATE = {"cache-control": "no-store", "pragma": "no-cache", "referrer-policy": "no-referrer"}


@router.post(TOKEN)
async def token(request: Request, world: WorldDep) -> Response:
    """Exchange a code, or a refresh token, for the next tokens."""
    return _sent(await _answered(request, world, TOKEN))


@router.post(REVOKE)
async def revoke(request: Request, world: WorldDep) -> Response:
    """Revoke a token."""
    return _sent(await _answered(request, world, REVOKE))


@router.post(INTROSPECT)
async def introspect(request: Request, world: WorldDep) -> Response:
    """Say whether a token counts."""
    return _sent(await _answered(request, world, INTROSPECT))


@router.get("/.well-known/oauth-authorization-server")
async def metadata(world: WorldDep) -> Response:
    """Say which addresses and methods there are."""
    body = orjson.dumps(metadata_of(world.settings))
    return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})


async def _answered(request: Request, world: WorldDep, path: str) -> Reply:
    """Read the form before anything is asked of a thread: what works there cannot wait for the network."""
    try:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return refusal(400, "invalid_request", f"Send the parameters as {_FORM}.")
        text = (await read_body(request, _MOST_BYTES)).decode()
        connects_as(request, _client_id(text))
        wait = world.connector_limits.wait(_client_id(text), request.client.host if request.client else "")
        if wait:
            return busy(wait)
        authorization = request.headers.get("authorization")
        reply = await run_in_threadpool(answer, world.metadata, world.settings, path, text, authorization)
        world.token_memory.forget()
        return reply
    except PayloadTooLargeError:
        return refusal(400, "invalid_request", "The request is too large.")
    except UnicodeDecodeError:
        return refusal(400, "invalid_request", "The request could not be read.")
    except Exception as error:
        log().error("unforeseen error", path=path, exc_info=error)
        return refusal(500, "server_error", "Something went wrong on the server. Its log has more.")


def _client_id(text: str) -> str:
    try:
        found: str = Parameters(text).data.get("client_id", "")
        return found
    except ValueError:
        return ""


def _sent(reply: Reply) -> Response:
    body = orjson.dumps(reply.body, default=str)
    return Response(
        body, status_code=reply.status, media_type="application/json", headers={**_PRIVATE, **dict(reply.headers)}
    )
