"""Answers getSchema and getData: from the cache, from constants, or from one query on a worker thread."""

import asyncio
import contextvars
import time
from collections.abc import Mapping
from typing import TypeAlias

import orjson

from api.cache import Answer
from api.dependencies import Selection, choose, chosen_dataset
from api.looker.messages import DataRequest, ParameterValue, SchemaRequest
from api.looker.requests import Wish, to_wish
from api.looker.rows import constant_rows, envelope
from api.telemetry import log
from api.workspaces.records import Caller
from api.world import Fields, World
from schemas import compile_query, sample_rows
from warehouse import WorkspaceDatabase

DEFAULT_LANGUAGE = "en"
LANGUAGES = frozenset({DEFAULT_LANGUAGE})  # those that the catalogue has texts in
Params: TypeAlias = Mapping[str, ParameterValue]


def language_of(code: str | None) -> str:
    """Return the language of texts: that of the person if the catalogue has it, else English."""
    language = (code or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def schema_answer(world: World, caller: Caller, request: SchemaRequest) -> bytes:
    """Return the fields of the chosen dataset."""
    params = request.config_params or {}
    selection = choose(caller, params)
    fields = world.fields(chosen_dataset(params), selection.money, language_of(request.language))
    return orjson.dumps({"schema": list(fields.values())})


async def data_answer(world: World, caller: Caller, request: DataRequest) -> Answer:
    """Return the rows of a request; equal ones that come at the same time are computed once."""
    started = time.perf_counter()
    params = request.config_params or {}
    selection = choose(caller, params)
    dataset = chosen_dataset(params)
    language = language_of(request.language)
    fields = world.fields(dataset, selection.money, language)
    wish = to_wish(request, dataset, fields, selection.scope, selection.money)
    if request.is_sample:
        shown = [fields[name] for name in wish.fields]
        rows = constant_rows(sample_rows(world.model, dataset, wish.fields))
        return Answer(envelope(shown, rows, filters_applied=False), 0)
    database = await _database(world, selection)
    key = _key(world, selection, database, wish, language)
    answer = world.cache.get(key)
    cached = answer is not None
    if answer is None:
        # The copied context takes the request id into the worker thread's log lines.
        run = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        answer = await world.cache.compute(
            key, lambda: loop.run_in_executor(world.queries, run, _compute, world, database, wish, fields)
        )
    else:
        world.limits.was_cached(caller.key_id, caller.workspace.id)
    log().info(
        "data",
        workspace=selection.workspace.slug,
        dataset=dataset,
        fields=len(wish.fields),
        filters=len(wish.query.filters),
        rows=answer.rows,
        bytes=len(answer.plain),
        cached=cached,
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return answer


async def pack(world: World, answer: Answer) -> bytes:
    """Return the answer gzipped, made once and off the event loop."""
    if answer.packed is not None:
        return answer.packed
    return await asyncio.get_running_loop().run_in_executor(world.queries, answer.pack)


async def _database(world: World, selection: Selection) -> WorkspaceDatabase:
    slug = selection.workspace.slug
    opened = world.opened(slug)
    if opened is not None:
        return opened
    return await asyncio.get_running_loop().run_in_executor(world.queries, world.database, slug)


def _key(world: World, selection: Selection, database: WorkspaceDatabase, wish: Wish, language: str) -> tuple[str, ...]:
    version = str(database.data_version())
    return (selection.workspace.slug, version, world.model.version, language, *wish.cache_key())


def _compute(world: World, database: WorkspaceDatabase, wish: Wish, fields: Fields) -> Answer:
    started = time.perf_counter()
    compiled = compile_query(world.model, wish.query)
    planned = time.perf_counter()
    settings = world.settings
    rows = database.fetch_json(compiled, max_rows=settings.max_rows, max_bytes=settings.max_bytes)
    log().debug(
        "query",
        plan_ms=round((planned - started) * 1000, 1),
        query_ms=round((time.perf_counter() - planned) * 1000, 1),
        rows=rows.rows,
    )
    shown = [fields[column.name] for column in compiled.columns]
    return Answer(envelope(shown, rows.body, filters_applied=compiled.filters_applied), rows.rows)
