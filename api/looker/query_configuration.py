"""Answers getData with a query for BigQuery instead of rows: Looker Studio runs it and fetches the rows itself."""

import time

import orjson
from starlette.concurrency import run_in_threadpool

from api.errors import BigQuerySetupError, NotAllowedError
from api.looker import service
from api.looker.messages import DataRequest
from api.looker.service import Asked
from api.settings import Settings
from api.telemetry import log
from api.workspaces.records import Caller
from api.world import World
from schemas import Showing
from schemas.errors import UnsupportedFilterError
from warehouse import BigQueryPlace, check_patterns, compile_for_bigquery, query_configuration


async def query_answer(world: World, caller: Caller, request: DataRequest) -> bytes:
    """Return the query configuration of a request, with the caller's client accounts in it."""
    if request.is_sample:
        return (await service.data_answer(world, caller, request)).plain
    started = time.perf_counter()
    place = bigquery_place(world.settings, caller)
    asked = service.understood(world, caller, request)
    answer = await run_in_threadpool(_configuration, world, place, asked)
    log().info(
        "query configuration",
        workspace=asked.selection.workspace.slug,
        dataset=asked.dataset,
        fields=len(asked.wish.fields),
        filters=len(asked.wish.query.filters),
        elapsed_ms=round((time.perf_counter() - started) * 1000, 1),
    )
    return answer


def bigquery_place(settings: Settings, caller: Caller) -> BigQueryPlace:
    """Return where the caller's workspace was published to, or say what has to be set up."""
    if not settings.bigquery_project:
        raise BigQuerySetupError(
            "This server does not hand queries to BigQuery: set BELVEDERE_BIGQUERY_PROJECT, publish the tables, "
            "or use the connector whose manifest asks for rows.",
            setting="BELVEDERE_BIGQUERY_PROJECT",
        )
    if caller.workspace.slug != settings.bigquery_workspace:
        raise BigQuerySetupError(
            f"Workspace '{caller.workspace.slug}' is not the one whose tables are in BigQuery; "
            "BELVEDERE_BIGQUERY_WORKSPACE names it.",
            setting="BELVEDERE_BIGQUERY_WORKSPACE",
        )
    if caller.personal.showing is not Showing.SHOWN:
        # The token opens the tables themselves, in which personal data is as it is.
        raise NotAllowedError(
            "This workspace shows personal data hidden or hashed, and the tables in BigQuery hold it as it is. Use the "
            "connector whose manifest asks for rows."
        )
    if caller.narrowed:
        # The token opens the whole dataset to whoever holds it, whatever the statement beside it says.
        raise NotAllowedError(
            "A key that is limited to some client accounts cannot use BigQuery, because the token that goes with a "
            "query would open the tables of all. Use the connector whose manifest asks for rows."
        )
    project, _, dataset = settings.bigquery_dataset.rpartition(".")
    return BigQueryPlace(settings.bigquery_project, dataset, project)


def _configuration(world: World, place: BigQueryPlace, asked: Asked) -> bytes:
    wish, fields = asked.wish, asked.fields
    compiled = compile_for_bigquery(asked.model, wish.query, place)
    if wish.query.filters and not compiled.filters_applied:
        # A query configuration cannot say that filters are still to be applied.
        raise UnsupportedFilterError(
            "One of the filters cannot be applied on BigQuery. Filter another field or use another condition.",
            fields=sorted({clause.field for group in wish.query.filters for clause in group}),
        )
    check_patterns(compiled)
    answered, shown = wish.answered(compiled, fields)
    names = [(column.name, str(field["name"])) for column, field in zip(answered.columns, shown, strict=True)]
    return orjson.dumps(query_configuration(compiled, place, world.google.current(), names))
