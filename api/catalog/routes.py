"""GET /v1/catalog and below. It tells of definitions, the workspace's own included, never of data."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response

from api.catalog.answers import dataset_answer, dimension_answer, metric_answer, overview, units
from api.dependencies import CallerDep, WorldDep
from api.errors import NotFoundError
from api.people.roles import Permission, needs
from schemas import SemanticModel, current_id

router = APIRouter(prefix="/v1/catalog", tags=["catalog"], dependencies=[needs(Permission.READ)])


def _model(world: WorldDep, caller: CallerDep) -> SemanticModel:
    return world.model_of(caller.workspace.slug)


ModelDep = Annotated[SemanticModel, Depends(_model)]
Language = Annotated[str | None, Query(max_length=35, description="Language of the texts, such as pt or zh-CN.")]
_HEADERS = {"cache-control": "private, no-store", "vary": "accept-language, authorization, cookie"}


@router.get("", dependencies=[needs(Permission.EXPLORE)])
def catalogue(request: Request, model: ModelDep, language: Language = None) -> Response:
    """List every dataset, dimension and metric in short."""
    return _json(overview(model, _language(request, language)))


@router.get("/units")
def metric_units(request: Request, world: WorldDep, caller: CallerDep, language: Language = None) -> Response:
    """Tell the unit and the good direction of every metric; through a link, of the public definitions only."""
    model = world.model if caller.share is not None else world.model_of(caller.workspace.slug)
    return Response(
        orjson.dumps(units(model, _language(request, language))),
        media_type="application/json",
        headers=_HEADERS | {"cache-control": "private, max-age=600"},
    )


@router.get("/datasets", dependencies=[needs(Permission.EXPLORE)])
def datasets(request: Request, model: ModelDep, language: Language = None) -> Response:
    """List what a data source can choose."""
    spoken = _language(request, language)
    return _json({"datasets": [dataset_answer(model, name, spoken) for name in model.datasets]})


@router.get("/datasets/{dataset}", dependencies=[needs(Permission.EXPLORE)])
def dataset(request: Request, model: ModelDep, dataset: str, language: Language = None) -> Response:
    """Describe one dataset with all of its fields."""
    _require(dataset, model.datasets, "dataset")
    return _json(dataset_answer(model, dataset, _language(request, language), with_fields=True))


@router.get("/metrics/{metric}")
def metric(request: Request, model: ModelDep, metric: str, language: Language = None) -> Response:
    """Describe one metric: formula, parts, direction, how far it may be added up."""
    known = _current(model, metric, model.metrics, "metric")
    return _json(metric_answer(model, known, _language(request, language), asked=metric))


@router.get("/dimensions/{dimension}", dependencies=[needs(Permission.EXPLORE)])
def dimension(request: Request, model: ModelDep, dimension: str, language: Language = None) -> Response:
    """Describe one dimension: type, columns, and where it is offered."""
    known = _current(model, dimension, model.dimensions, "dimension")
    return _json(dimension_answer(model, known, _language(request, language), asked=dimension))


def _language(request: Request, asked: str | None) -> str:
    """Choose the language that was asked for, else the first one that the browser wants."""
    return asked or request.headers.get("accept-language", "").split(",")[0].split(";")[0]


def _current(model: SemanticModel, name: str, known: Mapping[str, object], what: str) -> str:
    current = current_id(model.aliases, name)
    _require(current, known, what)
    return current


def _require(name: str, known: Mapping[str, object], what: str) -> None:
    if name not in known:
        close = get_close_matches(name, list(known), n=3, cutoff=0.6)
        advice = f" Did you mean {' or '.join(close)}?" if close else ""
        raise NotFoundError(f"There is no {what} '{name[:80]}'.{advice}", close=close)


def _json(document: object) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=_HEADERS)
