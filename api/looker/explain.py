"""How an answer comes about: the SQL, the parts of each ratio, the rows read, their origin, currency and time zones."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict

from api.dependencies import Selection
from api.looker.messages import DataRequest
from api.looker.service import Asked, cache_key, data_answer, open_database, understood
from api.workspaces.records import Caller, Connection, Run
from api.workspaces.repository import Repository
from api.world import World
from schemas import (
    Compiled,
    EntityQuestions,
    compared_metrics,
    compile_query,
    definition_version,
    describe_metric,
    entity_questions,
    total_query,
)
from warehouse import ImportRecord, WorkspaceDatabase

Document = dict[str, object]

# A file connection is called so in the rows that it fed; it has imports where others have syncs.
FILE = "file:"
_IMPORTS_LOOKED_AT = 200
_IMPORTS_SHOWN = 5


async def explain_answer(world: World, caller: Caller, request: DataRequest) -> Document:
    """Answer a request for data with everything about it but the rows."""
    asked = understood(world, caller, request)
    database = await open_database(world, asked.selection)
    cached = world.cache.get(cache_key(asked, database)) is not None
    # The answer itself is made as for any chart, with the same limits and refusals.
    answer = await data_answer(world, caller, request)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(world.queries, _explain, world, caller, asked, database, answer.rows, cached)


def _explain(
    world: World, caller: Caller, asked: Asked, database: WorkspaceDatabase, rows: int, cached: bool
) -> Document:
    compiled = compile_query(asked.model, asked.wish.query)
    questions = entity_questions(asked.model, asked.wish.query, compiled)
    metrics = compared_metrics(asked.model, asked.wish.query)
    key = asked.wish.query.scope.personal.key or None
    return {
        "dataset": asked.dataset,
        "language": asked.language,
        "definition_version": {
            "catalogue": asked.model.version,
            "metrics": {name: definition_version(asked.model.metrics[name], asked.model.metrics) for name in metrics},
        },
        "data_version": database.data_version(),
        "cached": cached,
        "plan": str(compiled.plan).splitlines(),
        "sql": compiled.sql,
        # The key of pseudonyms is bound like any value, and is nobody's to read.
        "parameters": ["(secret)" if one == key else one for one in compiled.parameters],
        "columns": [{"id": column.name, "type": column.type.value} for column in compiled.columns],
        "rows": rows,
        "entities": [_entity(database, one) for one in questions],
        "metrics": _metrics(asked, metrics, compiled, database),
        "dates": _dates(asked),
        "filters": {
            "applied": compiled.filters_applied,
            "clauses": [[asdict(clause) for clause in group] for group in asked.wish.query.filters],
        },
        "currency": _currency(asked.selection, database, questions),
        "time_zones": {client.slug: client.timezone for client in asked.selection.clients},
        "origins": _origins(world, caller, asked.selection, database, questions),
    }


def _entity(database: WorkspaceDatabase, questions: EntityQuestions) -> Document:
    ((rows,),) = database.fetch_rows(questions.rows)
    return {"id": questions.entity, "rows": rows}


def _metrics(asked: Asked, metrics: tuple[str, ...], compiled: Compiled, database: WorkspaceDatabase) -> list[Document]:
    """Return each metric with its value over the whole request, and the values of what it is made from."""
    filtered = compiled.filters_applied or not asked.wish.query.filters
    query = total_query(asked.model, asked.wish.query, filtered=filtered)
    values: dict[str, object] = {}
    if query.metrics:
        totals = compile_query(asked.model, query)
        (row,) = database.fetch_rows(totals) or [(None,) * len(totals.columns)]
        values = {column.name: value for column, value in zip(totals.columns, row, strict=True)}
    texts = asked.model.texts.served(asked.language)
    described = [describe_metric(asked.model, name, texts) for name in metrics]
    return [
        {
            "id": one.id,
            "label": one.label,
            "formula": one.formula,
            "definition": one.definition,
            "additivity": one.additivity,
            "total": values.get(one.id),
            "parts": [
                {"id": part, "label": texts.metrics[part].label, "total": values.get(part)} for part in one.parts
            ],
        }
        for one in described
    ]


def _dates(asked: Asked) -> Document | None:
    dates = asked.wish.query.dates
    return None if dates is None else {"first_day": str(dates.start), "day_after_last": str(dates.end)}


def _currency(selection: Selection, database: WorkspaceDatabase, questions: Iterable[EntityQuestions]) -> Document:
    methods: dict[str, int] = {}
    missing: int | None = None
    for one in questions:
        for method, rows, without in database.fetch_rows(one.rates) if one.rates else ():
            if isinstance(method, str) and isinstance(rows, int):
                methods[method] = methods.get(method, 0) + rows
            if isinstance(without, int):
                missing = (missing or 0) + without
    return {
        "code": selection.money.currency,
        "columns": "base currency of the workspace" if selection.money.base else "report currency",
        "methods": methods,
        "rows_without_rate": missing,
    }


def _origins(
    world: World,
    caller: Caller,
    selection: Selection,
    database: WorkspaceDatabase,
    questions: Iterable[EntityQuestions],
) -> list[Document]:
    """Return what fed the rows in scope: connections with their last sync, files with their last imports."""
    with world.metadata.read() as session:
        repository = Repository(session)
        known = {one.id: one for one in repository.connections(selection.workspace.id)}
        runs = repository.last_runs(selection.workspace.id)
    imports = database.import_history(limit=_IMPORTS_LOOKED_AT)
    found: list[Document] = []
    for one in questions:
        for connection_id, source, rows in database.fetch_rows(one.connections) if one.connections else ():
            origin: Document = {"entity": one.entity, "source_system": source, "rows": rows}
            name = str(connection_id)
            if name.startswith(FILE):
                origin["imports"] = _imports(imports, one.entity, selection)
            else:
                origin |= _sync(known.get(name), runs.get(name), caller)
            found.append(origin)
    return found


def _imports(imports: Iterable[ImportRecord], entity: str, selection: Selection) -> list[Document]:
    own = [
        one for one in imports if one.entity == entity and one.client_account_id in selection.scope.client_account_ids
    ]
    return [
        {
            "file": one.file,
            "mode": one.mode,
            "rows_loaded": one.rows_loaded,
            "rows_quarantined": one.rows_quarantined,
            "loaded_at": f"{one.loaded_at.isoformat()}Z",
        }
        for one in own[:_IMPORTS_SHOWN]
    ]


def _sync(connection: Connection | None, run: Run | None, caller: Caller) -> Document:
    if connection is None:
        return {"connection": None, "last_sync": None}
    last: Document | None = None
    if run is not None:
        last = {
            "id": run.id,
            "state": run.state,
            "started_at": run.started_at.isoformat(),
            "finished_at": run.finished_at.isoformat() if run.finished_at else None,
        }
        # What went wrong at a source is the owner's business, not that of a key for one client.
        if not caller.narrowed:
            last["error"] = run.error
    return {"connection": connection.name, "last_sync": last}
