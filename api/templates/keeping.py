"""Adds charts to a report of the workspace's own, which grows by a row with each; the first makes `my-reports`."""

import json
from collections.abc import Mapping, Sequence

from api.errors import InvalidSettingError, MalformedRequestError
from api.templates.library import Library
from looker_templates import Report
from schemas import SemanticModel

KEPT = "my-reports"

_MOST_ROWS = 60
_HEIGHTS = {"kpi": "kpi", "table": "auto", "pivot": "auto"}

Document = dict[str, object]


def keep_items(
    library: Library, model: SemanticModel, template_id: str, dataset: str, items: object, kept_by: str
) -> Report:
    """Add one row of items over a dataset to the first page of a report of the workspace's own, and return it.

    `my-reports` is made with the first of them; every other one must be there.
    """
    if dataset not in model.datasets:
        raise InvalidSettingError(f"There is no dataset '{dataset[:80]}'.")
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise MalformedRequestError("There is no chart to keep. Choose a metric first.")
    is_new = template_id == KEPT and KEPT not in library.templates()
    old = None if is_new else library.template(template_id)
    report = _empty() if old is None else old.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    _take(report, model, dataset, items)
    if not is_new:
        first, second, patch = str(report["version"]).split(".")
        report["version"] = f"{first}.{second}.{int(patch) + 1}"
    return library.add(json.dumps(report), model, kept_by)


def _empty() -> Document:
    return {
        "format": "report/1",
        "id": KEPT,
        "version": "1.0.0",
        "title": "My reports",
        "summary": "Charts kept from the explorer.",
        "tier": "standard",
        "sources": {},
        "controls": [
            {"id": "period", "type": "date_range", "default": "last_28_days", "compare": "previous_period"},
            {"id": "client", "type": "dropdown", "parameter": "client", "hide_if_single": True},
        ],
        "pages": [{"id": "charts", "title": "Charts", "rows": []}],
    }


def _take(report: Document, model: SemanticModel, dataset: str, items: Sequence[Document]) -> None:
    """Put a row on the first page and its fields into the source of its dataset."""
    pages, sources = report["pages"], report["sources"]
    assert isinstance(pages, list)
    assert isinstance(sources, dict)
    rows = pages[0]["rows"]
    if len(rows) >= _MOST_ROWS:
        raise InvalidSettingError(f"The report has {_MOST_ROWS} rows already. Remove it or export it, and begin anew.")
    taken = {item["id"] for page in pages for row in page["rows"] for item in row["items"]}
    alias = next((name for name, one in sources.items() if one["dataset"] == dataset), None) or _free_id(
        dataset, set(sources)
    )
    kept = []
    for item in items:
        name = _free_id(str(item.get("id", "chart")), taken)
        taken.add(name)
        kept.append({**item, "id": name, "source": alias})
    rows.append({"height": _HEIGHTS.get(str(items[0].get("type")), "m"), "items": kept})
    source = sources.setdefault(alias, {"dataset": dataset})
    known = model.datasets[dataset].fields
    source["required"] = sorted(
        {*source.get("required", ()), *(name for item in items for name in _named(item) if name in known)}
    )


def _free_id(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, 1_000) if (name := f"{wanted}_{number}") not in taken)


def _named(item: Mapping[str, object]) -> list[str]:
    """List the fields that an item of the explorer names."""
    found = [str(item[key]) for key in ("breakdown", "sparkline", "size") if key in item]
    for key in ("metrics", "dimensions"):
        given = item.get(key)
        found += map(str, given) if isinstance(given, list) else []
    filters = item.get("filters")
    found += [str(one.get("field")) for one in filters if isinstance(one, dict)] if isinstance(filters, list) else []
    return found
