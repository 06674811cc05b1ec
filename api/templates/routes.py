"""The report page and its files."""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.dependencies import WorldDep, is_at_this_machine, reader_of
from api.errors import NotFoundError
from api.reports.document import report_response
from api.sessions.routes import set_session_cookie
from api.templates.static_files import built_answer
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
    key_id, secret = world.demo_key_id, None
    reader = await run_in_threadpool(reader_of, request, world)
    if key_id is not None and is_at_this_machine(request) and reader is None:
        secret = await run_in_threadpool(world.callers.open_session, key_id)
        reader = await run_in_threadpool(world.callers.by_session, secret)
    if reader is None:
        return FileResponse(page, headers={"cache-control": "no-cache"})
    # The browser asks for both while the script is still on its way.
    name = quote(template_id, safe="")
    asked = (f"/v1/session?report={name}", f"/v1/templates/{name}")
    headers = {"link": ", ".join(f"<{one}>; rel=preload; as=fetch; crossorigin" for one in asked)}
    document = page.read_text(encoding="utf-8")
    response = report_response(request, world, reader, template_id, document, headers)
    if secret is not None:
        set_session_cookie(response, request, secret)
    return response


@router.get("/static/{name:path}", include_in_schema=False)
async def static_file(name: str, request: Request) -> Response:
    """Serve a built file of the report page."""
    return built_answer(request, name)
