"""What a template needs against what client accounts have: the facts for the template doctor, asked of the data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from api.dependencies import choose
from api.looker.messages import DataRequest
from api.looker.service import understood
from api.workspaces.records import Caller
from api.world import World
from connectors import Context, LinkedSource, find_source, known_sources
from looker_templates import Days, Diagnosis, Report, SourceFacts, diagnose, item_dimensions, item_metrics
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

    def found(self, dataset: str, dimensions: Sequence[str], metrics: Sequence[str], days: Days) -> set[str]:
        """Name the metrics that have a value in a range of days, split by the dimensions."""
        body = {
            "configParams": {**self.params, "dataset": dataset},
            "dateRange": {"startDate": days[0].isoformat(), "endDate": days[1].isoformat()},
            "fields": [{"name": name} for name in (*dimensions, *metrics)],
        }
        query = understood(self.world, self.caller, DataRequest.model_validate(body)).wish.query
        rows = self.database.fetch_rows(self.database.compile(query))
        columns = list(zip(*rows, strict=True))[len(dimensions) :]
        return {name for name, values in zip(metrics, columns, strict=False) if any(one is not None for one in values)}


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
    missing = set(metrics) - _totals(asking, source.dataset, metrics, year)
    # Some metrics have a value only where the chart splits them: goals by metric, cohorts by month.
    for item in report.data_items:
        names = [name for name in item_metrics(item) if name in missing]
        if item.source == alias and names:
            missing -= asking.found(source.dataset, item_dimensions(item), names, year)
    days = max(one.days for one in covered.values())
    return SourceFacts(rows, days, frozenset(empty | missing), feeders)


def _totals(asking: _Asking, dataset: str, metrics: Sequence[str], days: Days) -> set[str]:
    """Name the metrics that have a value over all; one that wants to be split has none."""
    try:
        return asking.found(dataset, (), metrics, days) if metrics else set()
    except QueryError:
        return (
            set() if len(metrics) == 1 else {one for name in metrics for one in _totals(asking, dataset, [name], days)}
        )


def _year(covered: Iterable[Coverage]) -> Days:
    """Return the last year with data, and what is known of the quarter to come: forecasts, goals, renewals."""
    today = datetime.now(UTC).date()
    last = max(one.last_day for one in covered if one.last_day)
    until = min(last, today)
    # Who was a customer at the start counts, so not all of time.
    return until - timedelta(days=365), min(last, until + timedelta(days=92))


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
