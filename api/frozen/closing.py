"""Closes a month: asks everything that a report asks for it, and keeps the answers as they are now."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from api.errors import ConflictError, InvalidSettingError
from api.frozen.records import FrozenPeriod
from api.frozen.repository import FrozenPeriods
from api.reports.asking import Refusal, ask_all, key_of
from api.reports.choices import Choices, Compare
from api.reports.kept import packed
from api.reports.standing import Standing, standing_of
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.world import World
from looker_templates import DataRequest, DropdownControl, Report, ToggleControl, control_request

_COMPARES: tuple[Compare, ...] = ("previous_period", "previous_year")


def month_of(text: str) -> tuple[date, date]:
    """Return the first and the last day of a month that is written as 2026-10."""
    try:
        first = date.fromisoformat(f"{text.strip()}-01")
    except ValueError as error:
        raise InvalidSettingError(f"A month is written as 2026-10, not '{text[:20]}'.") from error
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def close_month(
    world: World, caller: Caller, report: Report, client: str | None, month: tuple[date, date]
) -> FrozenPeriod:
    """Keep a month as it stands; `client` is a slug, None for all together. Call it from a worker thread."""
    standings = [standing_at(world, caller, report, client, month, compare) for compare in _COMPARES]
    today, selection = standings[0].state.today, standings[0].selection
    if month[1] >= today:
        raise InvalidSettingError(f"This month is not over yet: its last day is {month[1]}.")
    if (standings[0].state.start, standings[0].state.end) != month:
        raise InvalidSettingError("This report shows shorter periods than a month.")
    bodies = requests_of(standings)
    answers = ask_all(world, caller, bodies.values())
    if any(isinstance(one, Refusal) and not one.text for one in answers.values()):
        raise ConflictError("Not every number could be read, so nothing was kept. Try again; the log has more.")
    frozen = FrozenPeriod(
        id="",
        template_id=report.id,
        template_version=report.version,
        client_account_id=None if client is None else selection.clients[0].id,
        start=month[0],
        end=month[1],
        as_of=today,
        catalogue_version=world.model_of(caller.workspace.slug).version,
        author=caller.key_name,
        frozen_at=now(),
    )
    content = packed(bodies.values(), answers)
    with world.metadata.write() as session:
        return FrozenPeriods(session, caller).add(frozen, content)


def standing_at(
    world: World,
    caller: Caller,
    report: Report,
    client: str | None,
    month: tuple[date, date],
    compare: Compare | None = None,
    today: date | None = None,
) -> Standing:
    """Return the report as whoever opens it for a month sees it, with nothing filtered."""
    return standing_of(world, caller, report, Choices(client=client, days=month, compare=compare), today)


def requests_of(standings: list[Standing]) -> Mapping[str, DataRequest]:
    """Return every request of a report, by what makes requests equal."""
    return {key_of(body): body for standing in standings for body in _bodies(standing)}


def _bodies(standing: Standing) -> Iterator[DataRequest]:
    report, state = standing.report, standing.state
    for item in report.items:
        for ask in standing.asks(item):
            yield ask.body
    # A page asks for the values to choose from twice: before and after it knows those that are always chosen.
    toggles = [one for one in report.controls if isinstance(one, ToggleControl) and one.default]
    first = replace(state, filters={one.dimension: tuple(one.values) for one in toggles})
    for control in report.controls:
        if isinstance(control, DropdownControl):
            for seen in (first, state):
                body = control_request(report, control, seen)
                if body is not None:
                    yield body
