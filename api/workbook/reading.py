"""The numbers of the spreadsheet, by the very requests of the report's pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.reports.asking import Refusal, ask_all, key_of
from api.workspaces.records import Caller
from api.world import World
from looker_templates import DataRequest, PageState, Report, item_requests

Value = str | float | None


@dataclass(frozen=True)
class Line:
    """A metric over the months. `semantic` is the field's type; `goal` is the client's own, else the template's."""

    metric: str
    label: str
    semantic: str
    values: Mapping[str, Value]
    goal: float | None
    up_is_good: bool | None


@dataclass(frozen=True)
class Table:
    """Rows of an answer, with the labels of its columns."""

    labels: Sequence[str]
    rows: Sequence[Sequence[Value]]


def read_trackers(world: World, caller: Caller, report: Report, state: PageState) -> tuple[list[str], list[Line]]:
    """Return the months, and a line for every metric of the report's trackers."""
    months: set[str] = set()
    lines: list[Line] = []
    model = world.model_of(caller.workspace.slug)
    for item in report.data_items:
        if item.type != "tracker":
            continue
        asks = item_requests(report, item, state)
        answers = ask_all(world, caller, [one.body for one in asks])
        main = answers[key_of(asks[0].body)]
        goals = next((answers[key_of(one.body)] for one in asks if one.purpose == "goal"), Refusal(""))
        table, types = _table(main), _types(main)
        own = dict(zip(_names(goals), _table(goals).rows[0], strict=False)) if _table(goals).rows else {}
        months |= {str(row[0]) for row in table.rows}
        for index, (name, label) in enumerate(zip(_names(main), table.labels, strict=True)):
            if name not in item.metrics:
                continue
            values = {str(row[0]): row[index] for row in table.rows}
            wanted = own.get(f"{name}__goal")
            target = report.goals[name].target if wanted is None and name in report.goals else _number(wanted)
            direction = str(model.metrics[name].direction)
            up = {"up": True, "down": False}.get(direction)
            lines.append(Line(name, label, types[name], values, target, up))
    return sorted(months), lines


def read_volume(
    world: World, caller: Caller, workspace: str, days: tuple[date, date], client: str | None
) -> tuple[Table, Table]:
    """Return tickets by day, and by category."""
    bodies = [_body(workspace, client, days, [name, "tickets_created"]) for name in ("date_day", "category")]
    answers = ask_all(world, caller, bodies)
    return _table(answers[key_of(bodies[0])]), _table(answers[key_of(bodies[1])])


def _body(workspace: str, client: str | None, days: tuple[date, date], names: Sequence[str]) -> DataRequest:
    params = {"workspace": workspace, "dataset": "tickets", **({"client": client} if client else {})}
    return {
        "configParams": params,
        "dateRange": {"startDate": days[0].isoformat(), "endDate": days[1].isoformat()},
        "fields": [{"name": name} for name in names],
    }


def _schema(answer: object) -> list[Mapping[str, object]]:
    found = answer.get("schema") if isinstance(answer, Mapping) else None
    return list(found) if isinstance(found, list) else []


def _names(answer: object) -> list[str]:
    return [str(one["name"]) for one in _schema(answer)]


def _types(answer: object) -> dict[str, str]:
    found = {}
    for one in _schema(answer):
        semantics = one.get("semantics")
        found[str(one["name"])] = str(semantics.get("semanticType", "")) if isinstance(semantics, Mapping) else ""
    return found


def _table(answer: object) -> Table:
    if not isinstance(answer, Mapping):
        return Table([], [])
    types = _types(answer)
    names = _names(answer)
    rows = []
    for row in answer["rows"]:
        values = [
            _number(one) if types[name] == "DURATION" else one for name, one in zip(names, row["values"], strict=True)
        ]
        rows.append(values)
    return Table([str(one["label"]) for one in _schema(answer)], rows)


def _number(value: object) -> float | None:
    return None if value is None or value == "" else float(str(value))
