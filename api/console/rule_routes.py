"""The pages of a workspace's own fields, formulas and mapping rules: the files, editing one, taking them."""

import asyncio
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.console.render import go_to, page
from api.console.sessions import OwnFormDep, VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import ConflictError, InvalidSettingError
from api.people.records import Visitor
from api.people.roles import Permission, needs
from api.rules.files import FIELDS, METRICS, checked, own_file, own_files, remove, save
from api.rules.taking import last_taking, standing, take
from api.rules.trying import DAYS, Tried, try_file
from api.workspaces.records import Workspace
from api.workspaces.repository import Repository
from api.world import World
from api.writing.amounts import shown_amount
from schemas import ColumnOrigin

router = APIRouter(prefix="/console/rules", include_in_schema=False, dependencies=[needs(Permission.CONNECT)])

_HERE = "/console/rules"
_PATIENCE = 15.0  # seconds that a page waits for a load that is in the way of a preview
_KINDS = {FIELDS: "Fields of your own", METRICS: "Formulas of your own"}
_BEGINNINGS = {
    FIELDS: "custom_tier:\n  label: Tier\n  description: Tier of the customer, as the help desk keeps it.\n"
    "  entity: ticket\n  datasets: [tickets]\n  type: TEXT\n",
    METRICS: "custom_replies_per_solved:\n  label: Replies per solved ticket\n"
    "  description: Number of replies for each solved ticket. Lower is better.\n"
    "  formula: agent_replies_sum / tickets_solved_cohort\n  good: down\n  datasets: [tickets]\n",
}


@dataclass(frozen=True)
class Edited:
    """What the editor shows: a file as somebody has it before him, and what came of checking it."""

    name: str
    text: str
    seen: str = ""
    wrong: str = ""
    tried: Tried | None = None


@router.get("")
def rules(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List the files, and say whether what is saved is what holds."""
    workspace = chosen_workspace(request, visitor)
    with world.metadata.read() as session:
        repository = Repository(session)
        clients = repository.client_accounts(workspace.id)
        sources = sorted({one.source for one in repository.connections(workspace.id)})
    job = last_taking(world, workspace)
    folder = f"{world.warehouse.places.own_folder(workspace.slug)}/"
    return page(
        world,
        "rules.html",
        visitor=visitor,
        workspace=workspace,
        here=_HERE,
        files=own_files(world, workspace),
        kinds=_KINDS,
        standing=standing(world, workspace),
        job=job,
        job_error=str(job.error.get("message", "")).replace(folder, "") if job and job.error else "",
        said=request.query_params.get("said", ""),
        clients=clients,
        sources=sources,
        entities=sorted(name for name, one in world.warehouse.model.entities.items() if one.is_loadable),
    )


@router.get("/edit")
def edit(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show one file, or the beginning of a new one; of a rule the address names client, source and entity."""
    workspace = chosen_workspace(request, visitor)
    given = {name: request.query_params.get(name, "").strip() for name in ("file", "client", "source", "entity")}
    name = given["file"] or f"rules/{given['client']}-{given['source']}-{given['entity']}.yaml"
    there = own_file(world, workspace, name)
    if there is not None:
        return _editor(world, visitor, workspace, Edited(name, there.text, there.digest))
    rule = "client: {client}\nsource: {source}\nentity: {entity}\ncolumns: {{}}\nvalues: {{}}\n".format(**given)
    return _editor(world, visitor, workspace, Edited(name, _BEGINNINGS.get(name, rule)))


@router.post("/edit")
async def change(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Check a file and show what it would do, save it, or remove it, as the button says."""
    workspace = chosen_workspace(request, visitor)
    name, seen = form.get("file", ""), form.get("seen", "")
    text = form.get("text", "").replace("\r\n", "\n").rstrip() + "\n"
    try:
        match form.get("do"):
            case "save":
                await run_in_threadpool(save, world, workspace, name, text, seen)
                return go_to(f"{_HERE}?said=saved")
            case "remove":
                await run_in_threadpool(remove, world, workspace, name, seen)
                return go_to(f"{_HERE}?said=removed")
        tried = await _tried(world, workspace, name, text)
    except (InvalidSettingError, ConflictError) as error:
        return await run_in_threadpool(_editor, world, visitor, workspace, Edited(name, text, seen, str(error)))
    return await run_in_threadpool(_editor, world, visitor, workspace, Edited(name, text, seen, tried=tried))


@router.post("/take")
async def take_all(request: Request, world: WorldDep, visitor: VisitorDep, form: OwnFormDep) -> Response:
    """Let loads and questions follow the files, and make the history of connections again."""
    workspace = chosen_workspace(request, visitor)
    await run_in_threadpool(take, world, workspace, again=form.get("again") == "yes")
    return go_to(_HERE)


async def _tried(world: World, workspace: Workspace, name: str, text: str) -> Tried:
    right = await run_in_threadpool(checked, world, workspace, name, text)
    # A load that is under way may hold the preview up for long: it is then left alone, as it writes nothing.
    trying = asyncio.ensure_future(run_in_threadpool(try_file, world, workspace, name, right))
    done, _ = await asyncio.wait({trying}, timeout=_PATIENCE)
    if not done:
        trying.add_done_callback(lambda late: late.cancelled() or late.exception())
        return Tried(later="A load is under way; check again when it is done to see what would change.")
    return trying.result()


def _editor(world: World, visitor: Visitor, workspace: Workspace, edited: Edited) -> Response:
    with world.metadata.read() as session:
        currency = Repository(session).workspace_by_id(workspace.id).currency
    model = world.model_of(workspace.slug)
    entity = next((name for name in model.entities if edited.name.endswith(f"-{name}.yaml")), "")
    entity = next((name for name in model.entities if f"\nentity: {name}\n" in edited.text), entity)
    columns = (
        [one for one in model.entities[entity].columns.values() if one.origin is ColumnOrigin.GIVEN] if entity else []
    )
    metrics = edited.tried.metrics if edited.tried is not None else ()
    return page(
        world,
        "rule_edit.html",
        visitor=visitor,
        workspace=workspace,
        status=422 if edited.wrong else 200,
        here=_HERE,
        edited=edited,
        kind=_KINDS.get(edited.name, "Mapping rule"),
        columns=columns,
        entity=entity,
        days=DAYS,
        values={one.metric.name: shown_amount(one.value, one.metric.type, currency) for one in metrics},
    )
