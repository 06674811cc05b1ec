"""The pages of the catalogue: every metric and dimension, searchable, and one page for each."""

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from api.catalog.answers import Document, dimension_answer, metric_answer, overview
from api.console.render import page
from api.console.sessions import VisitorDep, chosen_workspace
from api.dependencies import WorldDep
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from schemas import SemanticModel, current_id

router = APIRouter(prefix="/console/catalogue", include_in_schema=False, dependencies=[needs(Permission.EXPLORE)])

_HERE = "/console/catalogue"
_ENGLISH = "en"
_DAYS_SHOWN = 90
_DAY = "date_day"


@router.get("")
def catalogue(request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """List metrics and dimensions in their groups; the address searches and chooses a dataset."""
    workspace = chosen_workspace(request, visitor)
    search, dataset = (request.query_params.get(name, "").strip() for name in ("q", "dataset"))
    told = overview(world.model_of(workspace.slug), _ENGLISH)
    return page(
        world,
        "catalogue.html",
        visitor=visitor,
        workspace=workspace,
        here=_HERE,
        search=search,
        dataset=dataset,
        datasets=told["datasets"],
        metrics=_grouped(told["metrics"], search, dataset),
        dimensions=_grouped(told["dimensions"], search, dataset),
    )


@router.get("/metrics/{metric}")
def metric(metric: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show what a metric means, how it is made, and what may be done with it."""
    workspace = chosen_workspace(request, visitor)
    model = world.model_of(workspace.slug)
    name = current_id(model.aliases, metric)
    if name not in model.metrics:
        raise NotFoundError(f"There is no metric '{metric[:80]}'.")
    told = metric_answer(model, name, _ENGLISH, asked=metric)
    datasets = told["datasets"]
    assert isinstance(datasets, tuple)
    today = datetime.now(ZoneInfo(workspace.timezone)).date()
    days = {"from": str(today - timedelta(days=_DAYS_SHOWN)), "to": str(today - timedelta(days=1))}
    links = [
        (model.datasets[one].label, f"/console/explore?{urlencode(_wish(model, one, name) | days)}") for one in datasets
    ]
    return page(
        world, "catalogue_metric.html", visitor=visitor, workspace=workspace, here=_HERE, told=told, links=links
    )


@router.get("/dimensions/{dimension}")
def dimension(dimension: str, request: Request, world: WorldDep, visitor: VisitorDep) -> Response:
    """Show what a dimension means and where it is offered."""
    workspace = chosen_workspace(request, visitor)
    model = world.model_of(workspace.slug)
    name = current_id(model.aliases, dimension)
    if name not in model.dimensions:
        raise NotFoundError(f"There is no dimension '{dimension[:80]}'.")
    told = dimension_answer(model, name, _ENGLISH, asked=dimension)
    datasets = told["datasets"]
    assert isinstance(datasets, tuple)
    links = []
    for one in datasets:
        wish = {"dataset": one, "metrics": model.datasets[one].default_metric or "", "dimensions": name}
        links.append((model.datasets[one].label, f"/console/explore?{urlencode(wish)}"))
    return page(
        world, "catalogue_dimension.html", visitor=visitor, workspace=workspace, here=_HERE, told=told, links=links
    )


def _wish(model: SemanticModel, dataset: str, metric: str) -> dict[str, str]:
    """Return what the explorer is asked to show: the metric over time, if its dataset knows days."""
    known = model.datasets[dataset]
    split = _DAY if _DAY in known.dimensions else known.default_dimension or ""
    return {"dataset": dataset, "metrics": metric, "dimensions": split}


def _grouped(listed: object, search: str, dataset: str) -> dict[str, list[Document]]:
    """Return the fields that match, by group in the catalogue's order."""
    words, grouped = search.lower().split(), dict[str, list[Document]]()
    assert isinstance(listed, list)
    for one in listed:
        text = f"{one['label']} {one['id']} {one['group']}".lower()
        if all(word in text for word in words) and (not dataset or dataset in one["datasets"]):
            grouped.setdefault(one["group"], []).append(one)
    return grouped
