"""The report page and its files."""

from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.dependencies import SESSION_COOKIE, WorldDep, is_at_this_machine
from api.errors import NotAuthenticatedError, NotFoundError
from api.sessions.routes import set_session_cookie
from api.world import World
from looker_templates import STATIC_FOLDER

router = APIRouter(tags=["templates"])

_AN_HOUR = f"public, max-age={int(timedelta(hours=1).total_seconds())}"


@router.get("/", include_in_schema=False)
@router.get("/r/{template_id}", include_in_schema=False)
async def report_page(request: Request, world: WorldDep) -> Response:
    """Serve the report page, which reads from its address what to draw; the demo signs browsers of this machine in."""
    page = STATIC_FOLDER / "index.html"
    if not page.is_file():
        raise NotFoundError("The report page is not built. Build it with: make viewer.")
    response = FileResponse(page, headers={"cache-control": "no-cache"})
    key_id = world.demo_key_id
    if key_id is not None and is_at_this_machine(request) and not await _is_signed_in(request, world):
        secret = await run_in_threadpool(world.callers.open_session, key_id)
        set_session_cookie(response, request, secret)
    return response


@router.get("/static/{name:path}", include_in_schema=False)
def static_file(name: str) -> Response:
    """Serve a built file of the report page."""
    folder = STATIC_FOLDER.resolve()
    path = Path(folder / name).resolve()
    if folder not in path.parents or not path.is_file():
        raise NotFoundError(f"There is no file /static/{name}.")
    return FileResponse(path, headers={"cache-control": _AN_HOUR if "-" in path.stem else "no-cache"})


async def _is_signed_in(request: Request, world: World) -> bool:
    secret = request.cookies.get(SESSION_COOKIE)
    if not secret:
        return False
    try:
        await run_in_threadpool(world.callers.by_session, secret)
    except NotAuthenticatedError:
        return False
    return True
