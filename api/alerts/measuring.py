"""The values that an alert is judged by: those of getData, and the days up to which loads have brought everything."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.alerts.judging import SAME_WEEKDAYS, Values, earlier
from api.alerts.records import Alert, Grain, Rule
from api.alerts.words import last_day
from api.looker.messages import DataRequest as DataMessage
from api.looker.service import understood
from api.notices.repository import NoticeRepository
from api.reports.asking import Answer, Refusal, ask_all, key_of
from api.workspaces.records import Caller, Workspace
from api.world import World
from looker_templates import ALL_TIME, DataRequest, one_of
from schemas import SemanticModel, compile_query, entity_questions
from warehouse import ClientAccount

STALE_LOOK_BACK = 460  # days
_FILE = "file:"  # how the rows of imported files name their connection
_IMPORTS_LOOKED_AT = 200
_WEEK = 7


def reader_of(workspace: Workspace, clients: Iterable[ClientAccount], alert: Alert) -> Caller:
    """Return who asks for an alert's values: somebody who sees its client accounts and nothing else."""
    seen = tuple(one for one in clients if alert.client_account_id in (None, one.id))
    narrowed = alert.client_account_id is not None
    return Caller("alerts", "alerts", workspace, seen, narrowed=narrowed, for_guests=True)


def today_of(caller: Caller, moment: datetime) -> date:
    """Return today where the values are counted."""
    zones = {client.timezone for client in caller.clients}
    zone = zones.pop() if len(zones) == 1 else caller.workspace.timezone
    return moment.astimezone(ZoneInfo(zone)).date()


def measured(world: World, caller: Caller, alert: Alert, periods: Iterable[date]) -> Values | Refusal:
    """Return the values that judging some periods takes, as getData gives them; call it from a worker thread."""
    rule, wanted = alert.rule, list(periods)
    if not wanted:
        return {}
    if rule.grain == "day":
        first, last = min(_needed(rule, wanted)), max(wanted)
        body = _body(caller, alert, first, last, by_day=True)
        answer = ask_all(world, caller, [body])[key_of(body)]
        return answer if isinstance(answer, Refusal) else _days(answer)
    bodies = {one: _body(caller, alert, one, last_day(one, rule.grain)) for one in _needed(rule, wanted)}
    answers = ask_all(world, caller, bodies.values())
    found: dict[date, float | None] = {}
    for period, body in bodies.items():
        answer = answers[key_of(body)]
        if isinstance(answer, Refusal):
            return answer
        rows = answer["rows"]
        assert isinstance(rows, list)
        found[period] = _number(rows[0]["values"][0]) if rows else None
    return found


def filled(values: Values, model: SemanticModel, alert: Alert, until: date | None) -> Values:
    """Return daily values with zeros where no rows mean zero: from the first day with a value to `until`."""
    known = [day for day, value in values.items() if value is not None]
    is_zero = getattr(model.metrics[alert.metric_id], "empty_is_zero", False)
    if alert.rule.grain != "day" or alert.rule.kind == "stale" or not is_zero or not known:
        return values
    first, last = min(known), max([*known, until] if until else known)
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return {day: 0.0 if values.get(day) is None else values[day] for day in days}


def finished(grain: Grain, first: date, until: date, week_start: int) -> list[date]:
    """Return the first days of the periods that begin on or after `first` and end on or before `until`."""
    return list(_finished(grain, first, until, week_start))


def start_of(day: date, grain: Grain, week_start: int) -> date:
    """Return the first day of the period that a day is in; `week_start` counts from Monday."""
    if grain == "day":
        return day
    return day.replace(day=1) if grain == "month" else day - timedelta(days=(day.weekday() - week_start) % _WEEK)


def complete_until(world: World, caller: Caller, alert: Alert, moment: datetime) -> date | None:
    """Return the last day that every source of the metric has been read after; None if nothing tells.

    A day that a source was read in the middle of has only a part of its rows, and would look like a fall.
    """
    asked = understood(world, caller, DataMessage.model_validate(_body(caller, alert, *ALL_TIME)))
    compiled = compile_query(asked.model, asked.wish.query)
    database = world.database(caller.workspace.slug)
    with world.metadata.read() as session:
        runs = NoticeRepository(session).last_good_runs(caller.workspace.id)
    synced: list[datetime] = []
    imported: list[datetime] = []
    ids = {client.id for client in caller.clients}
    history = database.import_history(limit=_IMPORTS_LOOKED_AT)
    for question in entity_questions(asked.model, asked.wish.query, compiled):
        for connection, _, _ in database.fetch_rows(question.connections) if question.connections else ():
            if str(connection).startswith(_FILE):
                own = [one for one in history if one.entity == question.entity and one.client_account_id in ids]
                imported += [one.loaded_at.replace(tzinfo=UTC) for one in own]
            elif str(connection) in runs:
                synced.append(runs[str(connection)])
    # Files are loaded now and then, the newest tells; of connections the one that is furthest behind.
    read_at = min(synced) if synced else max(imported, default=None)
    if read_at is None:
        return None
    return min(today_of(caller, read_at), today_of(caller, moment)) - timedelta(days=1)


def _finished(grain: Grain, first: date, until: date, week_start: int) -> Iterator[date]:
    period = start_of(first, grain, week_start)
    while last_day(period, grain) <= until:
        if period >= first:
            yield period
        period = last_day(period, grain) + timedelta(days=1)


def _needed(rule: Rule, periods: Iterable[date]) -> list[date]:
    wanted: set[date] = set()
    for period in periods:
        wanted.add(period)
        if rule.kind == "change":
            wanted.add(earlier(period, rule.grain, rule.against))
        if rule.kind == "anomaly":
            wanted |= {period - timedelta(days=_WEEK * week) for week in range(1, SAME_WEEKDAYS + 1)}
        if rule.kind == "stale":
            wanted.add(period - timedelta(days=STALE_LOOK_BACK))
    return sorted(wanted)


def _body(caller: Caller, alert: Alert, first: date, last: date, *, by_day: bool = False) -> DataRequest:
    params = {"workspace": caller.workspace.slug, "dataset": alert.dataset}
    if alert.client_account_id is not None:
        params["client"] = caller.clients[0].slug
    names = (["date_day"] if by_day else []) + [alert.metric_id]
    body: DataRequest = {
        "configParams": params,
        "dateRange": {"startDate": first.isoformat(), "endDate": last.isoformat()},
        "fields": [{"name": name} for name in names],
    }
    if alert.filters:
        body["dimensionsFilters"] = [one_of(name, values) for name, values in sorted(alert.filters.items())]
    return body


def _days(answer: Answer) -> dict[date, float | None]:
    rows = answer["rows"]
    assert isinstance(rows, list)
    pairs: list[Mapping[str, list[object]]] = rows
    found: dict[date, float | None] = {}
    for row in pairs:
        day, value = row["values"]
        if day not in (None, ""):
            found[datetime.strptime(str(day), "%Y%m%d").replace(tzinfo=UTC).date()] = _number(value)
    return found


def _number(value: object) -> float | None:
    return None if value in (None, "") else float(str(value))  # durations travel as text
