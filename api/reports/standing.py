"""From a template and a reader's choices to the state that requests are made from; twin: viewer/src/choosing.ts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from api.dependencies import Selection, choose
from api.reports.asking import Answer, Answers, Refusal, ask_all, key_of
from api.reports.choices import Choices, Values
from api.workspaces.records import Caller
from api.world import World
from looker_templates import (
    Ask,
    DropdownControl,
    Item,
    PageState,
    Report,
    ToggleControl,
    control_request,
    default_range,
    item_requests,
    period_control,
    within,
)

_MOST_NAMES = 3
_COMPARING = frozenset({"compare", "fact_earlier"})


@dataclass(frozen=True)
class Standing:
    """A report for one reader: what is shown, for whom, and as of which day."""

    report: Report
    selection: Selection
    state: PageState
    locale: str
    compared: bool
    client_name: str | None  # several names where the reader sees a few client accounts
    zone: str | None
    font: str = "inter"  # the brand's
    kept: Answers | None = None  # what a closed month keeps, by api/reports/kept.py's key
    reported_on: date | None = None  # the day on which it was closed

    def asks(self, item: Item) -> list[Ask]:
        """Return the requests of an item."""
        asks = item_requests(self.report, item, self.state)
        return [ask for ask in asks if self.compared or ask.purpose not in _COMPARING]


def standing_of(world: World, caller: Caller, report: Report, choices: Choices, today: date | None = None) -> Standing:
    """Read what is to be shown; a client account that the caller may not see does not exist."""
    slug = caller.workspace.slug
    params = {"workspace": slug, **({"client": choices.client} if choices.client else {})}
    selection = choose(caller, params)
    zones = {client.timezone for client in selection.clients}
    zone = zones.pop() if len(zones) == 1 else None
    today = today or datetime.now(UTC).astimezone(ZoneInfo(zone or caller.workspace.timezone)).date()
    control = period_control(report)
    start, end = within(choices.days, control) if choices.days else default_range(report, today)
    if caller.share is not None and caller.share.dates is not None:
        start, end = max(start, caller.share.dates[0]), min(end, caller.share.dates[1])
        if end < start:
            start, end = caller.share.dates
    compare = choices.compare or (control.compare if control else None) or "previous_period"
    state = PageState(
        workspace=slug,
        start=start,
        end=end,
        client=choices.client,
        searches=choices.searches,
        ranges=choices.ranges,
        drills=choices.drills,
        compare="previous_period" if compare == "none" else compare,
        today=today,
    )
    toggles = [one for one in report.controls if isinstance(one, ToggleControl)]
    on = [one for one in toggles if choices.toggles.get(one.id, one.default)]
    toggled: dict[str, Values] = {one.dimension: tuple(one.values) for one in on}
    fixed = dict(caller.share.filters) if caller.share is not None else {}
    state = replace(state, filters={**toggled, **choices.filters, **fixed})
    first = _required(world, caller, report, state)
    return Standing(
        report=report,
        selection=selection,
        state=replace(state, filters={**toggled, **first, **choices.filters, **fixed}),
        locale=choices.locale,
        compared=compare != "none",
        client_name=_named(caller, selection),
        zone=zone,
    )


def _named(caller: Caller, selection: Selection) -> str | None:
    """Return the names of those whom a report is about; None for all of the workspace, or more than a title holds."""
    names = [one.name for one in selection.clients]
    is_some = len(names) == 1 or (caller.narrowed and len(names) <= _MOST_NAMES)
    return ", ".join(names) if is_some and names else None


def _required(world: World, caller: Caller, report: Report, state: PageState) -> Mapping[str, Values]:
    """Return the largest value of each control that always has one, where the reader took none."""
    controls = [one for one in report.controls if isinstance(one, DropdownControl) and one.required]
    open_ones = {str(one.dimension): one for one in controls if one.dimension not in state.filters}
    bodies = {name: body for name, one in open_ones.items() if (body := control_request(report, one, state))}
    if not bodies:
        return {}
    answers = ask_all(world, caller, bodies.values())
    found: dict[str, Values] = {}
    for name, body in bodies.items():
        answer = answers[key_of(body)]
        value = None if isinstance(answer, Refusal) else _largest(answer)
        if value is not None:
            found[name] = (value,)
    return found


def _largest(answer: Answer) -> str | None:
    rows = answer["rows"]
    assert isinstance(rows, list)
    pairs = [(str(row["values"][0]), float(row["values"][1] or 0)) for row in rows if row["values"][0] is not None]
    return min(pairs, key=lambda pair: (-pair[1], pair[0]))[0] if pairs else None
