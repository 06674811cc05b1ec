"""Findings that name a metric only by its id take the catalogue's label."""

from collections.abc import Collection

import orjson

from schemas import SemanticModel
from warehouse.duckdb import Connection

ENTITY = "insight"


def label_insights(connection: Connection, model: SemanticModel, touched: Collection[str]) -> list[str]:
    """Fill the labels that are missing, inside the running transaction; return the entity if rows moved."""
    if ENTITY not in touched or ENTITY not in model.entities:
        return []
    labels = orjson.dumps([{"id": one.name, "label": one.label} for one in model.metrics.values()]).decode()
    row = connection.execute(
        """update normalised.insight set metric_label = about.label
           from (select unnest(from_json($labels, '[{"id": "VARCHAR", "label": "VARCHAR"}]'), max_depth := 2)) as about
           where metric_label is null and metric_id = about.id""",
        {"labels": labels},
    ).fetchone()
    return [ENTITY] if row is not None and row[0] else []
