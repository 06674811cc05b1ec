"""What a template needs against what client accounts have: the facts for the template doctor, asked of the data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from api.dependencies import choose
from api.looker.messages import DataRequest
from api.looker.service import understood
from api.workspaces.records import Caller
from api.world import World
from connectors import Context, LinkedSource, find_source, known_sources
from looker_templates import (
    Days,
    Diagnosis,
    PageState,
    Report,
    SourceFacts,
    default_range,
    diagnose,
    item_fields,
    item_requests,
)
from schemas import QueryError, SemanticModel
from warehouse import Coverage, WorkspaceDatabase

# Where a dataset comes from that no linked account feeds.
_WRITTEN_HERE: Mapping[str, str] = {
    "goals": "goals written on the Goals page",
    "annotations": "notes written on the Annotations page",
    "insights": "findings, which the server writes once there are data",
    "forecast": "a forecast, which the server writes once there are two months of data",
    "freshness": "any linked account",
    "triangulation": "two sources that report the same number",
}

_MOST_REMEMBERED = 2_000


@dataclass(frozen=True)
class _Asking:
    """Whose data are looked at."""

    world: World
    caller: Caller
    database: WorkspaceDatabase
    model: SemanticModel
    params: Mapping[str, str]
    clients: tuple[str, ...]

    def found(self, body: Mapping[str, object]) -> set[str]:
        """Name the fields of a request that have a value in any row of its answer."""
        query = understood(self.world, self.caller, DataRequest.model_validate(body)).wish.query
        compiled = self.database.compile(query)
        columns = zip(compiled.columns, zip(*self.database.fetch_rows(compiled), strict=True), strict=False)
        return {column.name for column, values in columns if any(one is not None for one in values)}

    def totals(self, dataset: str, metrics: Sequence[str], days: Days) -> set[str]:
        """Name the metrics that have a value over all; one that wants to be split has none."""
        body = {
            "configParams": {**self.params, "dataset": dataset},
            "dateRange": {"startDate": days[0].isoformat(), "endDate": days[1].isoformat()},
            "fields": [{"name": name} for name in metrics],
        }
        try:
            return self.found(body) if metrics else set()
        except QueryError:
            alone = [[name] for name in metrics] if len(metrics) > 1 else []
            return {one for names in alone for one in self.totals(dataset, names, days)}


def diagnosis_of(world: World, caller: Caller, report: Report, client: str | None) -> Diagnosis:
    """Judge a template for one client account, or for all that the caller sees."""
    slug = caller.workspace.slug
    params = {"workspace": slug, **({"client": client} if client else {})}
    clients = tuple(sorted(choose(caller, params).scope.client_account_ids))
    database, model = world.database(slug), world.model_of(slug)
    key = (slug, report.id, report.model_dump_json(), clients, database.data_version(), model.version)
    known = world.diagnoses.get(key)
    if known is None:
        asking = _Asking(world, caller, database, model, params, clients)
        facts = {alias: _facts(asking, report, alias) for alias in report.sources}
        known = diagnose(report, facts, _labels(model, report))
        if len(world.diagnoses) >= _MOST_REMEMBERED:
            world.diagnoses.clear()
        world.diagnoses[key] = known
    return known


def _facts(asking: _Asking, report: Report, alias: str) -> SourceFacts:
    source, model = report.sources[alias], asking.model
    fields = (*source.required, *source.optional)
    covered = asking.database.coverage(model.dataset(source.dataset).entities, asking.clients)
    rows, feeders = sum(one.rows for one in covered.values()), _feeders(model, source.dataset)
    if not rows:
        return SourceFacts(feeders=feeders)
    empty = {one for one in fields if one in model.dimensions and not _is_filled(model, covered, one)}
    metrics = [one for one in fields if one in model.metrics]
    year = _year(covered.values())
    missing = set(metrics) - asking.totals(source.dataset, metrics, year)
    # Some metrics have a value only in a chart: goals by metric, cohorts by month, a forecast of one metric.
    for start, end in (default_range(report, year[1] + timedelta(days=1)), year):
        state = PageState(asking.params["workspace"], start, end, client=asking.params.get("client"), today=_today())
        for item in report.data_items:
            if item.source == alias and missing & set(item_fields(item)):
                missing -= asking.found(item_requests(report, item, state)[0].body)
    days = max(one.days for one in covered.values())
    return SourceFacts(rows, days, frozenset(empty | missing), feeders)


def _year(covered: Iterable[Coverage]) -> Days:
    """Return the last year with data: who was a customer at its start counts too."""
    until = min(max(one.last_day for one in covered if one.last_day), _today())
    return until - timedelta(days=365), until


def _today() -> date:
    return datetime.now(UTC).date()


def _is_filled(model: SemanticModel, covered: Mapping[str, Coverage], name: str) -> bool:
    dimension = model.dimensions[name]
    if dimension.grain is not None:
        return True
    held = [(model.entities[entity], one) for entity, one in covered.items() if one.rows]
    columns = [(entity, one, entity.column_of(dimension)) for entity, one in held]
    return any(column in {None, entity.date} or column in one.filled for entity, one, column in columns)


def _labels(model: SemanticModel, report: Report) -> Mapping[str, str]:
    texts = model.texts.english
    labels = {name: one.label for name, one in {**texts.dimensions, **texts.metrics}.items()}
    return labels | {one.dataset: texts.datasets[one.dataset].label for one in report.sources.values()}


def _feeders(model: SemanticModel, dataset: str) -> tuple[str, ...]:
    """Name what would fill a dataset: the sources that feed its entities, or those that these are made from."""
    if dataset in _WRITTEN_HERE:
        return (_WRITTEN_HERE[dataset],)
    entities = {model.entities[name].over or name for name in model.datasets[dataset].entities}
    return _sources_of(frozenset(entities)) or _sources_of(frozenset({"account", "subscription"}))


@cache
def _sources_of(entities: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(label for label, fed in _fed_by_source() if fed & entities))


@cache
def _fed_by_source() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the entities that each vendor's streams feed; files and databases can feed any."""
    found = []
    for name in known_sources():
        source = find_source(name)
        if isinstance(source, LinkedSource) and source.auths:
            found.append((source.label, frozenset(_entities_of(source))))
    return tuple(found)


def _entities_of(source: LinkedSource) -> Iterable[str]:
    return (entity for one in source.streams(Context("", {}, datetime.now(UTC))) for entity in one.entities)
