"""Asks a small hand-made warehouse a question, and reads the answer as rows of values."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from schemas import SemanticModel, load_model
from tests.schemas.backend import Backend
from tests.schemas.world import Row, build_tables

Clause = tuple[str, str, Sequence[Any]]  # field, operator, values


def backend_of(
    model: SemanticModel, dataset: str, rows: Mapping[str, Iterable[Row]], today: str | None = "2026-06-30"
) -> Backend:
    """Serve a dataset over these rows alone."""
    return Backend(
        model, build_tables(model, rows), dataset=dataset, today=None if today is None else date.fromisoformat(today)
    )


def ask(
    backend: Backend,
    names: str,
    dates: tuple[str, str] | None = None,
    *,
    only: Iterable[Clause] = (),
    exclude: Iterable[Clause] = (),
) -> list[tuple[Any, ...]]:
    """Ask for fields, named in one text, and return the rows in the order of the answer."""
    clauses = [*((clause, "INCLUDE") for clause in only), *((clause, "EXCLUDE") for clause in exclude)]
    body: dict[str, Any] = {
        "fields": [{"name": name} for name in names.split()],
        "dimensionsFilters": [
            [{"fieldName": field, "type": kind, "operator": operator, "values": list(values)}]
            for (field, operator, values), kind in clauses
        ],
    }
    if dates:
        body["dateRange"] = {"startDate": dates[0], "endDate": dates[1]}
    return [tuple(row["values"]) for row in backend.data(body)["rows"]]


def extended(folder: Path, **files: str) -> SemanticModel:
    """Load our catalogue with more definitions: `metrics` becomes metrics/more.yaml, `datasets` datasets.yaml."""
    for name, text in files.items():
        path = folder / (f"{name}.yaml" if name in {"datasets", "dimensions"} else f"{name}/more.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return load_model(folder)
