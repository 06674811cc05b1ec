"""Questions about a question: how many rows of each entity it reads, where they came from, which rates they carry."""

from dataclasses import dataclass, replace

import sqlalchemy as sa

from schemas.branches import day_filters, row_filters
from schemas.comparisons import SEPARATOR
from schemas.compile import Compiled, OutputColumn, compile_query
from schemas.definitions import made_from
from schemas.dialects import DuckDBDialect
from schemas.entities import Entity
from schemas.errors import QueryError
from schemas.fields import OutputType
from schemas.filter_values import Conditions
from schemas.metrics import entities_of
from schemas.model import SemanticModel
from schemas.plan import AggregateBranch
from schemas.query import Query
from schemas.render import render
from schemas.sql_types import BIGINT, Labelled, Select, Sql
from schemas.tables import entity_column, entity_table


@dataclass(frozen=True)
class EntityQuestions:
    """What can be asked of one entity's rows behind an answer; None where it has no such columns."""

    entity: str
    rows: Compiled  # one row: how many
    connections: Compiled | None  # connection id, source system, rows
    rates: Compiled | None  # method of conversion, rows, rows with an amount and no rate


def entity_questions(model: SemanticModel, query: Query, compiled: Compiled) -> tuple[EntityQuestions, ...]:
    """Write the questions for each entity that an answer is made from."""
    metrics = (model.metrics[name] for name in compared_metrics(model, query))
    named = {name for metric in metrics for name in entities_of(metric, model.metrics)}
    if not named:
        named = {branch.entity.name for branch in compiled.plan.branches if isinstance(branch, AggregateBranch)}
    return tuple(_questions(model.entities[name], compiled) for name in sorted(named))


def total_query(model: SemanticModel, query: Query, *, filtered: bool) -> Query:
    """Return the question for the totals of all metrics and their parts over the whole request.

    What needs a dimension has no total and is left out; filters that could not be applied are not applied here either.
    """
    offered = model.dataset(query.dataset).metrics
    wanted = dict.fromkeys(
        name
        for metric in compared_metrics(model, query)
        for name in (metric, *made_from(model.metrics[metric]))
        if name in offered
    )
    whole = replace(
        query,
        dimensions=(),
        metrics=tuple(wanted),
        columns=(),
        filter_only=tuple(clause.field for group in query.filters for clause in group) if filtered else (),
        filters=query.filters if filtered else (),
    )
    return replace(whole, metrics=tuple(name for name in wanted if _has_total(model, whole, name)))


def compared_metrics(model: SemanticModel, query: Query) -> tuple[str, ...]:
    """Name the metrics of a question, once each; a comparison with another period counts as its metric."""
    bases = (name.partition(SEPARATOR)[0] for name in (*query.metrics, *query.dimensions))
    return tuple(dict.fromkeys(base for base in bases if base in model.metrics))


def _has_total(model: SemanticModel, query: Query, metric: str) -> bool:
    try:
        compile_query(model, replace(query, metrics=(metric,)))
    except QueryError:
        return False
    return True


def _questions(entity: Entity, compiled: Compiled) -> EntityQuestions:
    count = sa.func.count().label("row_count")
    has = entity.columns.keys() & {"connection_id", "source_system", "fx_method"}
    origin = [entity_column(entity, name).label(name) for name in ("connection_id", "source_system") if name in has]
    missing = sa.func.count(sa.case((_amount_without_rate(entity), sa.literal_column("1", BIGINT)))).label("missing")
    return EntityQuestions(
        entity=entity.name,
        rows=_asked(entity, compiled, [], [count]),
        connections=_asked(entity, compiled, origin, [count]) if len(origin) == 2 else None,
        rates=_asked(entity, compiled, [entity_column(entity, "fx_method").label("fx_method")], [count, missing])
        if "fx_method" in has and entity.money
        else None,
    )


def _amount_without_rate(entity: Entity) -> sa.ColumnElement[bool]:
    """Say which rows have an amount in their own currency and none in the report's."""
    pairs = [(f"{name}_original", name) for name in entity.money]
    known = [pair for pair in pairs if pair[0] in entity.columns and pair[1] in entity.columns]
    return sa.or_(
        sa.false(),
        *(
            sa.and_(entity_column(entity, own).is_not(None), entity_column(entity, converted).is_(None))
            for own, converted in known
        ),
    )


def _asked(entity: Entity, compiled: Compiled, keys: list[Labelled], values: list[Labelled]) -> Compiled:
    plan = compiled.plan
    where = [*row_filters(entity, plan, _on(entity, plan.conditions)), *day_filters(entity, plan)]
    wanted: list[Labelled] = [*keys, *values]
    select: Select = sa.select(*wanted).select_from(entity_table(entity)).where(*where)
    if keys:
        places: list[Sql] = [sa.literal_column(str(place)) for place in range(1, len(keys) + 1)]
        select = select.group_by(*places).order_by(*places)
    sql, parameters = render(select, DuckDBDialect())
    columns = [OutputColumn(key.name, OutputType.VARCHAR) for key in keys]
    columns += [OutputColumn(value.name, OutputType.BIGINT) for value in values]
    return replace(compiled, sql=sql, parameters=parameters, columns=tuple(columns))


def _on(entity: Entity, conditions: Conditions) -> Conditions:
    """Keep the filters that an entity has the columns for; a fixed part of a formula is not filtered by the others."""
    return tuple(
        group for group in conditions if all(entity.column_of(clause.dimension) is not None for clause in group)
    )
