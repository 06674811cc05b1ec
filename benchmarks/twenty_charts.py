"""A report of one page with twenty charts of tickets, for the browser's measurement."""

from collections.abc import Mapping

TEMPLATE = "twenty-charts"
FIRST_CHART = "c01"
_METRICS = ("tickets_created", "resolution_rate", "frt_avg_seconds", "resolution_avg_seconds")
_SPLITS = ("channel", "category", "priority", "agent_group")


def document() -> Mapping[str, object]:
    """Return the report: eight courses by day, eight rankings, two stacked columns, a heat map and a table."""
    courses = [_item("time_series", ["date_day"], one, compare=at < 4) for at, one in enumerate(_METRICS * 2)]
    rankings = [
        _item("donut" if at % 2 else "bar", [split], _METRICS[0], limit=5) for at, split in enumerate(_SPLITS * 2)
    ]
    stacked = [
        _item("column", ["date_day"], _METRICS[0], grain="month", breakdown=split, stacked=True, limit=5)
        for split in _SPLITS[:2]
    ]
    others = [
        _item("heatmap", ["day_of_week", "hour_of_day"], _METRICS[0]),
        {**_item("table", ["agent_group"], _METRICS[0]), "metrics": list(_METRICS)},
    ]
    items = [{**one, "id": f"c{at + 1:02}"} for at, one in enumerate([*courses, *rankings, *stacked, *others])]
    return {
        "format": "report/1",
        "id": TEMPLATE,
        "version": "1.0.0",
        "title": "Twenty charts",
        "summary": "A page to measure with.",
        "tier": "operational",
        "audience": ["benchmarks"],
        "cadence": "daily",
        "use_cases": ["measurement"],
        "tags": ["tickets"],
        "locales": ["en"],
        "sources": {
            "ds": {
                "dataset": "tickets",
                "required": ["date_day", "date_month", "day_of_week", "hour_of_day", *_SPLITS, *_METRICS],
            }
        },
        "controls": [{"id": "period", "type": "date_range", "default": "last_12_months"}],
        "pages": [
            {
                "id": "all",
                "title": "All",
                "rows": [{"height": "m", "items": items[at : at + 2]} for at in range(0, len(items), 2)],
            }
        ],
    }


def _item(kind: str, dimensions: list[str], metric: str, **rest: object) -> dict[str, object]:
    title = f"{metric} by {dimensions[0]}, {kind}"
    return {
        "id": "",
        "type": kind,
        "span": 6,
        "title": title,
        "source": "ds",
        "dimensions": dimensions,
        "metrics": [metric],
        **rest,
    }
