"""Keeps charts of the explorer in one report of the workspace's own, which grows by a row with each."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from api.errors import InvalidSettingError, MalformedRequestError
from api.templates.library import Library
from schemas import SemanticModel

KEPT = "my-reports"

_MOST_ROWS = 60
_HEIGHTS = {"kpi": "kpi", "table": "auto", "pivot": "auto"}

Document = dict[str, object]


def keep_item(
    session: Session, workspace_id: str, model: SemanticModel, dataset: str, items: object, kept_by: str
) -> None:
    """Add one row of items to the first page of the report, which is made with the first of them."""
    if dataset not in model.datasets:
        raise InvalidSettingError(f"There is no dataset '{dataset[:80]}'.")
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise MalformedRequestError("There is no chart to keep. Choose a metric first.")
    library = Library(session, workspace_id)
    old = library.templates().get(KEPT)
    report = _empty() if old is None else old.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    _take(report, model, dataset, items)
    library.add(json.dumps(report), model, kept_by)


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
    kept = []
    for item in items:
        name = _free_id(str(item.get("id", "chart")), taken)
        taken.add(name)
        kept.append({**item, "id": name, "source": dataset})
    rows.append({"height": _HEIGHTS.get(str(items[0].get("type")), "m"), "items": kept})
    source = sources.setdefault(dataset, {"dataset": dataset, "required": []})
    known = model.datasets[dataset].fields
    source["required"] = sorted(
        {*source["required"], *(name for item in items for name in _named(item) if name in known)}
    )
    if len(rows) > 1:
        first, second, patch = str(report["version"]).split(".")
        report["version"] = f"{first}.{second}.{int(patch) + 1}"


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
