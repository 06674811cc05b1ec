"""What happens around every request: an id, security headers, one log line, and the one shape of refusals."""

import asyncio
import time

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.audit.stating import stated, write_lines
from api.console.problems import page_of_error
from api.console.render import wants_page
from api.errors import MalformedRequestError, MethodError, NotFoundError, StoppingError
from api.operation.counting import Counts, class_of
from api.operation.tracing import request_span
from api.policy import policy
from api.problems import INTERNAL, error_body, problem_of, retry_after
from api.telemetry import REQUEST_ID, log, request_id

SECURITY_HEADERS = (
    (b"content-security-policy", policy().encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
# Google's product opens these in a window of its own and waits for it: a page that cuts the tie to its opener looks
# closed to it at once, and the sign-in is given up.
_OPENED_BY_OTHERS = ("/console/sign-in", "/console/openid", "/console/authorise")
_TIED = (b"cross-origin-opener-policy", b"unsafe-none")
# Whoever came by TLS once comes by nothing else for a year; over plain HTTP browsers would not believe it.
_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000")
_LEFT = 499  # nobody waited for the answer; only the figures say so
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/v1/looker/data"})  # getData writes a richer line of its own


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
        started, began, status = time.perf_counter(), 0.0, 0
        headers = dict((*SECURITY_HEADERS, *((_TIED,) if scope["path"].startswith(_OPENED_BY_OTHERS) else ())))
        lasting = (_TLS_ONLY,) if scope["scheme"] == "https" else ()
        extra = (*headers.items(), *lasting, (b"x-request-id", current.encode()))

        async def framed(message: Message) -> None:
            nonlocal began, status
            if message["type"] == "http.response.start":
                began, status = time.perf_counter(), message["status"]
                own = message.get("headers", ())
                # A page may bring a header of its own, such as who may frame it; of two the last would count.
                brought = {name.lower() for name, _ in own}
                message["headers"] = [*own, *(one for one in extra if one[0] not in brought)]
            await send(message)

        try:
            with request_span(class_of(scope["path"]), request.headers.get("traceparent")) as traced:
                await self._app(scope, receive, framed)
                traced.failed = status >= 500
                traced.attributes.update(request_id=current, method=scope["method"], status=status)
        except asyncio.CancelledError:
            # Only the end of the server cancels requests; whoever waits still gets an answer.
            if status:
                raise
            await error_response(request, StoppingError("The server is being restarted."))(scope, receive, framed)
        except ClientDisconnect:
            # A reader who goes on to another page takes back what was on its way: nobody waits for an answer.
            log().info("request left", path=scope["path"])
        except Exception as error:  # Nothing of an unforeseen error may leave but its id.
            log().error("unforeseen error", path=scope["path"], exc_info=error)
            if status:
                raise
            await error_response(request, error)(scope, receive, framed)
        finally:
            if status >= 400 or scope["path"] not in _QUIET:
                elapsed = round((time.perf_counter() - started) * 1000, 1)
                log().info("request", method=scope["method"], path=scope["path"], status=status, elapsed_ms=elapsed)
            counts: Counts = scope["app"].state.world.counts
            counts.request(scope["path"], status or _LEFT, (began or time.perf_counter()) - started)
            await _audit(request, status)
            REQUEST_ID.reset(token)


async def _audit(request: Request, status: int) -> None:
    """Write what the route states into the audit log, now that its answer is known."""
    what = stated(request)
    if what is None or not status:
        return
    try:
        await run_in_threadpool(write_lines, request.app.state.world.metadata, request, what, status)
    except Exception as error:  # The answer is out; the log of the server says what the audit log could not.
        log().error("an audit line could not be written", action=what.action, status=status, exc_info=error)


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
