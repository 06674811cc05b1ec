"""Who may administer a workspace by the API, and how its bodies are read and documented."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from api.connections.messages import ErrorAnswer
from api.dependencies import CallerDep, WorldDep
from api.errors import MalformedJsonError, MalformedRequestError, NotAllowedError, NotFoundError
from api.limits import read_body
from api.people.callers import READS_ONLY
from api.workspaces.records import Caller, Connection
from api.workspaces.repository import Repository
from api.world import World

T = TypeVar("T", bound=BaseModel)

REFUSALS: dict[int | str, dict[str, object]] = {
    status: {"model": ErrorAnswer, "description": text}
    for status, text in (
        (400, "It cannot be done as asked; the message says what to change."),
        (401, "No working API key was sent."),
        (403, "The key may not administer."),
        (404, "There is no such thing, or the key may not see it."),
        (409, "Something that is there already is in the way."),
        (422, "The body has the wrong shape; `detail.wrong` names each place."),
        (503, "The source does not answer now; Retry-After says when to come back."),
    )
}


async def get_admin(request: Request, caller: CallerDep) -> Caller:
    """Return who asks, if his key administers. A report's cookie never does: reports are shown to others."""
    if not caller.admin or "authorization" not in request.headers:
        raise NotAllowedError(READS_ONLY)
    return caller


AdminDep = Annotated[Caller, Depends(get_admin)]


async def parsed(request: Request, world: WorldDep, shape: type[T]) -> T:
    """Return the body as the message that it should be; call it after the caller is known."""
    body = await read_body(request, world.settings.max_request_bytes)
    try:
        document = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(f"The body is not JSON: {error}.") from error
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        wrong = [{"at": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in error.errors()[:20]]
        places = "; ".join(f"{one['at'] or 'body'}: {one['problem']}" for one in wrong[:5])
        raise MalformedRequestError(f"The request cannot be used: {places}", wrong=wrong) from error


def takes(shape: type[BaseModel], *, required: bool = True) -> dict[str, object]:
    """Return what OpenAPI says of a route's body."""
    document = shape.model_json_schema()
    schema = _inlined(document, document.pop("$defs", {}))
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _inlined(value: object, shapes: Mapping[str, object]) -> object:
    """Put named parts of a schema where they are spoken of: OpenAPI looks for names elsewhere."""
    if isinstance(value, list):
        return [_inlined(one, shapes) for one in value]
    if not isinstance(value, dict):
        return value
    rest = {key: _inlined(one, shapes) for key, one in value.items() if key != "$ref"}
    named = value.get("$ref")
    if not isinstance(named, str):
        return rest if named is None else {**rest, "$ref": named}
    found = _inlined(shapes[named.removeprefix("#/$defs/")], shapes)
    return {**found, **rest} if isinstance(found, dict) else found


def texts(values: Mapping[str, object] | None) -> dict[str, str] | None:
    """Return credentials as text; a key file may come as the JSON object that it is."""
    if values is None:
        return None
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in values.items()
        if value is not None
    }


def client_id_of(world: World, caller: Caller, name: str | None) -> str | None:
    """Return the id of a client account that is named by slug or name."""
    if not name:
        return None
    with world.metadata.read() as session:
        found = Repository(session).client_account(caller.workspace.id, name)
    if found is None:
        raise NotFoundError(f"There is no client account '{name}'. Add it first: POST /v1/clients.", client=name)
    return found.id


def connection_of(world: World, caller: Caller, connection_id: str) -> Connection:
    """Return a connection of the caller's workspace."""
    with world.metadata.read() as session:
        found = Repository(session).connection(caller.workspace.id, connection_id)
    if found is None:
        raise NotFoundError(f"There is no connection '{connection_id[:40]}'. GET /v1/connections lists them.")
    return found
