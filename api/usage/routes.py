"""The API of usage: requests by day, dataset and asker, errors, and the newest questions."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep
from api.dependencies import WorldDep
from api.people.roles import Permission, needs
from api.usage.keeping import KEPT_DAYS, MOST_LOGGED
from api.usage.overview import UsageAnswer, span_of, usage_of

router = APIRouter(prefix="/v1/usage", tags=["usage"], responses=REFUSALS, dependencies=[needs(Permission.OPERATE)])

Days = Annotated[int, Query(ge=1, le=KEPT_DAYS, description="How many days, today (UTC) included.")]
Dataset = Annotated[str | None, Query(max_length=100, description="Only requests to this dataset.")]
AskerId = Annotated[str | None, Query(alias="asker", max_length=64, description="Only requests of this asker's id.")]
Most = Annotated[int, Query(ge=0, le=MOST_LOGGED, description="How many of the newest questions to list.")]


@router.get("")
async def usage(
    world: WorldDep,
    caller: AdminDep,
    days: Days = KEPT_DAYS,
    dataset: Dataset = None,
    asker_id: AskerId = None,
    limit: Most = 200,
    only_errors: bool = False,
) -> UsageAnswer:
    """Return who asked what, how it was answered and how long it took; kept for thirty days."""
    span = span_of(days, dataset, asker_id)
    return await run_in_threadpool(usage_of, world, caller.workspace, span, limit, only_errors=only_errors)
