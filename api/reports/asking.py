"""Asks for a report's data as the viewer does: by getData, through the same cache, equal requests once."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from api.looker.messages import DataRequest as DataMessage
from api.looker.service import data_answer
from api.problems import problem_of
from api.telemetry import log
from api.workspaces.records import Caller
from api.world import World
from looker_templates import DataRequest

_AT_ONCE = 4
_SECONDS = 60.0

Answer: TypeAlias = Mapping[str, object]  # schema and rows, as getData gives them


@dataclass(frozen=True)
class Refusal:
    """Why there is no answer, for the reader."""

    text: str


Answers: TypeAlias = Mapping[str, "Answer | Refusal"]  # by request


def key_of(body: DataRequest) -> str:
    """Return what makes requests equal."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


def ask_all(world: World, caller: Caller, bodies: Iterable[DataRequest]) -> Answers:
    """Return the answer of each request; one that is refused does not take the others with it.

    Call it from a thread that is not the event loop's: from a job, a command or a worker thread of a route.
    """
    wanted = {key_of(body): body for body in bodies}
    work = _gather(world, caller, wanted)
    loop = world.cache.loop
    if loop is None:
        return asyncio.run(work)
    return asyncio.run_coroutine_threadsafe(work, loop).result(timeout=_SECONDS)


async def _gather(world: World, caller: Caller, wanted: Mapping[str, DataRequest]) -> Answers:
    # Not all at once: the charts of people who are reading go first.
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(body: DataRequest) -> Answer | Refusal:
        async with places:
            return await _ask(world, caller, body)

    found = await asyncio.gather(*(one(body) for body in wanted.values()))
    return dict(zip(wanted, found, strict=True))


async def _ask(world: World, caller: Caller, body: DataRequest) -> Answer | Refusal:
    try:
        answer = await data_answer(world, caller, DataMessage.model_validate(body))
    except Exception as error:
        problem = problem_of(error)
        if problem.own_text:
            return Refusal(str(error))
        log().error("report data", problem=problem.code, exc_info=error)
        return Refusal("")
    known: Answer = orjson.loads(answer.plain)
    return known
