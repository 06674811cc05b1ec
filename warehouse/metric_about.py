"""What builds need to know of the catalogue, as a temporary table beside the rows that they join it with."""

import orjson

from schemas import Additivity, Direction, FieldType, definition_version
from warehouse.build_context import BuildContext

_SHAPE = (
    '[{"metric_id": "VARCHAR", "metric_label": "VARCHAR", "direction": "VARCHAR", "is_additive": "BOOLEAN", '
    '"is_money": "BOOLEAN", "definition_version": "VARCHAR"}]'
)
_texts: dict[str, str] = {}  # by version of the catalogue


def stage_metric_about(context: BuildContext) -> None:
    """Make the temporary table metric_about: label, good direction, kind and version of every metric."""
    context.connection.execute(
        f"create or replace temp table metric_about as select unnest(from_json($about, '{_SHAPE}'), max_depth := 2)",
        {"about": _about(context)},
    )


def _about(context: BuildContext) -> str:
    model = context.model
    if model.version not in _texts:
        rows = [
            {
                "metric_id": metric.name,
                "metric_label": metric.label,
                "direction": None if metric.direction is Direction.NEUTRAL else metric.direction.value,
                "is_additive": metric.additivity is Additivity.ADDITIVE,
                "is_money": metric.type is FieldType.CURRENCY,
                "definition_version": definition_version(metric, model.metrics),
            }
            for metric in model.metrics.values()
        ]
        _texts[model.version] = orjson.dumps(rows).decode()
    return _texts[model.version]
