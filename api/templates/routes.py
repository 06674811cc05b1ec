"""The report page and its files."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.dependencies import SESSION_COOKIE, WorldDep, is_at_this_machine
from api.errors import NotAuthenticatedError, NotFoundError
from api.people.cookies import own_cookie
from api.sessions.routes import set_session_cookie
from api.templates.static_files import built_answer
from api.world import World
from looker_templates import STATIC_FOLDER

router = APIRouter(tags=["templates"])

FIRST_REPORT = "first-look"  # as in viewer/src/start.ts


@router.get("/", include_in_schema=False)
@router.get("/r/{template_id}", include_in_schema=False)
async def report_page(request: Request, world: WorldDep, template_id: str = FIRST_REPORT) -> Response:
    """Serve the report page, which reads from its address what to draw; the demo signs browsers of this machine in."""
    page = STATIC_FOLDER / "index.html"
    if not page.is_file():
        raise NotFoundError("The report page is not built. Build it with: make viewer.")
    response = FileResponse(page, headers={"cache-control": "no-cache"})
    key_id = world.demo_key_id
    known = await _is_signed_in(request, world)
    if key_id is not None and is_at_this_machine(request) and not known:
        secret = await run_in_threadpool(world.callers.open_session, key_id)
        set_session_cookie(response, request, secret)
        known = True
    if known:
        # The browser asks for both while the script is still on its way.
        name = quote(template_id, safe="")
        asked = (f"/v1/session?report={name}", f"/v1/templates/{name}")
        response.headers["link"] = ", ".join(f"<{one}>; rel=preload; as=fetch; crossorigin" for one in asked)
    return response


@router.get("/static/{name:path}", include_in_schema=False)
async def static_file(name: str, request: Request) -> Response:
    """Serve a built file of the report page."""
    return built_answer(request, name)


async def _is_signed_in(request: Request, world: World) -> bool:
    secret = request.cookies.get(own_cookie(request, SESSION_COOKIE))
    if not secret:
        return False
    try:
        await run_in_threadpool(world.callers.by_session, secret)
    except NotAuthenticatedError:
        return False
    return True
