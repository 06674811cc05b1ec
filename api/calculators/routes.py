"""GET /v1/calculators lists them with the shape of their inputs; POST /v1/calculators/{id} computes."""

from dataclasses import asdict, dataclass

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from api.calculators.inputs import (
    CacInputs,
    CesInputs,
    ChurnInputs,
    ClvInputs,
    CsatInputs,
    FirstContactInputs,
    Inputs,
    NpsInputs,
    ResolutionInputs,
    ResponseTimeInputs,
    RetentionInputs,
)
from api.dependencies import CallerDep, WorldDep
from api.errors import MalformedJsonError, MalformedRequestError, NotFoundError
from api.limits import read_body
from api.people.roles import Permission, needs

router = APIRouter(prefix="/v1/calculators", tags=["calculators"], dependencies=[needs(Permission.EXPLORE)])

_HEADERS = {"cache-control": "private, no-store"}


@dataclass(frozen=True)
class Calculator:
    """One calculator as it is listed."""

    id: str
    label: str
    inputs: type[Inputs]


CALCULATORS = {
    one.id: one
    for one in (
        Calculator("nps", "Net Promoter Score", NpsInputs),
        Calculator("csat", "Customer satisfaction", CsatInputs),
        Calculator("ces", "Customer effort", CesInputs),
        Calculator("retention", "Customer retention", RetentionInputs),
        Calculator("churn", "Churn", ChurnInputs),
        Calculator("cac", "Customer acquisition cost", CacInputs),
        Calculator("clv", "Customer lifetime value", ClvInputs),
        Calculator("response-time", "First response time", ResponseTimeInputs),
        Calculator("resolution", "Resolution", ResolutionInputs),
        Calculator("first-contact", "First contact resolution", FirstContactInputs),
    )
}


@router.get("")
def calculators(_caller: CallerDep) -> Response:
    """List the calculators."""
    listed = [
        {
            "id": one.id,
            "label": one.label,
            "description": (one.inputs.__doc__ or "").strip(),
            "inputs": one.inputs.model_json_schema(),
        }
        for one in CALCULATORS.values()
    ]
    return _json({"calculators": listed})


@router.post("/{calculator}")
async def calculate(calculator: str, request: Request, world: WorldDep, _caller: CallerDep) -> Response:
    """Compute the corrected figure and the guides' one."""
    found = CALCULATORS.get(calculator)
    if found is None:
        raise NotFoundError(f"There is no calculator '{calculator[:80]}'. There are: {', '.join(CALCULATORS)}.")
    body = await read_body(request, world.settings.max_request_bytes)
    return _json(asdict(_inputs(body, found.inputs).result()))


def _inputs(body: bytes, shape: type[Inputs]) -> Inputs:
    try:
        document = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(f"The body is not JSON: {error}.") from error
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        wrong = [
            {"at": ".".join(str(part) for part in one["loc"]), "problem": one["msg"]} for one in error.errors()[:20]
        ]
        places = "; ".join(f"{one['at'] or 'body'}: {one['problem']}" for one in wrong[:5])
        raise MalformedRequestError(f"The inputs cannot be used: {places}", wrong=wrong) from error


def _json(document: object) -> Response:
    return Response(orjson.dumps(document), media_type="application/json", headers=_HEADERS)
