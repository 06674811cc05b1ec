"""Every metric of every dataset: our answer, and Looker Studio's chart of it, against hand-written SQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from schemas import Money, SemanticModel
from tests.looker_simulator import chart, read_rows, request
from tests.schemas.backend import Backend
from tests.schemas.random_rows import NOW, TODAY
from tests.schemas.test_cases import assert_same

CASES = Path(__file__).parent / "dataset_cases"

Case = dict[str, Any]


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for name, case in yaml.safe_load(path.read_text()).items():
            yield pytest.param({"dataset": path.stem, **case}, id=f"{path.stem}: {name}")


@pytest.mark.parametrize("case", list(_cases()))
def test_case(case: Case, model: SemanticModel, every_table: duckdb.DuckDBPyConnection) -> None:
    """Compare both ways of answering: the metric itself, and its parts put together by Looker Studio."""
    served = Backend(model, every_table, Money(**case.get("money", {})), dataset=case["dataset"], today=TODAY, now=NOW)
    dimensions, metrics = case.get("dimensions", []), case["metrics"]
    filters, dates = case.get("filters", []), case.get("dates")
    expected = served.sql(case["sql"])
    numbers = [False] * len(dimensions) + [model.metrics[name].type not in _TEXTS for name in metrics]
    names = [*dimensions, *metrics]

    body = request(served.fields, dimensions, metrics, dates=dates, filters=filters)
    only = [item for item in body["fields"] if item.get("forFilterOnly")]
    direct = served.data({**body, "fields": [{"name": name} for name in names] + only})
    assert_same([[row[name] for name in names] for row in read_rows(direct)], expected, numbers)

    drawn = chart(served.fields, served.data(body), dimensions, metrics, filters=filters)
    ours = [[row[name] for name in names] for row in drawn]
    assert_same(sorted(ours, key=str), sorted((list(row) for row in expected), key=str), numbers)


_TEXTS = ("YEAR_MONTH_DAY", "YEAR_MONTH_DAY_SECOND")


def test_every_metric_has_a_case(model: SemanticModel) -> None:
    """A metric without a case is a metric nobody has checked."""
    covered: dict[str, set[str]] = {}
    for case in _cases():
        covered.setdefault(case.values[0]["dataset"], set()).update(case.values[0]["metrics"])
    everywhere = set().union(*covered.values()) | set(model.datasets["tickets"].metrics)
    assert set(model.metrics) - {"period_days"} <= everywhere
    # The drill-across datasets are checked as such, not only their metrics elsewhere.
    assert len(covered["overview"]) > 60
    assert len(covered["unit_econ"]) > 30
