"""The page of a report on which months are closed, and opened again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ConflictError, InvalidSettingError
from api.frozen.closing import close_month, month_of
from api.frozen.repository import FrozenPeriods
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.reports.making import template_of
from api.workspaces.records import Caller
from api.world import World
from api.writing.periods import period_name
from api.writing.places import chosen_client, slug_of
from looker_templates import in_english

router = APIRouter(
    prefix="/console/reports/{template_id}/close", include_in_schema=False, dependencies=[needs(Permission.SHARE)]
)

_MONTHS = 13  # to choose from
_SAID = {"closed": "Closed. The report shows the month as reported.", "opened": "The month is open again."}


@router.get("")
def closing(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the months that are closed, and the form that closes one."""
    caller = caller_at(request, world, visitor)
    given = {"client": request.query_params.get("client", ""), "month": request.query_params.get("from", "")[:7]}
    said = _SAID.get(request.query_params.get("said", ""), "")
    return _page(world, visitor, caller, template_id, given=given, said=said)


@router.post("")
async def close(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Close a month."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        try:
            report = template_of(world, caller, template_id)
            client = chosen_client(caller, form["client"]).slug if form.get("client") else None
            close_month(world, caller, report, client, month_of(form.get("month", "")))
        except (ConflictError, InvalidSettingError) as error:
            return _page(world, visitor, caller, template_id, given=form, wrong=str(error))
        return go_to(f"/console/reports/{template_id}/close?said=closed")

    return await run_in_threadpool(work)


@router.post("/{frozen_id}/open")
async def open_again(
    template_id: str, frozen_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Open a month again: what it keeps is lost."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        with world.metadata.write() as session:
            FrozenPeriods(session, caller).remove(frozen_id)
        return go_to(f"/console/reports/{template_id}/close?said=opened")

    return await run_in_threadpool(work)


def _page(
    world: World,
    visitor: Visitor,
    caller: Caller,
    template_id: str,
    *,
    given: dict[str, str],
    said: str = "",
    wrong: str = "",
) -> Response:
    report = template_of(world, caller, template_id)
    with world.metadata.read() as session:
        found = FrozenPeriods(session, caller).all(template_id)
    names = {one.id: one.name for one in caller.clients}
    shown = [
        (one, names.get(one.client_account_id or "", "All clients together"), _address(caller, one.client_account_id))
        for one in found
    ]
    return page(
        world,
        "report_close.html",
        visitor=visitor,
        workspace=caller.workspace,
        status=422 if wrong else 200,
        here="/console/reports",
        report=report,
        english=in_english,
        clients=caller.clients,
        shown=shown,
        months=[(f"{one:%Y-%m}", period_name(one, "month")) for one in _months(caller)],
        month_name=lambda first: period_name(first, "month"),
        given=given,
        said=said,
        wrong=wrong,
    )


def _months(caller: Caller) -> list[date]:
    """Return the first days of the last months that are over, the newest first."""
    first = datetime.now(UTC).astimezone(ZoneInfo(caller.workspace.timezone)).date().replace(day=1)
    found = []
    for _ in range(_MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


def _address(caller: Caller, client_account_id: str | None) -> str:
    slug = None if client_account_id is None else slug_of(caller, client_account_id)
    return f"&client={slug}" if slug else ""
