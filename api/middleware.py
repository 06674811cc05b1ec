"""What happens around every request: an id, security headers, one log line, and the one shape of refusals."""

import asyncio
import time

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.console.problems import page_of_error
from api.console.render import wants_page
from api.errors import MalformedRequestError, MethodError, NotFoundError, StoppingError
from api.policy import policy
from api.problems import INTERNAL, error_body, problem_of, retry_after
from api.telemetry import REQUEST_ID, log, request_id

_POLICY_HEADER = b"content-security-policy"
SECURITY_HEADERS = (
    (_POLICY_HEADER, policy().encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_QUIET = frozenset({"/healthz", "/v1/looker/data"})  # getData writes a richer line of its own


class RequestFrame:
    """The outermost layer; plain ASGI, because it is on the path of every chart."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and frame its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        current = request_id(request.headers.get("x-request-id"))
        token = REQUEST_ID.set(current)
        started, status = time.perf_counter(), 0
        extra = (*SECURITY_HEADERS, (b"x-request-id", current.encode()))

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message.get("headers", ())
                # Only the page of an embedded report brings a policy of its own: who may frame it.
                has_policy = any(name == _POLICY_HEADER for name, _ in own)
                message["headers"] = [*own, *(extra[1:] if has_policy else extra)]
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except asyncio.CancelledError:
            # Only the end of the server cancels requests; whoever waits still gets an answer.
            if status:
                raise
            await error_response(request, StoppingError("The server is being restarted."))(scope, receive, framed)
        except Exception as error:  # Nothing of an unforeseen error may leave but its id.
            log().error("unforeseen error", path=scope["path"], exc_info=error)
            if status:
                raise
            await error_response(request, error)(scope, receive, framed)
        finally:
            if status >= 400 or scope["path"] not in _QUIET:
                elapsed = round((time.perf_counter() - started) * 1000, 1)
                log().info("request", method=scope["method"], path=scope["path"], status=status, elapsed_ms=elapsed)
            REQUEST_ID.reset(token)


def error_response(request: Request, error: Exception) -> Response:
    """Answer an error in the one shape."""
    known = _from_framework(request, error)
    problem = problem_of(known)
    if problem is not INTERNAL and not problem.own_text:
        log().error("server error", problem=problem.code, exc_info=known)
    if wants_page(request):
        return page_of_error(request, request.app.state.world, known, REQUEST_ID.get())
    headers = {"cache-control": "no-store"}
    wait = retry_after(known)
    if wait is not None:
        headers["retry-after"] = str(wait)
    if problem.status == 401:
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and error.headers:
        headers.update(error.headers)
    body = orjson.dumps(error_body(known, REQUEST_ID.get()), default=str)
    return Response(body, status_code=problem.status, media_type="application/json", headers=headers)


async def handle_error(request: Request, error: Exception) -> Response:
    """Answer an error that a route has raised."""
    return error_response(request, error)


def _from_framework(request: Request, error: Exception) -> Exception:
    """Give the framework's own errors our classes."""
    if isinstance(error, RequestValidationError):
        wrong = [{"at": ".".join(map(str, item["loc"])), "problem": item["msg"]} for item in error.errors()]
        return MalformedRequestError("The request has the wrong shape.", wrong=wrong)
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return NotFoundError(f"There is nothing at {request.url.path}.")
        if error.status_code == 405:
            return MethodError(f"{request.url.path} does not answer {request.method}.")
    return error
