"""Every case: our answer, and what Looker Studio makes of it, against hand-written SQL or a known vector."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas import Money, SemanticModel
from tests.looker_formula import Value
from tests.looker_simulator import chart, read_rows, request
from tests.schemas.backend import EVERYONE, Backend
from tests.schemas.world import Ticket, build, ticket

CASES = Path(__file__).parent / "cases"

Case = dict[str, Any]


def _cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for name, case in yaml.safe_load(path.read_text()).items():
            yield pytest.param(case, id=f"{path.stem}: {name}")


def _rows_of(case: Case) -> Iterator[Ticket]:
    created = datetime(2025, 1, 15, 9)  # noqa: DTZ001 - UTC by definition of the column
    for place, item in enumerate(case["tickets"]):
        given = dict(item)
        for column in ("first_reply_at", "solved_at", "first_solved_at"):
            if column in given:  # written as seconds after creation
                given[column] = created + timedelta(seconds=given[column])
        for repeat in range(given.pop("times", 1)):
            yield ticket(1000 * place + repeat, created, **given)


def _close(ours: Value, theirs: Value, *, number: bool) -> bool:
    if ours is None or theirs is None or not number:
        return ours == theirs
    return float(ours) == pytest.approx(float(theirs), rel=1e-9, abs=1e-12)


def assert_same(ours: Sequence[Sequence[Value]], theirs: Sequence[Sequence[Value]], numbers: Sequence[bool]) -> None:
    assert len(ours) == len(theirs), f"{len(ours)} rows, expected {len(theirs)}: {ours[:5]} / {theirs[:5]}"
    for own, other in zip(ours, theirs, strict=True):
        same = [_close(a, b, number=number) for a, b, number in zip(own, other, numbers, strict=True)]
        assert all(same), f"{own} is not {other}"


@pytest.mark.parametrize("case", list(_cases()))
def test_case(case: Case, model: SemanticModel, backend: Backend) -> None:
    """Compare both ways of answering: the metric itself, and its parts put together by Looker Studio."""
    connection = build(model, _rows_of(case)) if "tickets" in case else backend.connection
    served = Backend(model, connection, Money(**case.get("money", {})), case.get("scope", EVERYONE))
    dimensions, metrics = case.get("dimensions", []), case.get("metrics", [])
    filters, dates = case.get("filters", []), case.get("dates")
    expected = served.sql(case["sql"]) if "sql" in case else [tuple(row) for row in case["rows"]]
    numbers = [False] * len(dimensions) + [True] * len(metrics)
    names = [*dimensions, *metrics]
    assert names == case.get("columns", names)

    body = request(served.fields, dimensions, metrics, dates=dates, filters=filters)
    only = [item for item in body["fields"] if item.get("forFilterOnly")]
    direct = served.data({**body, "fields": [{"name": name} for name in names] + only})
    if direct["filtersApplied"] or not filters:
        assert_same([[row[name] for name in names] for row in read_rows(direct)], expected, numbers)

    drawn = chart(served.fields, served.data(body), dimensions, metrics, filters=filters)
    ours = [[row[name] for name in names] for row in drawn]
    assert_same(sorted(ours, key=str), sorted((list(row) for row in expected), key=str), numbers)


def test_every_metric_has_a_case(model: SemanticModel) -> None:
    """A metric without a case is a metric nobody has checked."""
    covered = {metric for case in _cases() for metric in case.values[0].get("metrics", [])}
    assert set(model.datasets["tickets"].metrics) <= covered


def test_every_dimension_has_a_case(model: SemanticModel) -> None:
    """The same for the dimensions that are more than a plain text column."""
    covered = {name for case in _cases() for name in case.values[0].get("dimensions", [])}
    plain = {name for name in model.datasets["tickets"].dimensions if model.dimensions[name].type == "TEXT"}
    assert set(model.datasets["tickets"].dimensions) - plain <= covered
