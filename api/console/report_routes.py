"""The pages of reports: the gallery, one template with its doctor, copying it, its build sheet, adding one's own."""

import csv
import io

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, pages_at
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ApiError, ConflictError, InvalidSettingError, MissingChoiceError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.templates.copying import links_of
from api.templates.diagnosis import diagnosis_of
from api.templates.library import Library
from api.workspaces.records import Caller
from api.world import World
from looker_templates import PICTURES_FOLDER, RefusedTemplateError, Report, build_sheet, in_english
from schemas import SemanticModel

router = APIRouter(prefix="/console/reports", include_in_schema=False, dependencies=[needs(Permission.EXPLORE)])

_HERE = "/console/reports"
_page = pages_at(_HERE, english=in_english)
_REFUSED = (ConflictError, InvalidSettingError, RefusedTemplateError)


@router.get("")
def gallery(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show every template, with how ready it is for the chosen client account."""
    caller = caller_at(request, world, visitor)
    client = request.query_params.get("client") or (caller.clients[0].slug if caller.clients else None)
    with world.metadata.read() as session:
        templates = Library(session, caller.workspace.id).templates()
    shown = [(one, diagnosis_of(world, caller, one, client), _has_picture(one.id)) for one in templates.values()]
    return _page(world, visitor, caller, "reports.html", shown=shown, client=client)


@router.get("/add", dependencies=[needs(Permission.DESIGN)])
def adding(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form that takes a template from elsewhere."""
    return _page(world, visitor, caller_at(request, world, visitor), "report_add.html", text="", wrong="")


@router.post("/add", dependencies=[needs(Permission.DESIGN)])
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Take a template that was made elsewhere, or say what is wrong with it."""
    caller, text = await run_in_threadpool(caller_at, request, world, visitor), form.get("text", "")
    try:
        report = await run_in_threadpool(_add, world, caller, text)
    except _REFUSED as error:
        return _page(world, visitor, caller, "report_add.html", text=text, wrong=str(error))
    return go_to(f"{_HERE}/{report.id}")


@router.post("/connector", dependencies=[needs(Permission.DESIGN)])
async def use_connector(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Keep the deployment id of the workspace's connector."""
    caller = await run_in_threadpool(caller_at, request, world, visitor)
    template_id = form.get("template", "")
    try:
        await run_in_threadpool(_use_deployment, world, caller, form.get("deployment_id", ""))
    except InvalidSettingError as error:
        return await run_in_threadpool(_copy_page, world, visitor, caller, template_id, error)
    return go_to(f"{_HERE}/{template_id}/copy")


@router.get("/{template_id}")
def report(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show one template: what it draws, what it needs, and how ready each client account is."""
    caller = caller_at(request, world, visitor)
    found, master, is_own = _of(world, caller, template_id)
    judged = [(one, diagnosis_of(world, caller, found, one.slug)) for one in caller.clients]
    values = {
        "report": found,
        "judged": judged,
        "master": master,
        "is_own": is_own,
        "picture": _has_picture(found.id),
        "has_tracker": any(item.type == "tracker" for item in found.data_items),
    }
    return _page(world, visitor, caller, "report.html", **values)


@router.get("/{template_id}/picture")
def picture(template_id: str, _visitor: VisitorDep) -> Response:
    """Serve the picture of a template's first page."""
    if not _has_picture(template_id):
        raise NotFoundError("There is no picture of this template.")
    return FileResponse(PICTURES_FOLDER / f"{template_id}.png", headers={"cache-control": "private, max-age=3600"})


@router.get("/{template_id}/copy")
def copying(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the links that copy the template, one for each client account."""
    return _copy_page(world, visitor, caller_at(request, world, visitor), template_id)


@router.get("/{template_id}/copies.csv")
def copies(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Return the links as a table for a spreadsheet."""
    caller = caller_at(request, world, visitor)
    found, _, _ = _of(world, caller, template_id)
    rows = [(one.name, one.report_name, one.copy or "", one.blank) for one in links_of(world, caller, found)]
    return _csv(f"{found.id}-links.csv", [("client", "report", "copy", "blank report"), *rows])


@router.get("/{template_id}/build", dependencies=[needs(Permission.DESIGN)])
def building(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the build sheet, and take the address of the master report that was drawn by it."""
    return _build_page(world, visitor, caller_at(request, world, visitor), template_id)


@router.post("/{template_id}/build", dependencies=[needs(Permission.DESIGN)])
async def register(
    template_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Register the master report."""
    caller = await run_in_threadpool(caller_at, request, world, visitor)
    try:
        await run_in_threadpool(_register, world, caller, visitor, template_id, form.get("report", ""))
    except InvalidSettingError as error:
        return await run_in_threadpool(_build_page, world, visitor, caller, template_id, error)
    return go_to(f"{_HERE}/{template_id}/copy")


@router.get("/{template_id}/build.csv", dependencies=[needs(Permission.DESIGN)])
def build_csv(template_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Return the build sheet as a table for a spreadsheet: a line for every setting."""
    caller = caller_at(request, world, visitor)
    found, _, _ = _of(world, caller, template_id)
    lines: list[tuple[str, ...]] = [("page", "place", "chart", "title", "data source", "setting", "value", "note")]
    for step in build_sheet(found, _labels(world.model_of(caller.workspace.slug))).steps:
        head = (step.page, step.place, step.chart, step.title, step.source)
        lines += [(*head, name, value, step.note) for name, value in step.settings]
    return _csv(f"{found.id}-build-sheet.csv", lines)


def _of(world: World, caller: Caller, template_id: str) -> tuple[Report, object, bool]:
    with world.metadata.read() as session:
        library = Library(session, caller.workspace.id)
        return library.template(template_id), library.masters().get(template_id), library.is_own(template_id)


def _add(world: World, caller: Caller, text: str) -> Report:
    with world.metadata.write() as session:
        return Library(session, caller.workspace.id).add(text, world.model_of(caller.workspace.slug), caller.key_name)


def _use_deployment(world: World, caller: Caller, given: str) -> None:
    with world.metadata.write() as session:
        Library(session, caller.workspace.id).use_deployment(given)


def _register(world: World, caller: Caller, visitor: Visitor, template_id: str, given: str) -> None:
    with world.metadata.write() as session:
        library = Library(session, caller.workspace.id)
        library.register(library.template(template_id), given, visitor.person.email)


def _copy_page(
    world: World, visitor: Visitor, caller: Caller, template_id: str, error: ApiError | None = None
) -> Response:
    found, master, _ = _of(world, caller, template_id)
    try:
        links, needs_connector = links_of(world, caller, found), False
    except MissingChoiceError:
        links, needs_connector = [], True
    judged = {one.slug: diagnosis_of(world, caller, found, one.slug) for one in caller.clients}
    values = {"report": found, "links": links, "needs_connector": needs_connector, "master": master, "judged": judged}
    return _page(world, visitor, caller, "report_copy.html", wrong=str(error or ""), **values)


def _build_page(
    world: World, visitor: Visitor, caller: Caller, template_id: str, error: ApiError | None = None
) -> Response:
    found, master, _ = _of(world, caller, template_id)
    sheet = build_sheet(found, _labels(world.model_of(caller.workspace.slug)))
    values = {"report": found, "sheet": sheet, "master": master, "wrong": str(error or "")}
    return _page(world, visitor, caller, "report_build.html", **values)


def _labels(model: SemanticModel) -> dict[str, str]:
    texts = model.texts.english
    return {name: one.label for name, one in {**texts.dimensions, **texts.metrics, **texts.datasets}.items()}


def _has_picture(template_id: str) -> bool:
    return (PICTURES_FOLDER / f"{template_id}.png").is_file()


def _csv(name: str, lines: list[tuple[str, ...]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
