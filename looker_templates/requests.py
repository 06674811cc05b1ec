"""Item + state → the getData requests that Looker Studio would issue for it; pure.

The viewer's `src/requests.ts` is the twin of this module; the golden files of
tests/looker_templates/golden hold both to the same answers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from looker_templates.clauses import between, containing, fixed, one_of
from looker_templates.controls import DropdownControl
from looker_templates.fields import goal_field, item_dimensions, item_fields, item_metrics
from looker_templates.items import Commentary, DataItem, Item, Words
from looker_templates.parts import FixedFilter
from looker_templates.ranges import ALL_TIME, Comparison, Days, earlier_range, own_range
from looker_templates.spec import Report
from looker_templates.wire import Ask, Clause, DataRequest, Purpose


@dataclass(frozen=True)
class PageState:
    """What the reader chose; `end` is the last day of the period, and a filter value of None is "(not set)".

    `drills` are the values that a reader went down through, by item.
    """

    workspace: str
    start: date
    end: date
    client: str | None = None
    filters: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    searches: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    drills: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    compare: Comparison = "previous_period"
    today: date = date(2000, 1, 1)


@dataclass(frozen=True)
class _Place:
    """Where a request comes from: the filters that hold there."""

    page: str | None = None
    fixed: tuple[FixedFilter, ...] = ()
    drilled: tuple[tuple[str, str | None], ...] = ()
    without: str = ""
    own: tuple[str, ...] = ()  # dimensions by which the item itself filters the page: it keeps all of its values


def item_requests(report: Report, item: Item, state: PageState) -> list[Ask]:
    """List the requests of one item, the main one first."""
    if isinstance(item, Words):
        return []
    if isinstance(item, Commentary):
        return _facts(report, item, state)
    now = own_range(item.period, state.end) if item.period else (state.start, state.end)
    path = state.drills.get(item.id, ())
    drilled = tuple(zip(getattr(item, "drill", []), path, strict=False))
    own = tuple(item_dimensions(item, len(path))) if getattr(item, "interact", None) else ()
    place = _Place(_page_of(report, item), tuple(item.filters), drilled, own=own)
    if item.blend:
        return _blended(report, item, state, now, place)

    def ask(purpose: Purpose, names: Iterable[str], days: Days = now) -> Ask:
        return Ask(purpose, _body(report, item.source or "", names, days, state, place))

    dimensions, metrics = item_dimensions(item, len(path)), item_metrics(item)
    asks = [ask("main", item_fields(item, len(path)))]
    if getattr(item, "compare", False):
        asks.append(ask("compare", [*dimensions, *metrics], earlier_range(*now, state.compare)))
    if item.type == "kpi" and item.sparkline:
        asks.append(ask("sparkline", [item.sparkline, *metrics]))
    if item.type in ("donut", "bar", "treemap") or (item.type == "table" and item.totals):
        asks.append(ask("total", metrics))
    if item.type == "pivot" and "row" in item.totals:
        asks.append(ask("rows", [*item.dimensions, *metrics]))
    if item.type == "pivot" and "column" in item.totals:
        asks.append(ask("columns", [item.breakdown, *metrics]))
    if item.type == "pivot" and len(item.totals) == 2:
        asks.append(ask("total", metrics))
    if item.type == "tracker" and item.top_by:
        asks += [ask("top", [item.dimensions[0], one, item.top_by]) for one in item.top]
    if item.type == "tracker":
        asks.append(ask("goal", [goal_field(name) for name in metrics]))
    if getattr(item, "goal", None):
        asks.append(ask("goal", [goal_field(metrics[0])]))
    if getattr(item, "annotations", False) and report.annotations:
        asks.append(Ask("annotations", _annotations(report, now, state, place)))
    return asks


def control_request(report: Report, control: DropdownControl, state: PageState) -> DataRequest | None:
    """Ask for the values to choose from: under every filter but the control's own."""
    if control.source is None or control.dimension is None or control.order_by is None:
        return None
    place = _Place(control.pages[0] if control.pages else None, without=control.dimension)
    names = [control.dimension, control.order_by]
    return _body(report, control.source, names, (state.start, state.end), state, place)


def extent_request(report: Report, alias: str, day: str, metric: str, state: PageState) -> DataRequest:
    """Ask which days have data at all, under the same filters."""
    return _body(report, alias, [day, metric], ALL_TIME, state, _Place())


def _page_of(report: Report, item: Item) -> str:
    return next(page.id for page in report.pages for row in page.rows if item in row.items)


def _facts(report: Report, item: Commentary, state: PageState) -> list[Ask]:
    now, place = (state.start, state.end), _Place(_page_of(report, item))
    asks: list[Ask] = []
    for fact in item.facts:
        asks.append(Ask("fact", _body(report, fact.source, [fact.metric], now, state, place)))
        if fact.show == "change":
            earlier = earlier_range(*now, state.compare)
            asks.append(Ask("fact_earlier", _body(report, fact.source, [fact.metric], earlier, state, place)))
        if fact.show == "goal":
            asks.append(Ask("fact_goal", _body(report, fact.source, [goal_field(fact.metric)], now, state, place)))
    return asks


def _blended(report: Report, item: DataItem, state: PageState, now: Days, place: _Place) -> list[Ask]:
    blend = report.blend(item.blend or "")
    sides: list[tuple[Purpose, list[str], str]] = [
        ("left", [*blend.left.keys, *blend.left.metrics], blend.left.source),
        ("right", [*blend.right.keys, *blend.right.metrics], blend.right.source),
        ("total", [blend.control_total.metric], blend.control_total.equals),
    ]
    return [Ask(purpose, _body(report, source, names, now, state, place)) for purpose, names, source in sides]


def _annotations(report: Report, now: Days, state: PageState, place: _Place) -> DataRequest:
    assert report.annotations is not None
    wanted = report.annotations.kinds
    kinds = (FixedFilter(field="annotation_kind", values=[*wanted]),) if wanted else ()
    names = ["date_day", "annotation_kind", "annotation_text"]
    return _body(report, report.annotations.source, names, now, state, _Place(place.page, kinds, own=place.own))


def _body(
    report: Report, alias: str, names: Iterable[str], dates: Days, state: PageState, place: _Place
) -> DataRequest:
    params = {"workspace": state.workspace, "dataset": report.sources[alias].dataset}
    if state.client:
        params["client"] = state.client
    body: DataRequest = {
        "configParams": params,
        "dateRange": {"startDate": dates[0].isoformat(), "endDate": dates[1].isoformat()},
        "fields": [{"name": name} for name in dict.fromkeys(names)],
    }
    if filters := _filters(report, alias, state, place):
        body["dimensionsFilters"] = filters
    return body


def _filters(report: Report, alias: str, state: PageState, place: _Place) -> list[list[Clause]]:
    """List the conditions that hold at a place: the reader's, by dimension, then those of the item itself."""
    source = report.sources[alias]

    def acts(dimension: str) -> bool:
        return dimension != place.without and source.has(dimension) and _reaches(report, dimension, place.page)

    chosen = {name: one_of(name, values) for name, values in state.filters.items() if values and name not in place.own}
    chosen |= {f"{name} ": containing(name, text) for name, text in state.searches.items() if text}
    chosen |= {f"{name}  ": between(name, low, high) for name, (low, high) in state.ranges.items()}
    filters = [clauses for name, clauses in sorted(chosen.items()) if acts(name.rstrip())]
    filters += [fixed(one, state.today) for one in place.fixed]
    return filters + [one_of(dimension, (value,)) for dimension, value in place.drilled]


def _reaches(report: Report, dimension: str, page: str | None) -> bool:
    """Tell whether a filter acts on a page: those of a control of other pages only do not."""
    controls = [one for one in report.controls if getattr(one, "dimension", None) == dimension]
    return page is None or not controls or any(not one.pages or page in one.pages for one in controls)
