"""The three calls of a Looker Studio connector, and the check of its credentials."""

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import CallerDep, WorldDep
from api.limits import read_body
from api.looker import service
from api.looker.config import config_steps
from api.looker.explain import explain_answer
from api.looker.messages import ConfigRequest, DataRequest, SchemaRequest, parse
from api.looker.query_configuration import query_answer
from api.people.roles import Permission, needs

router = APIRouter(prefix="/v1/looker", tags=["looker"], dependencies=[needs(Permission.READ)])

_PRIVATE = {"cache-control": "private, no-store", "vary": "accept-encoding, authorization, cookie"}


class JsonBytes(Response):
    """Finished JSON."""

    media_type = "application/json"


@router.get("/auth/check")
def check_key(caller: CallerDep) -> Response:
    """Say that the key works, for which workspace, and whether its holder may see debug texts."""
    workspace = {"slug": caller.workspace.slug, "name": caller.workspace.name}
    answer = {"valid": True, "workspace": workspace, "admin": not caller.narrowed}
    return JsonBytes(orjson.dumps(answer), headers=_PRIVATE)


@router.post("/config", dependencies=[needs(Permission.EXPLORE)])
async def get_config(request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Answer getConfig: the next step of the data source's configuration."""
    message = parse(await read_body(request, world.settings.max_request_bytes), ConfigRequest)
    steps = config_steps(caller, world.model_of(caller.workspace.slug), message.config_params, message.language)
    return JsonBytes(orjson.dumps(steps), headers=_PRIVATE)


@router.post("/schema")
async def get_schema(request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Answer getSchema: every field of the chosen dataset."""
    message = parse(await read_body(request, world.settings.max_request_bytes), SchemaRequest)
    return JsonBytes(await run_in_threadpool(service.schema_answer, world, caller, message), headers=_PRIVATE)


@router.post("/data")
async def get_data(request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Answer getData: rows of the asked fields, finished inside DuckDB and sent as they are."""
    message = parse(await read_body(request, world.settings.max_request_bytes), DataRequest)
    answer = await service.data_answer(world, caller, message)
    if answer.worth_packing and accepts_gzip(request.headers.get("accept-encoding", "")):
        body = await service.pack(world, answer)
        return JsonBytes(body, headers={**_PRIVATE, "content-encoding": "gzip"})
    return JsonBytes(answer.plain, headers=_PRIVATE)


@router.post("/query", dependencies=[needs(Permission.EXPLORE)])
async def get_query(request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Answer getData for a connector whose manifest asks for queries: the statement, for BigQuery, and a token."""
    message = parse(await read_body(request, world.settings.max_request_bytes), DataRequest)
    return JsonBytes(await query_answer(world, caller, message), headers=_PRIVATE)


@router.post("/explain", dependencies=[needs(Permission.EXPLORE)])
async def explain(request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Explain the answer to a getData request instead of giving its rows."""
    message = parse(await read_body(request, world.settings.max_request_bytes), DataRequest)
    document = await explain_answer(world, caller, message)
    return JsonBytes(orjson.dumps(document, default=str), headers=_PRIVATE)


def accepts_gzip(header: str) -> bool:
    """Return whether an Accept-Encoding header lets gzip through; `gzip;q=0` forbids it."""
    for part in header.lower().split(","):
        name, _, parameter = part.strip().partition(";")
        if name.strip() in {"gzip", "*"}:
            return parameter.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
