"""The build sheet: chart by chart, what a person sets in Looker Studio to make a template's master report once.

Looker Studio takes no report from outside, so the master is drawn by hand; every copy after that is one link.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from looker_templates.controls import Control, DateRangeControl, DropdownControl, SliderControl, ToggleControl
from looker_templates.items import Commentary, DataItem, Item, Words
from looker_templates.parts import Text
from looker_templates.spec import Blend, Report

CHARTS: Mapping[str, str] = {
    "kpi": "Scorecard",
    "time_series": "Time series chart",
    "column": "Column chart",
    "combo": "Combo chart",
    "bar": "Bar chart",
    "donut": "Donut chart",
    "table": "Table",
    "pivot": "Pivot table",
    "tracker": "Pivot table, metrics as rows",
    "heatmap": "Pivot table with heatmap",
    "geo": "Geo chart",
    "scatter": "Scatter chart",
    "funnel": "Bar chart, one bar for each metric",
    "bullet": "Bullet chart",
    "gauge": "Gauge",
    "waterfall": "Waterfall chart",
    "treemap": "Treemap",
    "health": "Scorecard and bar chart",
    "commentary": "Text",
    "text": "Text",
}
_CONTROLS = {
    "date_range": "Date range control",
    "dropdown": "Drop-down list",
    "list": "Fixed-size list",
    "search": "Input box",
    "slider": "Slider",
    "toggle": "Checkbox",
}
_SPANS = {"previous_period": "Previous period", "previous_year": "Previous year"}


@dataclass(frozen=True)
class Step:
    """One thing to put on a page. `settings` are names of Looker Studio's panel with what to choose there."""

    page: str
    place: str
    chart: str
    title: str
    source: str
    settings: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True)
class BuildSheet:
    """Data sources to add, with the aliases that copy links speak of, and then every page's steps."""

    sources: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    differs: tuple[str, ...]


def build_sheet(report: Report, labels: Mapping[str, str]) -> BuildSheet:
    """Write the build sheet; `labels` are those of fields and datasets."""
    sources = tuple((alias, labels.get(one.dataset, one.dataset)) for alias, one in report.sources.items())
    steps: list[Step] = [_control(one, labels) for one in report.controls]
    steps += [_blend(one, labels) for one in report.blends]
    for page in report.pages:
        for number, row in enumerate(page.rows, start=1):
            for item in row.items:
                span = f"row {number}" + (f", {item.span} of 12 columns" if isinstance(item.span, int) else "")
                steps.append(_item(report, in_english(page.title), span, item, labels))
    return BuildSheet(sources, tuple(steps), tuple(report.looker.differs))


def in_english(text: Text | None) -> str:
    """Return a template's text in English, or in the first language it has."""
    if text is None or isinstance(text, str):
        return text or ""
    return text.get("en") or next(iter(text.values()), "")


def _item(report: Report, page: str, place: str, item: Item, labels: Mapping[str, str]) -> Step:
    note = report.looker.notes.get(item.id, "")
    if isinstance(item, Words | Commentary):
        words = item.text if isinstance(item, Words) else item.placeholder
        return Step(page, place, CHARTS[item.type], in_english(item.title), "", (("Text", in_english(words)),), note)
    title = in_english(item.title) or ", ".join(labels.get(name, name) for name in item.metrics[:1])
    settings = tuple(_settings(item, labels))
    return Step(page, place, CHARTS[item.type], title, item.source or item.blend or "", settings, note)


def _settings(item: DataItem, labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if dimensions := getattr(item, "dimensions", []):
        yield ("Row dimension" if item.type in ("pivot", "heatmap") else "Dimension"), _named(dimensions, labels)
    if breakdown := getattr(item, "breakdown", None):
        yield ("Column dimension" if item.type == "pivot" else "Breakdown dimension"), _named([breakdown], labels)
    if drill := getattr(item, "drill", []):
        yield "Drill down", _named(drill, labels)
    beside = [one for name in ("size", "target", "pace") if (one := getattr(item, name, None))]
    yield "Metric", _named([*item.metrics, *beside], labels)
    for key in getattr(item, "sort", []):
        yield "Sort", f"{_named([key.field], labels)}, {'ascending' if key.order == 'asc' else 'descending'}"
    if limit := getattr(item, "limit", None):
        yield "Rows or slices", str(limit)
    if item.period:
        ahead = f" and {item.period.next} ahead" if item.period.next else ""
        yield (
            "Default date range",
            f"Custom: last {item.period.last} {item.period.unit}s{ahead}, the current one included",
        )
    if getattr(item, "compare", False):
        yield "Comparison date range", "As the page's date range control says"
    for one in item.filters:
        words = {"in": "is one of", "between": "between", "contains": "contains"}[one.operator]
        kind = "Exclude" if one.exclude else "Include"
        values = ", ".join("null" if value is None else value for value in one.values)
        yield "Filter", f"{kind}: {_named([one.field], labels)} {words} {values}"
    for kept in item.keep:
        bounds = [("≥", kept.at_least), (">", kept.above), ("≤", kept.at_most)]
        said = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)
        yield "Filter on the metric", f"{_named([kept.metric], labels)} {said or 'is ' + ', '.join(kept.values)}"
    if getattr(item, "totals", False):
        yield "Totals", "Show summary row" if item.type == "table" else "Show grand totals"
    if getattr(item, "stacked", False):
        yield "Style", "Stacked"
    for line in getattr(item, "reference_lines", []):
        yield "Reference line", f"{line.value:g}, “{in_english(line.label)}”"
    if getattr(item, "interact", None) or drill:
        yield "Chart interactions", "Cross-filtering on"


def _control(control: Control, labels: Mapping[str, str]) -> Step:
    settings: list[tuple[str, str]] = []
    if isinstance(control, DateRangeControl):
        settings.append(("Default date range", control.default.replace("_", " ").capitalize()))
        if control.compare:
            settings.append(("Comparison in every scorecard", _SPANS[control.compare]))
        return Step("", "every page", _CONTROLS[control.type], in_english(control.label), "", tuple(settings))
    source = control.source or ""
    if control.dimension:
        settings.append(("Control field", _named([control.dimension], labels)))
    elif isinstance(control, DropdownControl):
        settings.append(("Control field", _named(["client_account"], labels)))
    if isinstance(control, DropdownControl) and control.order_by:
        settings.append(("Metric", _named([control.order_by], labels)))
    if isinstance(control, SliderControl):
        settings.append(("Range", f"{control.min:g} to {control.max:g} by {control.step:g}"))
    if isinstance(control, ToggleControl):
        settings.append(("Values", ", ".join(control.values)))
    place = f"pages {', '.join(control.pages)}" if control.pages else "every page, as a report-level component"
    return Step("", place, _CONTROLS[control.type], in_english(control.label), source, tuple(settings))


def _blend(blend: Blend, labels: Mapping[str, str]) -> Step:
    total = blend.control_total
    settings = [
        ("Left table", f"{blend.left.source}: {_named(blend.left.metrics, labels)}"),
        ("Right table", f"{blend.right.source}: {_named(blend.right.metrics, labels)}"),
        ("Join", f"{blend.join} outer join" if blend.join != "inner" else "Inner join"),
        ("Join keys", _named(blend.left.keys, labels)),
        ("Rebuild in the chart", _named(blend.rebuild, labels)),
        ("Control total", f"{_named([total.metric], labels)} must equal that of {total.equals}"),
    ]
    note = f"The dataset {blend.prefer.dataset} answers the same without a blend." if blend.prefer else ""
    return Step("", "before the charts", "Blend", blend.id, "", tuple(settings), note)


def _named(fields: list[str], labels: Mapping[str, str]) -> str:
    """Write fields with their labels and ids, since labels change with the language."""
    return ", ".join(f"{labels[name]} ({name})" if name in labels else name for name in fields)
