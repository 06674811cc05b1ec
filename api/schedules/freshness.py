"""Whether the data of a period have come: how far every connection behind a report reaches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.errors import ReportDataError
from api.reports.asking import Refusal, ask_all, key_of
from api.sync.schedule import schedule_of
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.world import World
from looker_templates import ALL_TIME, DataRequest, Report


@dataclass(frozen=True)
class Lacking:
    """A connection that has not brought all, and the last day that it has."""

    name: str
    until: date


def lacking_of(world: World, caller: Caller, report: Report, client: str | None, last: date) -> tuple[Lacking, ...]:
    """Return the connections behind a report whose data do not reach the last day of its period.

    Each connection that is read by a schedule has to reach it. Where none is, files are, and the one that reaches
    farthest speaks for all of its kind of rows.
    """
    entities = _entities(world, caller, report)
    with world.metadata.read() as session:
        known = Repository(session).connections(caller.workspace.id)
    alive = {one.name for one in known if not one.paused and schedule_of(one) is not None}
    reached: dict[str, dict[str, date]] = {}
    for connection, entity, until in _reached(world, caller, client):
        if entity in entities:
            reached.setdefault(entity, {})[connection] = until
    behind: dict[str, date] = {}
    for by_name in reached.values():
        asked = {name: until for name, until in by_name.items() if name in alive}
        if not asked:
            name = max(by_name, key=lambda one: (by_name[one], one))
            asked = {name: by_name[name]}
        for name, until in asked.items():
            if until < last:
                behind[name] = min(until, behind.get(name, until))
    return tuple(Lacking(name, until) for name, until in sorted(behind.items()))


def words_of(lacking: tuple[Lacking, ...]) -> str:
    """Return what is lacking in one line, such as `Help desk (until 27 Sep 2026)`."""
    return ", ".join(f"{one.name} (until {one.until:%-d %b %Y})" for one in lacking)


def _entities(world: World, caller: Caller, report: Report) -> frozenset[str]:
    model = world.model_of(caller.workspace.slug)
    names = [name for source in report.sources.values() for name in model.datasets[source.dataset].entities]
    return frozenset(model.entities[name].over or name for name in names)


def _reached(world: World, caller: Caller, client: str | None) -> list[tuple[str, str, date]]:
    params: Mapping[str, str] = {"workspace": caller.workspace.slug, **({"client": client} if client else {})}
    body: DataRequest = {
        "configParams": {**params, "dataset": "freshness"},
        "dateRange": {"startDate": ALL_TIME[0].isoformat(), "endDate": ALL_TIME[1].isoformat()},
        "fields": [{"name": "connection"}, {"name": "entity_name"}, {"name": "data_through"}],
    }
    answer = ask_all(world, caller, [body])[key_of(body)]
    if isinstance(answer, Refusal):
        raise ReportDataError(f"How far the data reach could not be read. {answer.text}".strip())
    rows = answer["rows"]
    assert isinstance(rows, list)
    found = [row["values"] for row in rows]
    return [(str(name), str(entity), _day(until)) for name, entity, until in found if name and until]


def _day(text: object) -> date:
    digits = str(text)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
