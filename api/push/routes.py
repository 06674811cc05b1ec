"""The push endpoint: what can be pushed, taking records in, and what became of them."""

from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from starlette.concurrency import run_in_threadpool

from api.connections.admin import REFUSALS, AdminDep, parsed, takes
from api.dependencies import WorldDep
from api.errors import MalformedRequestError, NotFoundError
from api.people.roles import Permission, needs
from api.push.contract import check_records, entity_of, record_schema, streams_of
from api.push.service import Push, Receipt, receipt_of, take_in
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(prefix="/v1/push", tags=["push"], responses=REFUSALS, dependencies=[needs(Permission.CONNECT)])


class PushAsked(BaseModel):
    """Records of one client account. Their columns are those of GET /v1/push/{stream}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client: str = Field(min_length=1, max_length=200, description="Slug or name of the client account.")
    source: str = Field(default="push", pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Whose ids the records have.")
    records: list[dict[str, JsonValue]] = Field(min_length=1, max_length=10_000)


class PushAnswer(BaseModel):
    """A push that was taken in; `state` is queued, running, done or failed."""

    id: str
    stream: str
    records: int
    state: str
    repeated: bool = Field(description="Whether it had been taken in before, and was not loaded again.")
    rows_loaded: int | None = None
    rows_quarantined: int | None = None
    error: str | None = None


class StreamContract(BaseModel):
    """What a record of a stream may hold, as JSON Schema."""

    stream: str
    entity: str
    record: dict[str, JsonValue]


@router.get("")
def streams(world: WorldDep, _caller: AdminDep) -> dict[str, list[str]]:
    """List the streams that can be pushed."""
    return {"streams": sorted(streams_of(world.model))}


@router.get("/{stream}")
def contract(stream: str, world: WorldDep, _caller: AdminDep) -> StreamContract:
    """Return the contract of a stream."""
    entity = entity_of(world.model, stream)
    return StreamContract.model_validate({"stream": stream, "entity": entity.name, "record": record_schema(entity)})


@router.post("/{stream}", status_code=202, openapi_extra=takes(PushAsked))
async def push(
    stream: str,
    request: Request,
    response: Response,
    world: WorldDep,
    caller: AdminDep,
    idempotency_key: str = Header(
        default="", max_length=200, description="The same for a repetition, another for each batch."
    ),
) -> PushAnswer:
    """Take records in, to be loaded in a moment: all of them, or nothing where one breaks the contract."""
    if not idempotency_key.strip():
        raise MalformedRequestError(
            "The header Idempotency-Key is missing. Send one of your own with each batch, such as a UUID, and the "
            "same one when you repeat it: then nothing is loaded twice."
        )
    asked = await parsed(request, world, PushAsked)
    found = await run_in_threadpool(_taken, world, caller, stream, idempotency_key.strip(), asked)
    if found.repeated:
        response.headers["idempotent-replayed"] = "true"
    return await run_in_threadpool(_answer, world, found)


@router.get("/{stream}/{push_id}")
def status(stream: str, push_id: str, world: WorldDep, caller: AdminDep) -> PushAnswer:
    """Return what became of a push."""
    found = receipt_of(world.metadata, caller.workspace, push_id)
    if found is None or found.stream != stream:
        raise NotFoundError(f"There is no push '{push_id[:40]}' to '{stream[:80]}'.")
    return _answer(world, found)


def _taken(world: World, caller: Caller, stream: str, key: str, asked: PushAsked) -> Receipt:
    entity = entity_of(world.model, stream)
    check_records(entity, asked.records)
    with world.metadata.read() as session:
        client = Repository(session).client_account(caller.workspace.id, asked.client)
    if client is None:
        raise NotFoundError(f"There is no client account '{asked.client}'. Add it first: POST /v1/clients.")
    wanted = Push(stream, entity.name, client.slug, asked.source, key, asked.records)
    return take_in(world.metadata, world.settings.data_dir, caller.workspace, wanted)


def _answer(world: World, receipt: Receipt) -> PushAnswer:
    job = world.runner.get(receipt.job_id)
    report = (job.result or {}).get("report")
    counts = report if isinstance(report, dict) else {}
    return PushAnswer(
        id=receipt.id,
        stream=receipt.stream,
        records=receipt.records,
        state=job.state.value,
        repeated=receipt.repeated,
        rows_loaded=counts.get("rows_loaded"),
        rows_quarantined=counts.get("rows_quarantined"),
        error=None if job.error is None else str(job.error.get("message")),
    )
