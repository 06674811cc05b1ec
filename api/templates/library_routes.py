"""The API of templates: what there is, how ready it is for a client, copying into Looker Studio, adding one's own."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import CallerDep, WorldDep
from api.errors import NotFoundError
from api.limits import read_body
from api.people.roles import Permission, needs
from api.people.scope import caller_for, granted_templates
from api.shares.pruning import pruned
from api.templates.copying import links_of
from api.templates.diagnosis import diagnosis_of
from api.templates.keeping import keep_items
from api.templates.library import Library, as_yaml
from api.workspaces.records import Caller
from api.world import World
from looker_templates import Report, as_document, build_sheet, in_short

router = APIRouter(
    prefix="/v1/templates", tags=["templates"], responses=REFUSALS, dependencies=[needs(Permission.READ)]
)

Client = Annotated[str | None, Query(max_length=200, description="A client account's slug; all that you see without.")]


class Masters(BaseModel):
    """The master report of a template in Looker Studio: its address or id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str = Field(max_length=500)


class Items(BaseModel):
    """Charts for one row of a report, as they stand in a report/1 document; their source is the dataset."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dataset: str = Field(max_length=100)
    items: list[dict[str, object]] = Field(min_length=1, max_length=6)


@router.get("")
def templates(world: WorldDep, caller: CallerDep) -> Response:
    """List the ready reports."""
    with world.metadata.read() as session:
        found = granted_templates(caller, Library(session, caller.workspace.id).templates())
    return _json({"templates": [in_short(one) for one in found.values()]})


@router.post(
    "",
    status_code=201,
    openapi_extra={"requestBody": {"content": {"application/yaml": {}}}},
    dependencies=[needs(Permission.DESIGN)],
)
async def add(request: Request, world: WorldDep, caller: AdminDep) -> Response:
    """Add a report/1 document, as YAML or JSON, or renew the one with its id."""
    text = (await read_body(request, world.settings.max_request_bytes)).decode("utf-8", "replace")
    report = await run_in_threadpool(_add, world, caller, text)
    return _json(in_short(report), 201)


@router.get("/{template_id}")
def template(template_id: str, world: WorldDep, caller: CallerDep) -> Response:
    """Return one ready report as a report/1 document."""
    report = _template(world, caller, template_id)
    if caller.share is not None:
        return _json(pruned(report, caller.share))
    return _json(as_document(report))


@router.delete("/{template_id}", status_code=204, dependencies=[needs(Permission.DESIGN)])
def remove(template_id: str, world: WorldDep, caller: AdminDep) -> Response:
    """Remove a template that was added; those that come with the product stay."""
    with world.metadata.write() as session:
        if not Library(session, caller.workspace.id).remove(template_id):
            raise NotFoundError(f"Nobody has added a template '{template_id[:60]}'. Those of the product stay.")
    return Response(status_code=204)


@router.get("/{template_id}/file", dependencies=[needs(Permission.EXPLORE)])
def file(template_id: str, world: WorldDep, caller: CallerDep) -> Response:
    """Return a template as the YAML file that another installation can take."""
    report = _template(world, caller, template_id)
    name = {"content-disposition": f'attachment; filename="{report.id}.yaml"'}
    return Response(as_yaml(report), media_type="application/yaml", headers=name)


@router.get("/{template_id}/doctor", dependencies=[needs(Permission.EXPLORE)])
def doctor(template_id: str, world: WorldDep, caller: CallerDep, client: Client = None) -> Response:
    """Say whether a client's data are enough for a template, and what would mend what is missing."""
    return _json(diagnosis_of(world, caller, _template(world, caller, template_id), client))


@router.get("/{template_id}/build-sheet", dependencies=[needs(Permission.EXPLORE)])
def sheet(template_id: str, world: WorldDep, caller: CallerDep) -> Response:
    """Return, chart by chart, what to set in Looker Studio to draw the template's master report."""
    texts = world.model_of(caller.workspace.slug).texts.english
    labels = {name: one.label for name, one in {**texts.dimensions, **texts.metrics, **texts.datasets}.items()}
    return _json(build_sheet(_template(world, caller, template_id), labels))


@router.post("/{template_id}/master", openapi_extra=takes(Masters), dependencies=[needs(Permission.DESIGN)])
async def register(template_id: str, request: Request, world: WorldDep, caller: AdminDep) -> Response:
    """Register the master report in Looker Studio that copies are made of."""
    asked = await parsed(request, world, Masters)
    return await run_in_threadpool(_register, world, caller, template_id, asked.report)


@router.post(
    "/{template_id}/items", status_code=201, openapi_extra=takes(Items), dependencies=[needs(Permission.DESIGN)]
)
async def add_items(template_id: str, request: Request, world: WorldDep, caller: AdminDep) -> Response:
    """Add one row of charts to the first page of a template that was added; `my-reports` is made with the first."""
    asked = await parsed(request, world, Items)
    report = await run_in_threadpool(_add_items, world, caller, template_id, asked)
    return _json(in_short(report), 201)


@router.get("/{template_id}/copies", dependencies=[needs(Permission.EXPLORE)])
def copies(template_id: str, world: WorldDep, caller: CallerDep, client: Client = None) -> Response:
    """Return the links that copy a template into Looker Studio, one for each client account."""
    links = links_of(world, caller, _template(world, caller, template_id), client)
    return _json({"copies": links})


def _add(world: World, caller: Caller, text: str) -> Report:
    with world.metadata.write() as session:
        library = Library(session, caller.workspace.id)
        return library.add(text, world.model_of(caller.workspace.slug), f"key {caller.key_name}")


def _add_items(world: World, caller: Caller, template_id: str, asked: Items) -> Report:
    model = world.model_of(caller.workspace.slug)
    with world.metadata.write() as session:
        library = Library(session, caller.workspace.id)
        return keep_items(library, model, template_id, asked.dataset, asked.items, f"key {caller.key_name}")


def _register(world: World, caller: Caller, template_id: str, given: str) -> Response:
    with world.metadata.write() as session:
        library = Library(session, caller.workspace.id)
        master = library.register(library.template(template_id), given, f"key {caller.key_name}")
    return _json(master)


def _template(world: World, caller: Caller, template_id: str) -> Report:
    with world.metadata.read() as session:
        library = Library(session, caller.workspace.id)
        caller_for(caller, template_id, library.templates())
        return library.template(template_id)


def _json(answer: object, status: int = 200) -> Response:
    headers = {"cache-control": "private, no-store"}
    return Response(orjson.dumps(answer), status, media_type="application/json", headers=headers)
