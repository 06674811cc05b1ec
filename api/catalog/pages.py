"""docs/reference/metrics.md and dimensions.md, written from the catalogue."""

from schemas import (
    DimensionDescription,
    MetricDescription,
    SemanticModel,
    describe_dimension,
    describe_metric,
    load_model,
)

_DIRECTIONS = {"up": "↑", "down": "↓", "neutral": "↔"}


def metrics_page() -> str:
    """Return docs/reference/metrics.md."""
    model = load_model()
    lines = [
        "# Metrics",
        "",
        "Every metric with what it is made of. Formulas name other metrics by id and columns as `entity.column`.",
        "The class says how far a value may be added up:",
        "",
        "- **additive**: freely;",
        "- **extremal**: as minimum or maximum;",
        "- **formula**: computed from its parts at every level; in a blend, rebuild it from them;",
        "- **semi_additive**: a value of the asked period; over accounts, not over time, and without a totals row;",
        "- **non_additive**: right only for the asked dimensions and period.",
        "",
        "Shares are fractions (0.25 is shown as 25 %), durations seconds, money in the report currency. ↑ higher is",
        "better, ↓ lower is better, ↔ neither. This page is written by `make docs`; the same is served by",
        "`GET /v1/catalog/metrics/{id}`.",
        "",
    ]
    described = [describe_metric(model, name, model.texts.english) for name in model.metrics]
    for group in dict.fromkeys(model.metrics[one.id].group for one in described):
        lines += [
            f"## {group}",
            "",
            "| id | label | formula | class | type | good | datasets |",
            "|---|---|---|---|---|---|---|",
            *(_metric_line(one) for one in described if model.metrics[one.id].group == group),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def dimensions_page() -> str:
    """Return docs/reference/dimensions.md."""
    model = load_model()
    lines = [
        "# Dimensions",
        "",
        "Every dimension, defined once and shared by all entities that have it. A dataset in brackets offers it, but",
        "some of its metrics cannot be split by it; such a request is refused with the names of both. This page is",
        "written by `make docs`; the same is served by `GET /v1/catalog/dimensions/{id}`. Values of those marked as",
        "personal data can be shown, hidden or replaced by pseudonyms: [security.md](../security.md#personal-data).",
        "",
    ]
    described = [describe_dimension(model, name, model.texts.english) for name in model.dimensions]
    for group in dict.fromkeys(one.group for one in described):
        lines += [
            f"## {group}",
            "",
            "| id | label | type | meaning | datasets |",
            "|---|---|---|---|---|",
            *(_dimension_line(model, one) for one in described if one.group == group),
            "",
        ]
    return "\n".join(lines + _old_ids(model)).rstrip() + "\n"


def _metric_line(one: MetricDescription) -> str:
    cells = (
        f"`{one.id}`",
        one.label,
        one.definition,
        one.additivity,
        one.type,
        _DIRECTIONS[one.direction],
        ", ".join(one.datasets) or "–",
    )
    return _row(*cells)


def _dimension_line(model: SemanticModel, one: DimensionDescription) -> str:
    personal = " *Personal data.*" if model.dimensions[one.id].personal is not None else ""
    datasets = ", ".join(f"({name})" if name in one.partly_in else name for name in one.datasets)
    return _row(f"`{one.id}`", one.label, one.type, one.description + personal, datasets or "–")


def _old_ids(model: SemanticModel) -> list[str]:
    if not model.aliases:
        return []
    lines = ["## Old ids", "", "Renamed fields keep answering to their old ids.", "", "| old id | id | since | why |"]
    rows = (_row(f"`{one.name}`", f"`{one.id}`", one.since, one.note) for one in model.aliases.values())
    return [*lines, "|---|---|---|---|", *rows, ""]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
