"""The pages of annotations: the list, and writing one."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.forms import chosen_one, day_of, grouped_metrics
from api.console.render import go_to, pages_at
from api.console.sessions import OwnFormDep, VisitorDep, caller_at
from api.dependencies import WorldDep
from api.errors import ApiError, InvalidSettingError, NotFoundError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.workspaces.records import Caller
from api.world import World
from api.writing.annotation_routes import annotate
from api.writing.annotations import KINDS, Annotation, Annotations
from api.writing.following import follow
from api.writing.goals import goal_metrics
from api.writing.places import chosen_client, may_write_about, slug_of

router = APIRouter(prefix="/console/annotations", include_in_schema=False, dependencies=[needs(Permission.WRITE)])

_HERE = "/console/annotations"
_page = pages_at(_HERE)


@router.get("")
def annotations(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the annotations, of one client account if the address names it."""
    caller = caller_at(request, world, visitor)
    slug = request.query_params.get("client") or ""
    wanted = [chosen_client(caller, slug).id] if slug else [one.id for one in caller.clients]
    with world.metadata.read() as session:
        found = Annotations(session, caller.workspace.id).all(wanted)
    shown = [(one, slug_of(caller, one.client_account_id or "") or "All clients") for one in found]
    said = request.query_params.get("said", "")
    return _page(world, visitor, caller, "annotations.html", shown=shown, client=slug, said=said)


@router.get("/new")
def new(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of a new annotation; the address may name client account, day and metric."""
    names = ("client", "starts_on", "ends_on", "metric", "kind", "text")
    given = {name: request.query_params.get(name, "") for name in names}
    return _form(world, visitor, caller_at(request, world, visitor), given)


@router.get("/{annotation_id}")
def edit(annotation_id: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show the form of an annotation that is there."""
    caller = caller_at(request, world, visitor)
    one = _annotation(world, caller, annotation_id)
    given = {
        "client": slug_of(caller, one.client_account_id or "") or "",
        "kind": one.kind,
        "starts_on": one.starts_on.isoformat(),
        "ends_on": "" if one.ends_on is None else one.ends_on.isoformat(),
        "text": one.text,
        "recommendation": one.recommendation or "",
        "metric": one.metric_id or "",
    }
    return _form(world, visitor, caller, given, annotation_id)


@router.post("/new")
async def add(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Write an annotation."""
    return await run_in_threadpool(_put, request, world, visitor, form, "")


@router.post("/{annotation_id}")
async def change(
    annotation_id: str, request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep
) -> Response:
    """Change an annotation."""
    return await run_in_threadpool(_put, request, world, visitor, form, annotation_id)


@router.post("/{annotation_id}/remove")
async def remove(
    annotation_id: str, request: Request, world: WorldDep, visitor: VisitorDep, _form: OwnFormDep
) -> Response:
    """Remove an annotation."""

    def work() -> Response:
        caller = caller_at(request, world, visitor)
        _annotation(world, caller, annotation_id)
        with world.metadata.write() as session:
            Annotations(session, caller.workspace.id).remove(annotation_id)
        return go_to(f"{_HERE}?said={'removed' if follow(world, caller.workspace) else 'later'}")

    return await run_in_threadpool(work)


def _put(request: Request, world: World, visitor: Visitor, form: dict[str, str], annotation_id: str) -> Response:
    caller = caller_at(request, world, visitor)
    if annotation_id:
        _annotation(world, caller, annotation_id)
    try:
        annotation = replace(_read(caller, form), id=annotation_id, author=visitor.person.name or visitor.person.email)
        _, shown = annotate(world, caller.workspace, annotation)
    except InvalidSettingError as error:
        return _form(world, visitor, caller, form, annotation_id, error)
    return go_to(f"{_HERE}?said={'saved' if shown else 'later'}")


def _read(caller: Caller, form: dict[str, str]) -> Annotation:
    client, last = form.get("client", ""), form.get("ends_on", "").strip()
    if not client and not may_write_about(caller, None):
        raise InvalidSettingError("Choose one of your client accounts: you see some of the workspace only.")
    return Annotation(
        kind=chosen_one(form.get("kind", ""), KINDS, "kind"),
        starts_on=day_of(form.get("starts_on", ""), "The day"),
        ends_on=day_of(last, "The last day") if last else None,
        text=form.get("text", "").strip(),
        recommendation=form.get("recommendation", "").strip() or None,
        client_account_id=chosen_client(caller, client).id if client else None,
        metric_id=form.get("metric") or None,
    )


def _form(
    world: World,
    visitor: Visitor,
    caller: Caller,
    given: dict[str, str],
    annotation_id: str = "",
    error: ApiError | None = None,
) -> Response:
    metrics = grouped_metrics(goal_metrics(world.model_of(caller.workspace.slug)))
    values = {"given": given, "annotation_id": annotation_id, "metrics": metrics, "kinds": KINDS}
    return _page(world, visitor, caller, "annotation.html", wrong=str(error or ""), **values)


def _annotation(world: World, caller: Caller, annotation_id: str) -> Annotation:
    with world.metadata.read() as session:
        found = Annotations(session, caller.workspace.id).get(annotation_id)
    if found is None or not may_write_about(caller, found.client_account_id):
        raise NotFoundError(f"There is no annotation '{annotation_id[:40]}'.")
    return found
