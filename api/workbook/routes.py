"""The spreadsheet over HTTP: for keys under /v1, for people of the console under /console."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS
from api.console.sessions import VisitorDep, chosen_workspace
from api.dependencies import CallerDep, WorldDep, caller_of
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from api.people.scope import caller_for
from api.reports.choices import read_choices
from api.reports.making import template_of
from api.workbook.making import Workbook, make_csv, make_workbook
from api.workspaces.records import Caller
from api.world import World

router = APIRouter(dependencies=[needs(Permission.READ)])

Tab = Literal["tracker", "volume"]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWERS: dict[int | str, dict[str, object]] = {**REFUSALS, 200: {"content": {_XLSX: {}, "text/csv": {}}}}


@router.get("/v1/reports/{template_id}/workbook", tags=["reports"], response_class=Response, responses=_ANSWERS)
async def workbook(
    template_id: str,
    request: Request,
    world: WorldDep,
    caller: CallerDep,
    csv: Annotated[Tab | None, Query(description="One tab as CSV, in place of the whole file.")] = None,
) -> Response:
    """Return a report with a tracker as a spreadsheet; the query string of the report page may be given."""
    return await _made(request, world, caller, template_id, csv)


@router.get("/console/reports/{template_id}/workbook", include_in_schema=False)
async def console_workbook(
    template_id: str, request: Request, world: WorldDep, visitor: VisitorDep, csv: Tab | None = None
) -> Response:
    """Do the same for a person of the console."""
    slug = chosen_workspace(request, visitor).slug
    caller = await run_in_threadpool(caller_of, world, visitor, slug)
    return await _made(request, world, caller, template_id, csv)


async def _made(request: Request, world: World, caller: Caller, template_id: str, tab: Tab | None) -> Response:
    choices = read_choices(request.query_params.multi_items())

    def make() -> Workbook:
        report = template_of(world, caller, template_id)
        if not any(item.type == "tracker" for item in report.data_items):
            raise NotFoundError(f"'{template_id}' has no tracker, so there is no spreadsheet of it.")
        reader = caller_for(caller, template_id)
        return make_csv(world, reader, report, choices, tab) if tab else make_workbook(world, reader, report, choices)

    made = await run_in_threadpool(make)
    kind = "text/csv; charset=utf-8" if tab else _XLSX
    headers = {"content-disposition": f'attachment; filename="{made.name}"', "cache-control": "private, no-store"}
    return Response(made.content, media_type=kind, headers=headers)
