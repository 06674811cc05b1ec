"""Answers getSchema and getData: from the cache, from constants, or from one query on a worker thread."""

import asyncio
import contextvars
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import orjson

from api.cache import Answer
from api.dependencies import Selection, choose, chosen_dataset
from api.looker.messages import DataRequest, FieldWish, ParameterValue, SchemaRequest, answers
from api.looker.requests import Wish, to_wish
from api.looker.rows import constant_rows, envelope
from api.telemetry import log
from api.workspaces.records import Caller
from api.world import Fields, World
from schemas import SemanticModel, asks_age, fields_together, sample_rows
from warehouse import WorkspaceDatabase

Params: TypeAlias = Mapping[str, ParameterValue]


@dataclass(frozen=True)
class Asked:
    """A request with everything that is known of it before any row is read."""

    selection: Selection
    model: SemanticModel
    dataset: str
    language: str
    fields: Fields
    wish: Wish


def language_of(world: World, params: Params, code: str | None) -> str:
    """Return the language of texts: that of the data source, else of the person, else English."""
    chosen = answers(params.get("language"))
    return world.model.texts.served(chosen[0] if chosen else code or "").language


def schema_answer(world: World, caller: Caller, request: SchemaRequest) -> bytes:
    """Return the fields of the chosen dataset."""
    params = request.config_params or {}
    selection = choose(caller, params)
    language = language_of(world, params, request.language)
    comparison = answers(params.get("comparison")) == ("true",)
    model = world.model_of(selection.workspace.slug)
    fields = world.fields(model, chosen_dataset(params), selection.money, language, comparison=comparison)
    return orjson.dumps({"schema": list(fields.values())})


def understood(world: World, caller: Caller, request: DataRequest) -> Asked:
    """Read a request as this caller may ask it."""
    params = request.config_params or {}
    selection = choose(caller, params)
    dataset = chosen_dataset(params)
    language = language_of(world, params, request.language)
    # Comparison fields are answered whenever they are asked for; only the list of fields is shorter without them.
    model = world.model_of(selection.workspace.slug)
    fields = world.fields(model, dataset, selection.money, language, comparison=True)
    if not request.fields:
        named = fields_together(model, model.dataset(dataset))
        request = request.model_copy(update={"fields": tuple(FieldWish(name=name) for name in named)})
    wish = to_wish(request, dataset, fields, selection.scope, selection.money, model.aliases)
    workspace, moment = selection.workspace, datetime.now(UTC)
    today = moment.astimezone(ZoneInfo(workspace.timezone)).date()
    now = _to_minutes(moment) if asks_age(model, wish.query.metrics) else None
    wish = wish.on_calendar(workspace.first_weekday, workspace.fiscal_year_start_month, today, now)
    return Asked(selection, model, dataset, language, fields, wish)


def _to_minutes(moment: datetime) -> datetime:
    """Return a moment without its zone, five minutes exactly, so that equal questions stay equal for a while."""
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0, tzinfo=None)


async def data_answer(world: World, caller: Caller, request: DataRequest) -> Answer:
    """Return the rows of a request; equal ones that come at the same time are computed once."""
    started = time.perf_counter()
    asked = understood(world, caller, request)
    selection, dataset, fields, wish = asked.selection, asked.dataset, asked.fields, asked.wish
    if request.is_sample:
        shown = [fields[name] for name in wish.fields]
        rows = constant_rows(sample_rows(asked.model, dataset, wish.fields))
        return Answer(envelope(shown, rows, filters_applied=False), 0)
    database = await open_database(world, selection)
    key = cache_key(asked, database)
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


async def open_database(world: World, selection: Selection) -> WorkspaceDatabase:
    """Return the data of a selection's workspace."""
    slug = selection.workspace.slug
    opened = world.opened(slug)
    if opened is not None:
        return opened
    return await asyncio.get_running_loop().run_in_executor(world.queries, world.database, slug)


def cache_key(asked: Asked, database: WorkspaceDatabase) -> tuple[str, ...]:
    """Return everything that decides an answer."""
    version = str(database.data_version())
    return (asked.selection.workspace.slug, version, asked.model.version, asked.language, *asked.wish.cache_key())


def _compute(world: World, database: WorkspaceDatabase, wish: Wish, fields: Fields) -> Answer:
    started = time.perf_counter()
    compiled = database.compile(wish.query)
    planned = time.perf_counter()
    settings = world.settings
    compiled, shown = wish.answered(compiled, fields)
    rows = database.fetch_json(compiled, max_rows=settings.max_rows, max_bytes=settings.max_bytes)
    log().debug(
        "query",
        plan_ms=round((planned - started) * 1000, 1),
        query_ms=round((time.perf_counter() - planned) * 1000, 1),
        rows=rows.rows,
    )
    return Answer(envelope(shown, rows.body, filters_applied=compiled.filters_applied), rows.rows)
