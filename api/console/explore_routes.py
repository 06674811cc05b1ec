"""The explorer: its page, which fields go together, and keeping a chart in the workspace's own report."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.fitting import fields_of
from api.console.render import page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep, caller_of
from api.errors import MalformedRequestError, NotFoundError
from api.people.roles import Permission, needs
from api.templates.keeping import KEPT, keep_items
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World

router = APIRouter(prefix="/console/explore", include_in_schema=False, dependencies=[needs(Permission.EXPLORE)])

_HERE = "/console/explore"
_MOST_FIELDS = 40

Names = Annotated[str, Query(max_length=4_000)]


@router.get("")
def explorer(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the frame in which the browser draws the explorer; its address says what."""
    workspace = chosen_workspace(request, visitor)
    return page(world, "explore.html", visitor=visitor, workspace=workspace, here=_HERE)


@router.get("/fields")
def fields(
    request: Request,
    world: WorldDep,
    visitor: VisitorDep,
    dataset: str,
    metrics: Names = "",
    dimensions: Names = "",
) -> Response:
    """List a dataset's fields; each says why it cannot stand beside those that are chosen, if it cannot."""
    model = world.model_of(chosen_workspace(request, visitor).slug)
    if dataset not in model.datasets:
        raise NotFoundError(f"There is no dataset '{dataset[:80]}'.")
    chosen = [tuple(one for one in text.split(",") if one)[:_MOST_FIELDS] for text in (metrics, dimensions)]
    return _json({"fields": fields_of(model, dataset, chosen[0], chosen[1])})


@router.post("/keep", dependencies=[needs(Permission.DESIGN)])
async def keep(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Add a chart to the workspace's own report, and say where that is."""
    try:
        items = orjson.loads(form.get("items", ""))
    except orjson.JSONDecodeError as error:
        raise MalformedRequestError("The chart could not be read. Load the page again.") from error
    caller = await run_in_threadpool(caller_of, world, visitor, chosen_workspace(request, visitor).slug)
    await run_in_threadpool(_keep, world, caller, form.get("dataset", ""), items)
    return _json({"report": f"/r/{KEPT}", "page": f"/console/reports/{KEPT}"})


def _keep(world: World, caller: Caller, dataset: str, items: object) -> None:
    with world.metadata.write() as session:
        library = Library(session, caller.workspace.id)
        keep_items(library, world.model_of(caller.workspace.slug), KEPT, dataset, items, caller.key_name)


def _json(answer: object) -> Response:
    headers = {"cache-control": "private, no-store"}
    return Response(orjson.dumps(answer), media_type="application/json", headers=headers)
