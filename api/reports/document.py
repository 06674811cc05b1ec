"""The document of a report's page: the built one, with what the reader sees first already in it."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping

from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.errors import RateLimitExceededError
from api.problems import problem_of
from api.reports.choices import read_choices
from api.reports.first_view import first_view
from api.reports.making import template_of
from api.telemetry import log
from api.workspaces.records import Caller
from api.world import World
from looker_templates import PressBusyError

_ROOT = '<div id="app"></div>'
_MOBILE = re.compile(r"\bMobi", re.ASCII)


def report_response(
    request: Request, world: World, caller: Caller, template_id: str, document: str, headers: Mapping[str, str]
) -> StreamingResponse:
    """Answer with a report's page for one reader: its head at once, its first view as soon as it is drawn."""
    query = request.query_params
    phone, seconds = is_phone(request), world.settings.first_view_seconds

    def make() -> str:
        # Slides have a shape of their own.
        if "present" in query or not seconds:
            return ""
        report = template_of(world, caller, template_id)
        return first_view(world, caller, report, read_choices(query.multi_items()), query.get("page"), phone=phone)

    head, root, rest = document.partition(_ROOT)

    async def pieces() -> AsyncIterator[str]:
        yield head + root
        yield await _in_time(make, template_id, seconds) + rest

    kept = {"cache-control": "private, no-store", **headers}
    return StreamingResponse(pieces(), media_type="text/html; charset=utf-8", headers=kept)


def is_phone(request: Request) -> bool:
    """Tell whether a phone asks, by what browsers say of themselves."""
    hint = request.headers.get("sec-ch-ua-mobile")
    return hint == "?1" if hint else _MOBILE.search(request.headers.get("user-agent", "")) is not None


async def _in_time(make: Callable[[], str], template_id: str, seconds: float) -> str:
    """Return what is made, or nothing if it takes too long or cannot be made: the page itself says what is wrong."""
    started = time.perf_counter()
    work = asyncio.ensure_future(run_in_threadpool(make))
    done, _ = await asyncio.wait({work}, timeout=seconds)
    if not done:
        work.add_done_callback(lambda late: late.cancelled() or late.exception())
        log().info("first view came too late", template=template_id)
        return ""
    error = work.exception()
    if error is None:
        log().debug("first view", template=template_id, elapsed_ms=round((time.perf_counter() - started) * 1000))
        return work.result()
    if not isinstance(error, PressBusyError | RateLimitExceededError):
        known = problem_of(error)
        log().info(
            "no first view", template=template_id, problem=known.code, exc_info=None if known.own_text else error
        )
    return ""
