"""Answers getSchema and getData: from the cache, from constants, or from one query on a worker thread."""

import asyncio
import contextvars
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

import orjson

from api.cache import Answer
from api.dependencies import Selection, choose, chosen_dataset
from api.errors import NotFoundError
from api.looker.messages import DataRequest, FieldWish, ParameterValue, SchemaRequest, answers
from api.looker.requests import Wish, to_wish
from api.looker.rows import constant_rows, envelope
from api.looker.wording import meant, worded
from api.operation.tracing import span
from api.people.scope import caller_asking, granted_fields, is_granted
from api.shares.confining import check_dataset, confine, is_shown
from api.telemetry import log
from api.usage.collecting import Note
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
    is_held: bool = False  # to a link, whose filters must act
    is_empty: bool = False  # the link shows none of these days


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
    dataset = chosen_dataset(params)
    if caller.share is not None:
        check_dataset(caller.share, dataset)
    fields = world.fields(model, dataset, selection.money, language, comparison=comparison)
    if caller.share is not None:
        fields = {name: one for name, one in fields.items() if is_shown(caller.share, dataset, name, model.aliases)}
    if (granted := granted_fields(caller, [one.id for one in selection.clients], dataset)) is not None:
        fields = {name: one for name, one in fields.items() if is_granted(granted, name, model.aliases)}
    return orjson.dumps({"schema": list(fields.values())})


def understood(world: World, caller: Caller, request: DataRequest) -> Asked:
    """Read a request as this caller may ask it."""
    params = request.config_params or {}
    if caller.granted is not None:
        caller = _within_grants(world, caller, request)
    selection = choose(caller, params)
    dataset = chosen_dataset(params)
    if caller.share is not None:
        check_dataset(caller.share, dataset)
    language = language_of(world, params, request.language)
    # Comparison fields are answered whenever they are asked for; only the list of fields is shorter without them.
    model = world.model_of(selection.workspace.slug)
    fields = world.fields(model, dataset, selection.money, language, comparison=True)
    held = None if caller.share is None else confine(caller.share, dataset, request, fields, model.aliases)
    if held is not None:
        request = held.request
    if not request.fields:
        named = fields_together(model, model.dataset(dataset))
        request = request.model_copy(update={"fields": tuple(FieldWish(name=name) for name in named)})
    wish = to_wish(request, dataset, fields, selection.scope, selection.money, model.aliases)
    workspace, moment = selection.workspace, datetime.now(UTC)
    today = moment.astimezone(ZoneInfo(workspace.timezone)).date()
    now = _to_minutes(moment) if asks_age(model, wish.query.metrics) else None
    wish = replace(wish, query=meant(wish.query, model, language))
    wish = wish.on_calendar(workspace.first_weekday, workspace.fiscal_year_start_month, today, now)
    asked = Asked(selection, model, dataset, language, fields, wish)
    return asked if held is None else replace(asked, is_held=True, is_empty=held.is_empty)


def _within_grants(world: World, caller: Caller, request: DataRequest) -> Caller:
    """Return a person with the client accounts whose granted reports show what is asked for."""
    names = [one.name for one in request.fields or ()]
    names += [clause.field for group in request.filters or () for clause in group]
    aliases = world.model_of(caller.workspace.slug).aliases
    return caller_asking(caller, chosen_dataset(request.config_params or {}), names, aliases)


def _to_minutes(moment: datetime) -> datetime:
    """Return a moment without its zone, five minutes exactly, so that equal questions stay equal for a while."""
    return moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0, tzinfo=None)


async def data_answer(world: World, caller: Caller, request: DataRequest) -> Answer:
    """Return the rows of a request; equal ones that come at the same time are computed once."""
    with world.usage.note(caller, request) as note:
        answer = await _data_answer(world, caller, request, note)
        note.rows = answer.rows
        world.counts.question(cached=note.cached)
        return answer


async def _data_answer(world: World, caller: Caller, request: DataRequest, note: Note) -> Answer:
    asked = understood(world, caller, request)
    selection, dataset, fields, wish = asked.selection, asked.dataset, asked.fields, asked.wish
    note.dataset, note.fields, note.clients = dataset, wish.fields, len(selection.clients)
    if request.is_sample:
        shown = [fields[name] for name in wish.fields]
        rows = constant_rows(sample_rows(asked.model, dataset, wish.fields))
        return Answer(envelope(shown, rows, filters_applied=False), 0)
    if asked.is_empty:
        return Answer(envelope([fields[name] for name in wish.fields], b"", filters_applied=True), 0)
    database = await open_database(world, selection)
    key = cache_key(asked, database)
    answer = world.cache.get(key)
    note.cached = answer is not None
    if answer is None:
        # The copied context takes the request id into the worker thread's log lines.
        run = contextvars.copy_context().run
        loop = asyncio.get_running_loop()
        answer = await world.cache.compute(
            key, lambda: loop.run_in_executor(world.queries, run, _compute, world, database, asked)
        )
    else:
        world.limits.was_cached(caller.key_id, caller.limited_as)
    log().info(
        "data",
        workspace=selection.workspace.slug,
        dataset=dataset,
        fields=len(wish.fields),
        filters=len(wish.query.filters),
        rows=answer.rows,
        bytes=len(answer.plain),
        cached=note.cached,
        elapsed_ms=round(note.elapsed_ms, 1),
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
    # What a link may have is checked before it is kept: the two kinds of answers never stand in for each other.
    held = "held" if asked.is_held else "open"
    return (asked.selection.workspace.slug, version, asked.model.version, asked.language, held, *asked.wish.cache_key())


def _compute(world: World, database: WorkspaceDatabase, asked: Asked) -> Answer:
    wish = asked.wish
    started = time.perf_counter()
    compiled = database.compile(wish.query)
    # A filter that cannot act makes all filters step back for Looker Studio, which then filters by itself.
    if asked.is_held and wish.query.filters and not compiled.filters_applied:
        raise NotFoundError("Hidden for this link: these numbers cannot be narrowed to what it shows.")
    planned = time.perf_counter()
    settings = world.settings
    compiled, shown = wish.answered(compiled, asked.fields)
    with span("query", dataset=asked.dataset):
        rows = database.fetch_json(compiled, max_rows=settings.max_rows, max_bytes=settings.max_bytes)
    world.counts.query(time.perf_counter() - planned)
    body = worded(rows.body, [one.name for one in compiled.columns], asked.model, asked.language)
    log().debug(
        "query",
        plan_ms=round((planned - started) * 1000, 1),
        query_ms=round((time.perf_counter() - planned) * 1000, 1),
        rows=rows.rows,
    )
    return Answer(envelope(shown, body, filters_applied=compiled.filters_applied), rows.rows)
