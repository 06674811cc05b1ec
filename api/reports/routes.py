"""PDF over HTTP: for keys and viewers under /v1, for people of the console under /console."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS
from api.console.sessions import VisitorDep, chosen_workspace
from api.dependencies import CallerDep, WorldDep, caller_of
from api.people.roles import Permission, needs
from api.reports.choices import Choices, locale_of, read_choices
from api.reports.making import PrintedReport, report_pdf, template_of
from api.workspaces.records import Caller
from api.world import World
from schemas import InvalidDateRangeError

router = APIRouter(dependencies=[needs(Permission.READ)])

Client = Annotated[str | None, Query(max_length=200, description="A client account's slug; all that you see without.")]
From = Annotated[date | None, Query(alias="from", description="First day; the template's own period without.")]
To = Annotated[date | None, Query(description="Last day.")]
Language = Annotated[str | None, Query(max_length=35, description="en, pt, es, ro, el or zh-Hans.")]


@router.get(
    "/v1/reports/{template_id}/pdf",
    tags=["reports"],
    response_class=Response,
    responses={**REFUSALS, 200: {"content": {"application/pdf": {}}}},
)
async def pdf(
    template_id: str,
    request: Request,
    world: WorldDep,
    caller: CallerDep,
    client: Client = None,
    start: From = None,
    to: To = None,
    lang: Language = None,
) -> Response:
    """Print a report. `f.<dimension>=value` filters; the whole query string of the report page may be given."""
    if (start is None) != (to is None) or (start and to and to < start):
        raise InvalidDateRangeError("Give both days, `from` and `to`, in order.")
    if caller.share is not None:
        world.share_prints.check(caller.share.share_id, request.client.host if request.client else "")
    choices = replace(read_choices(request.query_params.multi_items()), client=client, locale=locale_of(lang or ""))
    return await _printed(world, caller, template_id, choices)


@router.get("/console/reports/{template_id}/pdf", include_in_schema=False)
async def console_pdf(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Print a report for a person who is signed in to the console."""
    find: Callable[[], Caller] = lambda: caller_of(world, visitor, chosen_workspace(request, visitor).slug)  # noqa: E731
    choices = read_choices(request.query_params.multi_items())
    return await _printed(world, await run_in_threadpool(find), template_id, choices)


async def _printed(world: World, caller: Caller, template_id: str, choices: Choices) -> Response:
    def make() -> PrintedReport:
        return report_pdf(world, caller, template_of(world, caller, template_id), choices)

    made = await run_in_threadpool(make)
    headers = {"content-disposition": f'attachment; filename="{made.name}"', "cache-control": "private, no-store"}
    return Response(made.content, media_type="application/pdf", headers=headers)
