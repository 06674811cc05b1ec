"""Closed months over HTTP: for reports, which show them, and for those who close them."""

import gzip
from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import CallerDep, WorldDep
from api.frozen.changes import MOST_SHOWN, changes_of
from api.frozen.closing import close_month, month_of
from api.frozen.personal import as_shown
from api.frozen.records import FrozenPeriod
from api.frozen.repository import FrozenPeriods
from api.people.roles import Permission, needs
from api.reports.making import template_of
from api.workspaces.records import Caller
from api.writing.places import chosen_client, slug_of

router = APIRouter(
    prefix="/v1/frozen", tags=["frozen periods"], responses=REFUSALS, dependencies=[needs(Permission.READ)]
)

_CLOSING = [needs(Permission.SHARE)]
_HEADERS = {"cache-control": "private, no-store", "vary": "accept-encoding"}


class CloseAsked(BaseModel):
    """A month to close."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str = Field(description="The id of a template.")
    month: str = Field(description="Such as 2026-10; it must be over.")
    client: str | None = Field(None, description="The slug of a client account; all of them together by default.")


class FrozenAnswer(BaseModel):
    """A closed month. `as_of` is the day of the closing where the numbers are counted."""

    id: str
    report: str
    client: str | None
    start: date
    end: date
    as_of: date
    frozen_at: datetime
    author: str | None
    template_version: str


class FrozenAnswers(BaseModel):
    """Closed months, the newest first."""

    periods: list[FrozenAnswer]


class PlaceAnswer(BaseModel):
    """One dimension of a row."""

    field: str
    value: str | float | bool | None


class ChangeAnswer(BaseModel):
    """One number of an item that is not what it was; null where there was or is none."""

    item: str
    metric: str
    row: list[PlaceAnswer]
    then: str | float | bool | None
    now: str | float | bool | None


class ChangesAnswer(BaseModel):
    """The numbers that have changed since, whole totals first; `count` is of all of them."""

    count: int
    changes: list[ChangeAnswer]


@router.get("")
def periods(world: WorldDep, caller: CallerDep, report: str | None = None) -> FrozenAnswers:
    """List the closed months, of one report or of all."""
    with world.metadata.read() as session:
        found = FrozenPeriods(session, caller).all(caller.share.template_id if caller.share is not None else report)
    return FrozenAnswers(periods=[_answer(caller, one) for one in found])


@router.get("/{frozen_id}", response_class=Response, responses={200: {"content": {"application/json": {}}}})
def answers(frozen_id: str, request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Return what a closed month keeps: `answers`, a list of `request` with its `answer`, or why it was `refused`."""
    with world.metadata.read() as session:
        packed = FrozenPeriods(session, caller).answers(frozen_id)
    packed = as_shown(packed, world.model_of(caller.workspace.slug), caller.personal)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type="application/json", headers={**_HEADERS, "content-encoding": "gzip"})
    return Response(gzip.decompress(packed), media_type="application/json", headers=_HEADERS)


@router.get("/{frozen_id}/changes")
def changes(frozen_id: str, world: WorldDep, caller: CallerDep) -> ChangesAnswer:
    """Compare a closed month with the numbers as they are now."""
    with world.metadata.read() as session:
        repository = FrozenPeriods(session, caller)
        frozen, packed = repository.get(frozen_id), repository.answers(frozen_id)
    report = template_of(world, caller, frozen.template_id)
    packed = as_shown(packed, world.model_of(caller.workspace.slug), caller.personal)
    found = changes_of(world, caller, report, frozen, packed)
    shown = [
        ChangeAnswer(
            item=one.item,
            metric=one.metric,
            row=[PlaceAnswer(field=name, value=value) for name, value in one.place],
            then=one.then,
            now=one.now,
        )
        for one in found[:MOST_SHOWN]
    ]
    return ChangesAnswer(count=len(found), changes=shown)


@router.post("", status_code=201, openapi_extra=takes(CloseAsked), dependencies=_CLOSING)
async def close(request: Request, world: WorldDep, caller: AdminDep) -> FrozenAnswer:
    """Close a month: its numbers are kept as they are now."""
    asked = await parsed(request, world, CloseAsked)

    def work() -> FrozenAnswer:
        client = chosen_client(caller, asked.client).slug if asked.client else None
        report = template_of(world, caller, asked.report)
        return _answer(caller, close_month(world, caller, report, client, month_of(asked.month)))

    return await run_in_threadpool(work)


@router.delete("/{frozen_id}", status_code=204, dependencies=_CLOSING)
def open_again(frozen_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Open a month again: what it keeps is lost."""
    with world.metadata.write() as session:
        FrozenPeriods(session, caller).remove(frozen_id)
    return Response(status_code=204)


def _answer(caller: Caller, one: FrozenPeriod) -> FrozenAnswer:
    return FrozenAnswer(
        id=one.id,
        report=one.template_id,
        client=None if one.client_account_id is None else slug_of(caller, one.client_account_id),
        start=one.start,
        end=one.end,
        as_of=one.as_of,
        frozen_at=one.frozen_at,
        # Who has closed it is nobody's business beyond the workspace.
        author=None if caller.share is not None else one.author,
        template_version=one.template_version,
    )
