"""What holds in every dataset: totals add up, formulas and coarser dates agree, blends equal our drill-across."""

import random
from collections.abc import Iterator

import duckdb
import pytest

from schemas import Additivity, IncompatibleFieldsError, SemanticModel, fields_together, load_model
from tests.looker_formula import evaluate
from tests.looker_simulator import blend, chart, read_rows, request, totals
from tests.schemas.backend import Backend
from tests.schemas.random_rows import NOW, TODAY

MODEL = load_model()
RANGES = (("2024-11-01", "2025-03-31"), ("2025-01-01", "2025-01-31"), ("2024-12-28", "2025-01-07"))
ADDS_UP = {name for name, metric in MODEL.metrics.items() if metric.additivity is Additivity.ADDITIVE}
DATASETS = [name for name, one in MODEL.datasets.items() if name != "tickets" and ADDS_UP & set(one.metrics)]
NPS_PARTS = ["nps_promoters", "nps_detractors", "nps_responses"]


@pytest.fixture
def served(model: SemanticModel, every_table: duckdb.DuckDBPyConnection) -> Backend:
    """Serve every dataset; a test says which."""
    return Backend(model, every_table, today=TODAY, now=NOW)


def _of(dataset: str, kind: Additivity) -> list[str]:
    return [name for name in MODEL.datasets[dataset].metrics if MODEL.metrics[name].additivity is kind]


def _splits(dataset: str, count: int) -> Iterator[tuple[list[str], tuple[str, str]]]:
    """Choose dimensions by which everything that adds up may be split, and a range, the same every time."""
    chance = random.Random(dataset)
    offered = [name for name in fields_together(MODEL, MODEL.datasets[dataset]) if name in MODEL.dimensions]
    for _ in range(count):
        yield chance.sample(offered, min(len(offered), chance.randint(1, 3))), chance.choice(RANGES)


def _same(own: object, other: object) -> bool:
    if own is None or other is None:
        return own is other
    return float(str(own)) == pytest.approx(float(str(other)), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("dataset", DATASETS)
def test_totals_by_any_dimension_add_up(dataset: str, served: Backend) -> None:
    served.dataset = dataset
    metrics = [name for name in _of(dataset, Additivity.ADDITIVE) if not MODEL.metrics[name].needs]
    for dimensions, dates in _splits(dataset, 6):
        fields = served.fields
        split = totals(fields, served.data(request(fields, dimensions, metrics, dates=dates)), metrics)
        whole = read_rows(served.data(request(fields, [], metrics, dates=dates)))[0]
        for name in metrics:
            # No rows at all: a total of nothing is null to Looker Studio, and zero to us.
            assert _same(split[name] or 0, whole[name] or 0), (name, dimensions)


@pytest.mark.parametrize("dataset", [name for name in DATASETS if _of(name, Additivity.FORMULA)])
def test_looker_formulas_equal_our_values(dataset: str, served: Backend) -> None:
    """Over every row, and over the total."""
    served.dataset = dataset
    fields = served.fields
    formulas = [name for name in _of(dataset, Additivity.FORMULA) if not MODEL.metrics[name].needs]
    for dimensions, dates in (*_splits(dataset, 4), ([], RANGES[0])):
        body = request(fields, dimensions, formulas, dates=dates)
        names = dict.fromkeys([item["name"] for item in body["fields"]] + formulas)
        for row in read_rows(served.data({**body, "fields": [{"name": name} for name in names]})):
            for name in formulas:
                assert _same(evaluate(fields[name].formula or "", [row]), row[name]), (name, dimensions)


@pytest.mark.parametrize("dataset", DATASETS)
def test_coarser_dates_in_the_chart_equal_our_own(dataset: str, served: Backend) -> None:
    """Day → week, month, quarter, year, in the simulator and from us, for what adds up and what is made of it."""
    served.dataset = dataset
    metrics = [
        name
        for name in _of(dataset, Additivity.ADDITIVE) + _of(dataset, Additivity.FORMULA)
        if not MODEL.metrics[name].needs and _has_days(served, name)
    ]
    if not metrics:
        assert dataset in {"accounts_period", "mrr"}
        return
    fields = served.fields
    daily = served.data(request(fields, ["date_day"], metrics, dates=RANGES[0]))
    for grain in ("week", "month", "quarter", "year"):
        asked = request(fields, [f"date_{grain}"], metrics, dates=RANGES[0])
        own = chart(fields, served.data(asked), [f"date_{grain}"], metrics)
        coarse = chart(fields, daily, ["date_day"], metrics, grains={"date_day": grain})
        assert [row["date_day"] for row in coarse] == [row[f"date_{grain}"] for row in own]
        for left, right in zip(coarse, own, strict=True):
            for name in metrics:
                assert _same(left[name], right[name]), (grain, name)


def _has_days(served: Backend, metric: str) -> bool:
    try:
        served.compile({"fields": [{"name": "date_day"}, {"name": metric}]})
    except IncompatibleFieldsError:
        return False
    return True


@pytest.mark.parametrize(
    ("left", "left_metrics", "right", "right_metrics", "formulas"),
    [
        (
            "tickets",
            ["tickets_created"],
            "surveys",
            ["nps_promoters", "nps_detractors", "nps_responses"],
            ["nps_score"],
        ),
        ("ads", ["spend"], "deals", ["leads"], ["cost_per_lead_crm"]),
        ("web", ["help_page_views"], "tickets", ["tickets_created"], ["help_views_per_ticket"]),
    ],
)
@pytest.mark.parametrize("keys", [["date_month"], ["client_account_id", "date_week"]])
def test_a_blend_of_two_datasets_equals_our_drill_across(
    left: str, left_metrics: list[str], right: str, right_metrics: list[str], formulas: list[str], keys: list[str],
    served: Backend,
) -> None:  # fmt: skip
    """Two charts joined in Looker Studio, and the overview asked once, say the same."""
    charts = []
    for dataset, metrics in ((left, left_metrics), (right, right_metrics)):
        served.dataset = dataset
        body = request(served.fields, keys, metrics, dates=RANGES[0])
        charts.append(chart(served.fields, served.data(body), keys, metrics))
    served.dataset = "overview"
    fields, metrics = served.fields, [*left_metrics, *right_metrics]
    body = request(fields, keys, [*metrics, *formulas], dates=RANGES[0])
    drawn = chart(fields, served.data(body), keys, [*metrics, *formulas])
    across = {tuple(row[key] for key in keys): row for row in drawn}
    blended = blend(charts[0], charts[1], keys, "full")
    assert {tuple(row[key] for key in keys) for row in blended} == set(across)
    for row in blended:
        ours = across[tuple(row[key] for key in keys)]
        filled = {**row, **{name: row[name] or 0 for name in metrics}}
        for name in metrics:
            assert _same(filled[name], ours[name]), (name, row)
        for name in formulas:
            assert _same(evaluate(fields[name].formula or "", [filled]), ours[name]), (name, row)
