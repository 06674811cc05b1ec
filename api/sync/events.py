"""GET /v1/connections/{id}/events: how a connection stands and how far its sync is, as server-sent events."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.dependencies import CallerDep, WorldDep
from api.errors import NotFoundError
from api.jobs.repository import JobRepository
from api.jobs.work import sync_key
from api.people.roles import Permission, needs
from api.workspaces.database import MetadataDatabase
from api.workspaces.records import Caller, Connection
from api.workspaces.repository import Repository
from api.world import World

router = APIRouter(tags=["connections"], dependencies=[needs(Permission.EXPLORE)])

_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_BETWEEN_SIGNS = 15.0  # of life, so that no proxy takes the stream for dead
_LONGEST = 900.0  # seconds of one stream; browsers then ask again by themselves
_MILLISECONDS_TO_RETURN = 3000


@dataclass(frozen=True)
class Seen:
    """What a look has found."""

    connection: Connection
    job: str | None
    progress: dict[str, object] | None


@router.get("/v1/connections/{connection_id}/events", response_class=StreamingResponse)
async def connection_events(connection_id: str, request: Request, world: WorldDep, caller: CallerDep) -> Response:
    """Send an event `connection` whenever its state changes and `progress` while its sync goes on."""
    return await connection_stream(world, caller, connection_id, request)


async def connection_stream(world: World, caller: Caller, connection_id: str, request: Request) -> StreamingResponse:
    """Return the events of a connection that the caller may see."""
    await run_in_threadpool(look, world.metadata, caller, connection_id)
    return StreamingResponse(
        _events(world, caller, connection_id, request),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def look(metadata: MetadataDatabase, caller: Caller, connection_id: str) -> Seen:
    """Return how a connection stands; one that the caller may not see does not exist for him."""
    with metadata.read() as session:
        connection = Repository(session).connection(caller.workspace.id, connection_id)
        if connection is None or not may_see(caller, connection):
            raise NotFoundError(f"There is no connection '{connection_id}' for this key.")
        job = JobRepository(session).active(sync_key(caller.workspace.slug, connection_id))
    if job is None:
        return Seen(connection, None, None)
    return Seen(connection, job.id, None if job.progress is None else dict(job.progress))


def may_see(caller: Caller, connection: Connection) -> bool:
    """Tell whether a key reads the client account of a connection; a connection of several is for keys of all."""
    if not caller.narrowed:
        return True
    return connection.client_account_id in {client.id for client in caller.clients}


async def _events(world: World, caller: Caller, connection_id: str, request: Request) -> AsyncIterator[bytes]:
    yield f"retry: {_MILLISECONDS_TO_RETURN}\n\n".encode()
    ends, told, spoken = time.monotonic() + _LONGEST, dict[str, bytes](), time.monotonic()
    while time.monotonic() < ends and not world.runner.stopping and not await request.is_disconnected():
        try:
            seen = await run_in_threadpool(look, world.metadata, caller, connection_id)
        except NotFoundError:
            yield b"event: removed\ndata: {}\n\n"
            return
        for name, document in _documents(seen):
            data = orjson.dumps(document)
            if told.get(name) != data:
                told[name], spoken = data, time.monotonic()
                yield b"event: " + name.encode() + b"\ndata: " + data + b"\n\n"
        if time.monotonic() - spoken > _SECONDS_BETWEEN_SIGNS:
            spoken = time.monotonic()
            yield b": still here\n\n"
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


def _documents(seen: Seen) -> list[tuple[str, dict[str, object]]]:
    one = seen.connection
    standing: dict[str, object] = {
        "id": one.id,
        "name": one.name,
        "state": one.state.value,
        "code": one.state_code,
        "reason": one.reason,
        "next_step": one.next_step,
        "next_run_at": _text(one.next_run_at),
    }
    found = [("connection", standing)]
    if seen.progress is not None:
        found.append(("progress", {"job": seen.job, **seen.progress}))
    return found


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
